"""Wall 2: what every model declares is what PostgreSQL enforces, table by table."""

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from apps.core import walls

OURS = [m for m in apps.get_models() if m.__module__.startswith("apps.")]
WALLED = [m for m in OURS if walls.kind_of(m) and walls.kind_of(m).is_walled]
# Functions that read as their owner: the search joins the stamped member's access rows itself;
# the triggers compare a row with its case and tell nothing but a broken promise; whether somebody
# sits at a desk is told as yes or no.
REVIEWED_DEFINERS = {
    "alliance_search",
    "alliance_demand_holder",
    "alliance_nothing_pends",
    "alliance_staffed",
    # Appends to rooms for any sender whose access, membership and capability it reads itself.
    "chat_append",
    # Waits for whoever appends, and reads and tells nothing.
    "chat_wait_for_writers",
    # Empties texts of the stamped member alone, by that member's rule and no hold.
    "chat_purge",
    # Deletes the translations of a text that was purged, and reads nothing.
    "chat_purge_translations",
    # Joins the stamped viewer's access rows itself.
    "chat_search",
}
# Policies beyond the wall's own five: the role that searches reads what its function joins.
REVIEWED_POLICIES = {
    ("chat_message", "chat_adds"),
    ("chat_message", "chat_purges"),
    ("chat_message", "chat_reads"),
    ("chat_message", "search_reads"),
    ("chat_retention", "chat_locks"),
    ("chat_retention", "chat_reads"),
    ("chat_room", "chat_reads"),
    ("chat_room", "search_reads"),
    ("chat_translation", "chat_purges"),
    ("chat_translation", "chat_reads"),
    ("core_access", "chat_reads"),
    ("core_event", "chat_adds"),
    ("core_access", "search_reads"),
    ("sharing_searchentry", "search_reads"),
}


def named(model: type[models.Model]) -> str:
    return model._meta.label


def policies_of(owner: psycopg.Cursor, table: str) -> dict[str, tuple[str | None, ...]]:
    owner.execute(
        "SELECT policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies"
        " WHERE schemaname = 'public' AND tablename = %s",
        [table],
    )
    return {row[0]: tuple(row[1:]) for row in owner.fetchall()}


@pytest.mark.parametrize("model", OURS, ids=named)
def test_model_declares_its_wall(model: type[models.Model]) -> None:
    kind = walls.kind_of(model)

    assert isinstance(kind, walls.Kind)
    assert kind.is_walled or kind.reason


@pytest.mark.parametrize("model", WALLED, ids=named)
def test_catalogue_says_what_the_model_declares(
    owner: psycopg.Cursor, model: type[models.Model]
) -> None:
    table, kind = model._meta.db_table, walls.kind_of(model)
    owner.execute(f"CREATE TABLE scratch (LIKE {table})")
    for sql in walls.statements("scratch", kind):
        owner.execute(sql)
    wanted = policies_of(owner, "scratch")

    found = policies_of(owner, table)

    extra = {name for name in found if (table, name) in REVIEWED_POLICIES}
    unscratched = {
        name: tuple(part and part.replace(f"{table}.", "scratch.") for part in parts)
        for name, parts in found.items()
        if name not in extra
    }
    assert set(unscratched) == walls.policy_names(kind)
    assert unscratched == wanted


def test_every_walled_table_forces_its_policies(owner: psycopg.Cursor) -> None:
    owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND relrowsecurity AND relforcerowsecurity"
    )

    forced = {row[0] for row in owner.fetchall()}

    assert forced == {model._meta.db_table for model in WALLED}


def test_every_table_is_a_models_or_a_named_librarys(owner: psycopg.Cursor) -> None:
    owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")

    tables = {row[0] for row in owner.fetchall()}

    assert tables - {model._meta.db_table for model in OURS} == set(walls.LIBRARY_TABLES)


def test_no_view_reads_past_the_walls(owner: psycopg.Cursor) -> None:
    owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND"
        " (relkind = 'm' OR relkind = 'v' AND NOT coalesce(reloptions::text, '')"
        " LIKE '%security_invoker=true%')"
    )

    assert owner.fetchall() == []


def test_functions_that_read_as_their_owner_are_reviewed(owner: psycopg.Cursor) -> None:
    owner.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )

    assert {row[0] for row in owner.fetchall()} == REVIEWED_DEFINERS


def test_role_of_the_product_can_step_over_no_wall(owner: psycopg.Cursor) -> None:
    owner.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
        " WHERE rolname = %s",
        [settings.DB_APP_ROLE],
    )
    assert owner.fetchone() == (False, False, False, False)
    owner.execute(
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = %s",
        [settings.DB_APP_ROLE],
    )
    assert owner.fetchone() == (0,)
    owner.execute(
        "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
        " WHERE r.rolname = %s",
        [settings.DB_APP_ROLE],
    )
    assert owner.fetchone() == (0,)


APPEND_ONLY = [model for model in OURS if walls.kind_of(model).append_only]


@pytest.mark.parametrize("model", APPEND_ONLY, ids=named)
def test_append_only_table_cannot_be_rewritten(
    owner: psycopg.Cursor, model: type[models.Model]
) -> None:
    for verb in ("UPDATE", "DELETE"):
        owner.execute(
            "SELECT has_table_privilege(%s, %s, %s)",
            [settings.DB_APP_ROLE, model._meta.db_table, verb],
        )
        assert owner.fetchone() == (False,)


@pytest.mark.parametrize("model", WALLED, ids=named)
def test_walled_row_names_its_member_by_a_plain_id(model: type[models.Model]) -> None:
    column = model._meta.get_field(walls.kind_of(model).member_column)

    assert isinstance(column, models.UUIDField)
    assert not column.is_relation
    assert not column.null


@pytest.mark.parametrize("model", WALLED, ids=named)
def test_walled_table_has_no_database_defaults(model: type[models.Model]) -> None:
    """RETURNING would be refused before the access row exists."""
    defaults = [f.name for f in model._meta.local_fields if f.has_db_default()]

    assert defaults == []
