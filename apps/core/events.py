"""Announcing facts: one log, a gap-free sequence per subject, readers told after commit."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import structlog
from django.db import connection, transaction

from apps.core import stream
from apps.core.actor import Actor
from apps.core.models import Access, Event, Level, Outbox
from apps.core.scope import bound

Ref = tuple[str, UUID]
_NOT_PAYLOAD = {"subject_id", "root"}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Base of every event: named in the past tense, its fields are the typed payload.

    `min_level` is the access level to the root that may read it; `feeds` sends a hint to the
    member feed of every viewer (the board, counts in the navigation).
    """

    name: ClassVar[str]
    subject_type: ClassVar[str]
    min_level: ClassVar[int] = Level.CASE
    feeds: ClassVar[bool] = False

    subject_id: UUID
    root: Ref | None = field(default=None)

    @property
    def subject(self) -> Ref:
        return (self.subject_type, self.subject_id)

    def payload(self) -> dict[str, Any]:
        return {k: v for k, v in asdict(self).items() if k not in _NOT_PAYLOAD}


Inside = Callable[[Any, Actor, datetime], None]
AfterCommit = Callable[[Event], None]
_inside: dict[str, list[Inside]] = defaultdict(list)
_after: dict[str, list[AfterCommit]] = defaultdict(list)


def inside(*facts: type[Fact]) -> Callable[[Inside], Inside]:
    """Subscribe in the same transaction: only where an invariant depends on it."""

    def subscribe(handler: Inside) -> Inside:
        for fact in facts:
            if handler not in _inside[fact.name]:
                _inside[fact.name].append(handler)
        return handler

    return subscribe


def after_commit(*facts: type[Fact]) -> Callable[[AfterCommit], AfterCommit]:
    """Subscribe through the outbox: at least once, idempotent by event id.

    The handler runs as `Actor.system(event.member_id)` in a transaction of its own.
    """

    def subscribe(handler: AfterCommit) -> AfterCommit:
        for fact in facts:
            if handler not in _after[fact.name]:
                _after[fact.name].append(handler)
        return handler

    return subscribe


def readers_of(name: str) -> list[AfterCommit]:
    """The after-commit subscribers of an event name."""
    return _after[name]


def next_seq(subject: Ref, count: int = 1) -> int:
    """Advance the subject's sequence and return it; serialises its writers until commit.

    With a `count` a whole block is taken, and its last number returned.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_head (subject_type, subject_id, seq) VALUES (%s, %s, %s)"
            " ON CONFLICT (subject_type, subject_id) DO UPDATE"
            " SET seq = core_head.seq + EXCLUDED.seq RETURNING seq",
            [*subject, count],
        )
        return int(cursor.fetchone()[0])


def emit(
    fact: Fact,
    *,
    actor: Actor,
    at: datetime,
    also: Iterable[Ref] = (),
    frame: dict[str, Any] | None = None,
) -> Event:
    """Record the fact in the caller's transaction; publish a hint when it commits.

    `also` names further subjects whose watchers get a hint without a sequence number.
    `frame` is content for the subject's own watchers: rooms only, which gate at level L3.
    """
    here = bound()
    root_type, root_id = fact.root or fact.subject
    event = Event.objects.create(
        member_id=here.stamp if here else actor.member_id,
        name=fact.name,
        subject_type=fact.subject_type,
        subject_id=fact.subject_id,
        seq=next_seq(fact.subject),
        root_type=root_type,
        root_id=root_id,
        min_level=fact.min_level,
        actor_member_id=actor.member_id,
        actor_user_id=actor.user_id,
        actor_via=actor.via,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
        occurred_at=at,
        payload=fact.payload(),
    )
    Outbox.objects.create(event_id=event.pk, member_id=event.member_id, created_at=at, next_at=at)
    for handler in _inside[fact.name]:
        handler(fact, actor, at)
    hints = _hints(fact, event, tuple(also), frame)
    transaction.on_commit(partial(stream.publish, hints))
    return event


def _hints(
    fact: Fact, event: Event, also: tuple[Ref, ...], frame: dict[str, Any] | None
) -> list[tuple[Ref, dict[str, Any]]]:
    hint = {
        "type": "event",
        "id": str(event.pk),
        "name": event.name,
        "subject": stream.name(fact.subject),
        "seq": event.seq,
        "occurred_at": event.occurred_at.isoformat(),
    }
    hints = [(fact.subject, {**hint, **(frame or {})})]
    hints += [(o, {**hint, "subject": stream.name(o), "seq": None}) for o in also]
    if fact.feeds:
        roots = [fact.root or fact.subject, *also]
        for viewer in _viewers(roots):
            feed = ("member", viewer)
            hints.append((feed, {**hint, "subject": stream.name(feed), "seq": None}))
    return hints


def _viewers(roots: list[Ref]) -> set[UUID]:
    """Every member with an access row to one of the subjects (as far as the stamp shows)."""
    viewers: set[UUID] = set()
    for subject_type, subject_id in roots:
        rows = Access.objects.filter(subject_type=subject_type, subject_id=subject_id)
        viewers.update(rows.values_list("viewer_id", flat=True))
    return viewers
