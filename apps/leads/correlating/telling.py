"""Signals told, in one batch to both sides, and ended when the other side no longer shows itself.

Why a signal ended is kept nowhere: hidden, closed, left and expired are the same to its reader.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings

from apps.core import scope
from apps.core.actor import Actor
from apps.core.events import emit
from apps.leads.correlating import ledger, matching, reposting
from apps.leads.correlating.models import RANKS, Discoverability, PairJudgement, Signal
from apps.leads.events import SignalEnded, SignalFound
from apps.leads.models import Lead
from apps.members import selectors as members
from apps.members.models import Member
from apps.notifications import services as notifications
from apps.sharing.services import Owner

NOTICE: Final = "signal.found"
_NAMED: Final = RANKS.index(Discoverability.NAMED)


@dataclass(slots=True)
class Finding:
    """What a batch found for one lead, before it is told."""

    kinds: set[str] = field(default_factory=set)
    bands: set[str] = field(default_factory=set)
    known_since: datetime | None = None
    named: set[UUID] = field(default_factory=set)


Findings = defaultdict[tuple[UUID, UUID], Finding]


def tell(found: Mapping[tuple[UUID, UUID], Finding], *, at: datetime) -> None:
    """Write the signals of every member under its own stamp, and tell its people once."""
    by_member: dict[UUID, dict[UUID, Finding]] = defaultdict(dict)
    for (member_id, lead_id), finding in found.items():
        by_member[member_id][lead_id] = finding
    for member_id, findings in sorted(by_member.items()):
        with scope.as_owner(Owner(member_id), scope.current()):
            made = _make(member_id, findings, at=at)
            for signal in made:
                emit(SignalFound(subject_id=signal.pk), actor=scope.current(), at=at)
            if made:
                _notify(member_id, made, at=at)


def _make(member_id: UUID, findings: dict[UUID, Finding], *, at: datetime) -> list[Signal]:
    """A signal per lead, for kinds that it has none of: a second one would count the holders."""
    known = _known_kinds(member_id, findings)
    fresh = []
    for lead_id, finding in sorted(findings.items()):
        kinds = sorted(finding.kinds - known[lead_id])
        if kinds and finding.known_since:
            fresh.append(
                Signal(
                    member_id=member_id,
                    lead_id=lead_id,
                    kinds=kinds,
                    confidence=matching.surest(finding.bands),
                    age=matching.age_band(finding.known_since, at),
                    named=sorted(finding.named),
                    batch_at=at,
                    ends_at=at + timedelta(days=settings.SIGNAL_LASTS_DAYS),
                )
            )
    return Signal.objects.bulk_create(fresh)


def _known_kinds(member_id: UUID, lead_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """By lead, the kinds that are told already or that the member has judged to be different."""
    different = PairJudgement.objects.filter(
        member_id=member_id,
        lead_id__in=list(lead_ids),
        verdict=PairJudgement.Verdict.DIFFERENT,
    )
    mine = Signal.objects.filter(member_id=member_id, lead_id__in=list(lead_ids))
    rows = mine.filter(state=Signal.State.ACTIVE) | mine.filter(pk__in=different.values("other_id"))
    found: dict[UUID, set[str]] = defaultdict(set)
    for lead_id, kinds in rows.values_list("lead_id", "kinds"):
        found[lead_id] |= set(kinds)
    return found


def _notify(member_id: UUID, made: list[Signal], *, at: datetime) -> None:
    """The managers and whoever brought the leads, once a batch: where to look, and nothing else."""
    authors = Lead.objects.filter(pk__in=[signal.lead_id for signal in made])
    people = {user_id for user_id in authors.values_list("created_by", flat=True) if user_id}
    people |= set(members.people_with_role(member_id, "manager", "admin"))
    notifications.notify(
        [(member_id, user_id) for user_id in people],
        kind=NOTICE,
        subject=("signal", made[0].pk),
        token=f"{NOTICE}:{at.isoformat()}",
        at=at,
    )


def end_signals(*, at: datetime) -> None:
    """End what has run out, and what nobody else shows any more."""
    is_settled = matching.is_settled(reposting.mark())
    active = set(Member.objects.filter(state=Member.State.ACTIVE).values_list("pk", flat=True))
    for member_id in ledger.members_with_hits():
        with scope.as_owner(Owner(member_id), scope.current()):
            _review(member_id, active, is_settled=is_settled, at=at)


def _review(member_id: UUID, active: set[UUID], *, is_settled: bool, at: datetime) -> None:
    open_ones = Signal.objects.filter(member_id=member_id, state=Signal.State.ACTIVE)
    signals = list(open_ones.order_by("pk"))
    if not signals:
        return
    among = matching.fellows(Actor.system(member_id)) & active
    lead_ids = {signal.lead_id for signal in signals}
    names = matching.names_of(lead_ids)
    held: dict[tuple[UUID, str], dict[UUID, int]] = defaultdict(dict)
    for lead_id, digest, other_id, rank in matching.support(member_id, lead_ids, among):
        if digest in names:
            held[lead_id, names[digest][0]][other_id] = rank
    for signal in signals:
        others: dict[UUID, int] = {}
        for kind in signal.kinds:
            others |= held[signal.lead_id, kind]
        if signal.ends_at <= at or (is_settled and not others):
            end(signal, at=at)
        else:
            _keep_names(signal, [one for one, rank in others.items() if rank >= _NAMED])


def end(signal: Signal, *, at: datetime) -> None:
    """No longer available, whatever the reason."""
    signal.state, signal.named = Signal.State.ENDED, []
    signal.save(update_fields=["state", "named"])
    emit(SignalEnded(subject_id=signal.pk), actor=scope.current(), at=at)


def _keep_names(signal: Signal, named: Iterable[UUID]) -> None:
    """Who no longer says its name is no longer named."""
    kept = sorted(set(signal.named) & set(named))
    if kept != sorted(signal.named):
        signal.named = kept
        signal.save(update_fields=["named"])
