"""Removing what a replay has made: its members' rows in every table, as the owner of the tables."""

from collections.abc import Sequence
from uuid import UUID

import psycopg
from psycopg import sql

from apps.core.errors import DomainError

# What names a member under another name.
_COLUMNS = ("member_id", "owner_id", "viewer_id", "seated_member_id", "grantee_id")
_TABLES = """
SELECT c.table_name, c.column_name FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name = ANY (%s)
ORDER BY 1, 2
"""


def remove(url: str, member_ids: Sequence[UUID]) -> int:
    """Delete everything of these members in one transaction; returns how many rows."""
    ids = list(member_ids)
    with psycopg.connect(url) as connection:
        connection.execute("SET CONSTRAINTS ALL DEFERRED")
        users = [
            row[0]
            for row in connection.execute(
                "SELECT user_id FROM members_membership WHERE member_id = ANY (%s)", [ids]
            )
        ]
        places = list(connection.execute(_TABLES, [list(_COLUMNS)]))
        removed = _remove_in_turn(connection, places, ids)
        for table, column in (("members_user", "id"), ("members_member", "id")):
            known = users if table == "members_user" else ids
            removed += _delete(connection, table, column, known)
    return removed


def _remove_in_turn(
    connection: "psycopg.Connection[tuple[str, ...]]",
    places: Sequence[tuple[str, ...]],
    ids: Sequence[UUID],
) -> int:
    """What others still point at is tried again after them."""
    removed, left = 0, list(places)
    while left:
        again: list[tuple[str, ...]] = []
        for table, column in left:
            try:
                with connection.transaction():
                    removed += _delete(connection, table, column, ids)
            except psycopg.errors.ForeignKeyViolation:
                again.append((table, column))
        if len(again) == len(left):
            raise DomainError("proof.not_removed", f"These rows stay: {again}.")
        left = again
    return removed


def _delete(
    connection: "psycopg.Connection[tuple[str, ...]]", table: str, column: str, ids: Sequence[UUID]
) -> int:
    statement = sql.SQL("DELETE FROM {} WHERE {} = ANY (%s)").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    return connection.execute(statement, [list(ids)]).rowcount
