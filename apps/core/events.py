"""Announcing facts: one log, a gap-free sequence per subject, readers told after commit."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Q

from apps.core import memo, stream
from apps.core.actor import Actor
from apps.core.models import Access, Event, Level
from apps.core.scope import bound

Ref = tuple[str, UUID]
_NOT_PAYLOAD = {"subject_id", "root"}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Base of every event: named in the past tense, its fields are the typed payload.

    `min_level` is the access level to the root that may read it; `feeds` sends a hint to the
    member feed of every viewer (the board, counts in the navigation). `is_of_one_case` says that
    nothing has changed which several cases share: no desk, duty, load, grant, policy or member.
    """

    name: ClassVar[str]
    subject_type: ClassVar[str]
    min_level: ClassVar[int] = Level.CASE
    feeds: ClassVar[bool] = False
    is_of_one_case: ClassVar[bool] = False

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


# One statement instead of four: what is announced most is announced under a lock.
_RECORD = """
WITH head AS (
  INSERT INTO core_head (subject_type, subject_id, seq)
  VALUES (%(subject_type)s, %(subject_id)s, 1)
  ON CONFLICT (subject_type, subject_id) DO UPDATE SET seq = core_head.seq + 1
  RETURNING seq
), event AS (
  INSERT INTO core_event (
    id, member_id, name, subject_type, subject_id, seq, root_type, root_id, min_level,
    actor_member_id, actor_user_id, actor_via, request_id, occurred_at, payload)
  SELECT %(id)s, %(member_id)s, %(name)s, %(subject_type)s, %(subject_id)s, head.seq,
    %(root_type)s, %(root_id)s, %(min_level)s, %(actor_member_id)s, %(actor_user_id)s,
    %(actor_via)s, %(request_id)s, %(occurred_at)s, %(payload)s::jsonb FROM head
), outbox AS (
  INSERT INTO core_outbox (event_id, member_id, created_at, attempts, next_at, error)
  VALUES (%(id)s, %(member_id)s, %(occurred_at)s, 0, %(occurred_at)s, '')
)
SELECT seq, ARRAY(
  SELECT DISTINCT a.viewer_id FROM core_access a
  JOIN unnest(%(types)s::text[], %(ids)s::uuid[]) AS root (type, id)
    ON a.subject_type = root.type AND a.subject_id = root.id) FROM head
"""
_COLUMNS = [f.attname for f in Event._meta.concrete_fields if f.attname not in {"seq", "payload"}]


def _record(event: Event, roots: Sequence[Ref]) -> set[UUID]:
    """The event, its number in its subject's sequence, and its place in the outbox.

    Returns every member with an access row to one of the roots, as far as the stamp shows.
    """
    told = {name: getattr(event, name) for name in _COLUMNS}
    told["payload"] = json.dumps(event.payload, cls=DjangoJSONEncoder)
    told["types"], told["ids"] = [r[0] for r in roots], [r[1] for r in roots]
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, told)
        seq, viewers = cursor.fetchone()
    event.seq = int(seq)
    return set(viewers)


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
    event = Event(
        member_id=here.stamp if here else actor.member_id,
        name=fact.name,
        subject_type=fact.subject[0],
        subject_id=fact.subject_id,
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
    told = tuple(also)
    fed = [fact.root or fact.subject, *told] if fact.feeds else []
    viewers = _record(event, fed)
    if not fact.is_of_one_case:
        memo.forget()
    for handler in _inside[fact.name]:
        handler(fact, actor, at)
    if fed and _inside[fact.name]:
        # What was done inside may have given or taken access.
        viewers = _viewers(fed)
    hints = _hints(fact, event, told, viewers, frame)
    transaction.on_commit(partial(stream.publish, hints))
    return event


def _hints(
    fact: Fact,
    event: Event,
    also: tuple[Ref, ...],
    viewers: set[UUID],
    frame: dict[str, Any] | None,
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
    for viewer in viewers:
        feed = ("member", viewer)
        hints.append((feed, {**hint, "subject": stream.name(feed), "seq": None}))
    return hints


def _viewers(roots: Sequence[Ref]) -> set[UUID]:
    """Every member with an access row to one of the subjects (as far as the stamp shows)."""
    where = Q()
    for subject_type, subject_id in set(roots):
        where |= Q(subject_type=subject_type, subject_id=subject_id)
    return set(Access.objects.filter(where).values_list("viewer_id", flat=True))
