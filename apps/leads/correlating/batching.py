"""All members are asked at once, every half hour and a little: the blind signals (sharing.md 4.3).

A batch takes what was posted since, asks for each new value once, and tells both sides of a match
in the same transaction. Nothing of it happens while somebody reports a lead, so no answer, time or
size of one tells whether anybody else knows it.
"""

import hmac
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from apps.core import due, scope
from apps.core.actor import PUBLIC_MEMBER, Actor
from apps.leads.correlating import keys, ledger, matching, postings, telling
from apps.leads.correlating.matching import Posted
from apps.leads.correlating.models import RANKS, Discoverability, Quarantine
from apps.sharing.services import Owner

DUE_KIND: Final = "leads.ask_members"
_LOCK: Final = 0x51697A1
NAMED: Final = RANKS.index(Discoverability.NAMED)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Question:
    """What one member asks in this batch: values with the digests that mean them."""

    member_id: UUID
    fresh: set[keys.Named] = field(default_factory=set)
    names: dict[bytes, keys.Named] = field(default_factory=dict)


def next_at(at: datetime) -> datetime:
    """When the next batch is due: a slot of the clock, and a delay that nobody can foretell."""
    every = timedelta(minutes=settings.SIGNAL_EVERY_MINUTES)
    slot = (at - _EPOCH) // every
    due_at = _EPOCH + slot * every + _jitter(slot)
    return due_at if due_at > at else _EPOCH + (slot + 1) * every + _jitter(slot + 1)


def _jitter(slot: int) -> timedelta:
    drawn = hmac.digest(keys.current().secret, f"batch {slot}".encode(), "sha256")
    most = settings.SIGNAL_JITTER_MINUTES * 60
    return timedelta(seconds=int.from_bytes(drawn[:8], "big") % most if most else 0)


def plan_next(at: datetime) -> None:
    """One due row for the next slot, however often this is called."""
    when = next_at(at)
    slot = (when - _EPOCH) // timedelta(minutes=settings.SIGNAL_EVERY_MINUTES)
    due.plan(DUE_KIND, PUBLIC_MEMBER, at=when, member_id=PUBLIC_MEMBER, token=f"{DUE_KIND}:{slot}")


def run_batch(_ref: UUID, at: datetime) -> None:
    """Due service: ask for everybody, tell both sides, end what no longer holds."""
    plan_next(at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    waiting = postings.members_with_untried()
    asking = sorted(set(waiting) - ledger.frozen(waiting))
    questions = [question for one in asking if (question := _ask(one, at))]
    eligible = matching.eligible_members()
    found: telling.Findings = defaultdict(telling.Finding)
    for question in questions:
        if question.member_id in eligible:
            _answer(question, eligible, found, at)
    telling.tell(found, at=at)
    telling.end_signals(at=at)
    ledger.note_withdrawn(at)
    ledger.freeze(at)


def _ask(member_id: UUID, at: datetime) -> Question | None:
    """Take what is new of a member, as far as its quota reaches; a value is asked for once.

    A value that was asked for before takes part again and asks nobody: to delete, edit or restore
    a lead tells nothing.
    """
    left = ledger.left_today(member_id, at)
    waiting = postings.untried(member_id, limit=settings.SIGNAL_DAILY_QUOTA * 4)
    with scope.as_owner(Owner(member_id), scope.current()):
        names = matching.names_of({one.lead_id for one in waiting})
    before = {names[digest] for digest in ledger.asked_before(member_id, names)}
    fresh: dict[keys.Named, tuple[bytes, UUID]] = {}
    tried = set()
    for one in waiting:
        digest = bytes(one.digest)
        name = names.get(digest)
        if name is None:
            continue
        is_new = name not in before and postings.signals_alone(one.strength)
        if is_new and name not in fresh:
            if len(fresh) >= left:
                continue
            fresh[name] = digest, one.lead_id
        tried.add(digest)
    ledger.record(member_id, dict(fresh.values()), at)
    postings.mark_tried(member_id, tried)
    return Question(member_id, set(fresh), names) if fresh else None


def _answer(
    question: Question, eligible: Collection[UUID], found: telling.Findings, at: datetime
) -> None:
    """Look for the other members that know one of the values, and note it for both sides."""
    member_id = question.member_id
    with scope.as_owner(Owner(member_id), scope.current()):
        peers = matching.peers(Actor.system(member_id), eligible)
    silent = _silent(question.names, at)
    digests = [digest for digest in question.names if digest not in silent]
    rows = matching.open_postings(digests, peers | {member_id})
    having: dict[keys.Named, list[Posted]] = defaultdict(list)
    values: dict[UUID, dict[keys.Named, float]] = defaultdict(dict)
    for row in rows:
        name = question.names[row.digest]
        having[name].append(row)
        values[row.lead_id][name] = row.strength
    for name in sorted(question.fresh):
        mine = [row for row in having[name] if row.member_id == member_id]
        theirs = [row for row in having[name] if row.member_id != member_id]
        if mine and theirs:
            ledger.note_hits({row.member_id for row in (*mine, *theirs)}, keys.digests(name), at)
        for own in mine:
            for other in theirs:
                shared = values[own.lead_id].keys() & values[other.lead_id].keys()
                strengths = {one: values[own.lead_id][one] for one in shared}
                _note(found, own, other, strengths)
                _note(found, other, own, strengths)


def _note(
    found: telling.Findings, told: Posted, about: Posted, shared: dict[keys.Named, float]
) -> None:
    """What one side is told: kinds and bands, and a name only where the other side gives it."""
    finding = found[told.member_id, told.lead_id]
    finding.kinds |= {kind for kind, _namespace, _norm in shared}
    finding.bands.add(matching.band(shared.values()))
    finding.known_since = max(finding.known_since or about.known_since, about.known_since)
    if about.rank >= NAMED:
        finding.named.add(about.member_id)


def _silent(names: dict[bytes, keys.Named], at: datetime) -> set[bytes]:
    """The digests that are told to nobody: stopped by staff, or too common to mean a seller."""
    common = matching.too_common(names)
    fresh = set(common) - matching.cleared(common)
    rows = [
        Quarantine(
            digest=digest,
            key_id=keys.made_by(digest, names[digest]),
            kind=names[digest][0],
            member_count=common[digest],
            found_at=at,
        )
        for digest in fresh
    ]
    Quarantine.objects.bulk_create(rows, ignore_conflicts=True)
    return fresh | matching.stopped(names)
