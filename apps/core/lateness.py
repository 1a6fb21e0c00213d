"""Late work is said aloud: in the log, on `/readyz`, and once to each member whom it concerns."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import structlog
from django.db import connection, transaction

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.events import Fact, emit
from apps.core.models import Head, Level

log = structlog.get_logger(__name__)

SUBJECT = "due"
_LOCK = 0x0A111B


@dataclass(frozen=True, kw_only=True)
class DueLate(Fact):
    """The member's timed work is more than a minute late; told once until it has caught up."""

    name: ClassVar[str] = "due.late"
    subject_type: ClassVar[str] = SUBJECT
    min_level: ClassVar[int] = Level.FULL
    feeds: ClassVar[bool] = True

    rows: int
    since: datetime


@dataclass(frozen=True, kw_only=True)
class DueCaughtUp(Fact):
    name: ClassVar[str] = "due.caught_up"
    subject_type: ClassVar[str] = SUBJECT
    min_level: ClassVar[int] = Level.FULL
    feeds: ClassVar[bool] = True


# A row that fails is put off again and again: it is late since it was due at first.
_LATE = """
SELECT member_id, count(*), min(coalesce(postponed_from, due_at)) FROM core_due
WHERE state = 'planned' AND (due_at < %(before)s OR postponed_from < %(before)s)
GROUP BY member_id ORDER BY member_id
"""


def watch(*, at: datetime) -> int:
    """Say whose work is late and whose has caught up; returns how many members are late."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_LATE, {"before": at - due.LATE_AFTER})
        late = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
        told = _told()
        for member_id in late.keys() - told:
            rows, since = late[member_id]
            log.error("due.late", member=str(member_id), rows=rows, since=since.isoformat())
            _announce(DueLate(subject_id=member_id, rows=rows, since=since), at=at)
        for member_id in told - late.keys():
            _announce(DueCaughtUp(subject_id=member_id), at=at)
    return len(late)


def _told() -> set[UUID]:
    """Who has been told of lateness and not yet of its end: the two facts take turns."""
    heads = Head.objects.filter(subject_type=SUBJECT).values_list("subject_id", "seq")
    return {member_id for member_id, seq in heads if seq % 2 == 1}


def _announce(fact: Fact, *, at: datetime) -> None:
    actor = Actor.system(fact.subject_id)
    with scope.binding(actor):
        emit(fact, actor=actor, at=at)
