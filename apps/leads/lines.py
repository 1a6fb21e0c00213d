"""Leads as rows of one statement, for what shows many at once.

To make two models of each row costs more than to read it: what is projected (`projecting`) is the
same, by the same names.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from apps.core import together
from apps.core.actor import Actor


class Line(NamedTuple):
    """A viewer's access row to a lead, `came_at` when it was given, and what the lead says."""

    viewer_id: UUID
    owner_id: UUID
    level: int
    came_at: datetime
    priority_facts: dict[str, Any]
    id: UUID
    member_id: UUID
    reference: str
    title: str
    description: str
    locator: str
    locator_kind: str
    source: str
    source_kind: str
    their_reference: str
    source_reliability: str
    credibility: int | None
    severity: str
    brand: str
    country: str
    language: str
    tlp: str
    pap: str
    discoverability: str
    status: str
    dismissed_reason: str
    reopened_reason: str
    duplicate_of_id: UUID | None
    assignee_id: UUID | None
    snoozed_until: datetime | None
    priority: int
    seen_at: datetime | None
    created_at: datetime
    created_by: UUID | None
    version: int
    batch_id: UUID | None

    @property
    def place(self) -> tuple[datetime, UUID]:
        """Where it stands in a list, the newest first."""
        return self.came_at, self.id


# What a function says that tells of leads (reading_sql.py).
COLUMNS: Final = ", ".join(
    ("viewer_id", "owner_id", "level", "came_at", *(f"(lead).{name}" for name in Line._fields[4:]))
)
_LINES: Final = f"SELECT {COLUMNS} FROM alliance_lead_lines(%s, {{}}, %s, %s)"  # noqa: S608 - names


def lines(
    viewer: Actor, lead_ids: Collection[UUID], *, at: datetime, most: int | None = None
) -> list[Line]:
    """Those of the leads that the viewer reads, the newest first."""
    if not lead_ids:
        return []
    return _read("%s::uuid[]", [viewer.member_id, list(lead_ids), at, most])


def lines_of(viewer: Actor, leads: together.Question, *, at: datetime) -> list[Line]:
    """The same of the leads whose ids a question has, in one statement with it."""
    if leads == together.NOTHING:
        return []
    sql, params = leads
    return _read(f"ARRAY({sql})", [viewer.member_id, *params, at, None])


def _read(ids: str, params: Sequence[Any]) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(ids), params)
        return [made(row) for row in cursor.fetchall()]


def made(row: tuple[Any, ...]) -> Line:
    """A row of `COLUMNS`."""
    return Line._make((*row[:4], json.loads(row[4]), *row[5:]))
