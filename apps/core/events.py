"""Announcing facts: one log, a gap-free sequence per subject, readers told after commit."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Q

from apps.core import memo, stream
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import Access, Event, Level
from apps.core.scope import bound

Ref = tuple[str, UUID]
NOT_PAYLOAD = {"subject_id", "root"}


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
        return {k: v for k, v in asdict(self).items() if k not in NOT_PAYLOAD}


Inside = Callable[[Any, Actor, datetime], None]
InsideTogether = Callable[[Sequence[Any], Actor, datetime], None]
AfterCommit = Callable[[Event], None]
_Viewers = defaultdict[Ref, set[UUID]]
_inside: dict[str, list[Inside]] = defaultdict(list)
_together: dict[str, list[InsideTogether]] = defaultdict(list)
_after: dict[str, list[AfterCommit]] = defaultdict(list)


def inside(*facts: type[Fact]) -> Callable[[Inside], Inside]:
    """Subscribe in the same transaction: only where an invariant depends on it."""

    def subscribe(handler: Inside) -> Inside:
        for fact in facts:
            if handler not in _inside[fact.name]:
                _inside[fact.name].append(handler)
        return handler

    return subscribe


def inside_together(*facts: type[Fact]) -> Callable[[InsideTogether], InsideTogether]:
    """Subscribe in the same transaction to all that one call announces, told at once."""

    def subscribe(handler: InsideTogether) -> InsideTogether:
        for fact in facts:
            if handler not in _together[fact.name]:
                _together[fact.name].append(handler)
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


class Announced(NamedTuple):
    """A fact to be recorded, and which further subjects' watchers get a hint of it.

    `frame` is content for the subject's own watchers: rooms only, which gate at level L3.
    """

    fact: Fact
    also: tuple[Ref, ...] = ()
    frame: dict[str, Any] | None = None

    @property
    def fed(self) -> set[Ref]:
        """The subjects whose viewers get a hint in their member feed."""
        return {self.fact.root or self.fact.subject, *self.also} if self.fact.feeds else set()


# One statement for any number: what is announced most is announced under a lock. The sequences of
# several subjects are advanced in the order of their ids, as everybody locks.
_RECORD = """
WITH head AS (
  INSERT INTO core_head AS h (subject_type, subject_id, seq)
  SELECT * FROM unnest(%(head_types)s::text[], %(head_ids)s::uuid[], %(counts)s::bigint[])
  ON CONFLICT (subject_type, subject_id) DO UPDATE SET seq = h.seq + EXCLUDED.seq
  RETURNING h.subject_type, h.subject_id, h.seq
), told AS (
  SELECT t.id, t.name, t.subject_type, t.subject_id, head.seq - t.followed AS seq,
    t.root_type, t.root_id, t.min_level, t.payload::jsonb AS payload
  FROM unnest(%(id)s::uuid[], %(name)s::text[], %(subject_type)s::text[], %(subject_id)s::uuid[],
    %(root_type)s::text[], %(root_id)s::uuid[], %(min_level)s::smallint[], %(payload)s::text[],
    %(followed)s::bigint[]) AS t (id, name, subject_type, subject_id,
    root_type, root_id, min_level, payload, followed)
  JOIN head USING (subject_type, subject_id)
), event AS (
  INSERT INTO core_event (
    id, member_id, name, subject_type, subject_id, seq, root_type, root_id, min_level,
    actor_member_id, actor_user_id, actor_via, request_id, occurred_at, payload)
  SELECT id, %(member_id)s, name, subject_type, subject_id, seq, root_type, root_id, min_level,
    %(actor_member_id)s, %(actor_user_id)s, %(actor_via)s, %(request_id)s, %(occurred_at)s, payload
  FROM told
), outbox AS (
  INSERT INTO core_outbox (event_id, member_id, created_at, attempts, next_at, error)
  SELECT id, %(member_id)s, %(occurred_at)s, 0, %(occurred_at)s, '' FROM told
)
SELECT 'seq', id, seq, NULL::uuid FROM told
UNION ALL
SELECT DISTINCT a.subject_type, a.subject_id, 0, a.viewer_id FROM core_access a
  JOIN unnest(%(types)s::text[], %(ids)s::uuid[]) AS root (type, id)
    ON a.subject_type = root.type AND a.subject_id = root.id
"""
_EACH = ("id", "name", "subject_type", "subject_id", "root_type", "root_id", "min_level")
_SHARED = ("member_id", "actor_member_id", "actor_user_id", "actor_via", "request_id")


def _record(events: Sequence[Event], roots: Collection[Ref]) -> _Viewers:
    """The events, each with its number in its subject's sequence, and their places in the outbox.

    Returns every member with an access row to one of the roots, as far as the stamp shows.
    """
    counts = Counter((event.subject_type, event.subject_id) for event in events)
    heads, left = sorted(counts), dict(counts)
    followed = []
    for event in events:
        left[event.subject_type, event.subject_id] -= 1
        followed.append(left[event.subject_type, event.subject_id])
    told: dict[str, Any] = {name: [getattr(event, name) for event in events] for name in _EACH}
    told |= {name: getattr(events[0], name) for name in _SHARED}
    told["occurred_at"], told["followed"] = events[0].occurred_at, followed
    told["payload"] = [json.dumps(event.payload, cls=DjangoJSONEncoder) for event in events]
    told["head_types"], told["head_ids"] = [h[0] for h in heads], [h[1] for h in heads]
    told["counts"] = [counts[head] for head in heads]
    told["types"], told["ids"] = [r[0] for r in roots], [r[1] for r in roots]
    seqs: dict[UUID, int] = {}
    viewers = _Viewers(set)
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, told)
        for kind, ident, seq, viewer in cursor:
            if viewer is None:
                seqs[ident] = int(seq)
            else:
                viewers[kind, ident].add(viewer)
    for event in events:
        event.seq = seqs[event.pk]
    return viewers


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
    return emit_all([Announced(fact, tuple(also), frame)], actor=actor, at=at)[0]


def emit_all(told: Sequence[Announced], *, actor: Actor, at: datetime) -> list[Event]:
    """Record several facts, in this order, as one statement; publish their hints on commit."""
    if not told:
        return []
    # Made in one millisecond, they are told in the order in which they are recorded.
    numbers = sorted(uuid7() for _one in told)
    events = [
        _event(one.fact, number, actor=actor, at=at)
        for one, number in zip(told, numbers, strict=True)
    ]
    fed = {ref for one in told for ref in one.fed}
    viewers = _record(events, fed)
    if not all(one.fact.is_of_one_case for one in told):
        memo.forget()
    if _tell_inside(told, actor=actor, at=at) and fed:
        # What was done inside may have given or taken access.
        viewers = _viewers(fed)
    hints = [
        hint
        for one, event in zip(told, events, strict=True)
        for hint in _hints(one, event, {viewer for ref in one.fed for viewer in viewers[ref]})
    ]
    transaction.on_commit(partial(stream.publish, hints))
    return events


def _event(fact: Fact, number: UUID, *, actor: Actor, at: datetime) -> Event:
    here = bound()
    root_type, root_id = fact.root or fact.subject
    return Event(
        id=number,
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
        request_id=request_id(),
        occurred_at=at,
        payload=fact.payload(),
    )


def request_id() -> str:
    """The request in which it happens, as the log names it."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def _tell_inside(told: Sequence[Announced], *, actor: Actor, at: datetime) -> bool:
    """Tell everybody who has subscribed in the same transaction; whether there was anybody."""
    alone = [(handler, one.fact) for one in told for handler in _inside[one.fact.name]]
    for handler, fact in alone:
        handler(fact, actor, at)
    together: dict[InsideTogether, list[Fact]] = {}
    for one in told:
        for listener in _together[one.fact.name]:
            together.setdefault(listener, []).append(one.fact)
    for listener, facts in together.items():
        listener(facts, actor, at)
    return bool(alone or together)


def _hints(one: Announced, event: Event, viewers: set[UUID]) -> list[tuple[Ref, dict[str, Any]]]:
    hint = {
        "type": "event",
        "id": str(event.pk),
        "name": event.name,
        "subject": stream.name(one.fact.subject),
        "seq": event.seq,
        "occurred_at": event.occurred_at.isoformat(),
    }
    hints = [(one.fact.subject, {**hint, **(one.frame or {})})]
    hints += [(o, {**hint, "subject": stream.name(o), "seq": None}) for o in one.also]
    for viewer in viewers:
        feed = ("member", viewer)
        hints.append((feed, {**hint, "subject": stream.name(feed), "seq": None}))
    return hints


def _viewers(roots: Collection[Ref]) -> _Viewers:
    """Every member with an access row to the subjects (as far as the stamp shows), by subject."""
    where = Q()
    for subject_type, subject_id in roots:
        where |= Q(subject_type=subject_type, subject_id=subject_id)
    found = _Viewers(set)
    rows = Access.objects.filter(where).values_list("subject_type", "subject_id", "viewer_id")
    for subject_type, subject_id, viewer_id in rows:
        found[subject_type, subject_id].add(viewer_id)
    return found
