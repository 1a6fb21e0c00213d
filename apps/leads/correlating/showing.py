"""Signals, judgements, own values and sightings as the actor may read them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.leads.correlating import keys, ledger
from apps.leads.correlating.models import (
    Discoverability,
    OwnSelector,
    PairJudgement,
    Sighting,
    Signal,
    SignalPolicy,
    SignalTry,
)
from apps.leads.field_classes import is_sealed, level_of_kind
from apps.leads.models import LeadSelector
from apps.members import selectors as members


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalView:
    """A signal as its member reads it: the day of its batch in UTC, and bands."""

    id: UUID
    lead_id: UUID
    reference: str
    title: str
    kinds: list[str]
    confidence: str
    age: str
    named: list[str]
    is_active: bool
    on: date
    verdict: str

    @property
    def is_muted(self) -> bool:
        return self.verdict == PairJudgement.Verdict.DIFFERENT


@dataclass(frozen=True, slots=True)
class Observed:
    """A selector that the reader may read whole, with what was seen of it."""

    id: UUID
    kind: str
    norm: str
    seen: int
    false: int
    last_at: datetime | None


def signals(actor: Actor) -> QuerySet[Signal]:
    """The member's signals, newest first."""
    mine = Signal.objects.filter(member_id=actor.member_id).select_related("lead")
    return mine.order_by("-batch_at", "-id")


def signals_of_lead(actor: Actor, lead_id: UUID) -> QuerySet[Signal]:
    """The signals of one own lead; whoever else reads the lead sees none."""
    return signals(actor).filter(lead_id=lead_id)


def find_signal(actor: Actor, signal_id: UUID) -> Signal:
    """One signal of the member's own. Raises NotFound."""
    found = signals(actor).filter(pk=signal_id).first()
    if found is None:
        raise NotFound
    return found


def views(actor: Actor, rows: Iterable[Signal]) -> list[SignalView]:
    """The signals with the member's verdicts and the names that were given."""
    found = list(rows)
    judged = PairJudgement.objects.filter(
        member_id=actor.member_id, other_id__in=[row.pk for row in found]
    )
    verdicts = dict(judged.values_list("other_id", "verdict"))
    cards = members.member_cards(one for row in found for one in row.named)
    return [
        SignalView(
            id=row.pk,
            lead_id=row.lead_id,
            reference=row.lead.reference,
            title=row.lead.title,
            kinds=row.kinds,
            confidence=row.confidence,
            age=row.age,
            named=sorted(cards[one].name for one in row.named if one in cards),
            is_active=row.is_active,
            on=row.batch_at.astimezone(UTC).date(),
            verdict=verdicts.get(row.pk, ""),
        )
        for row in found
    ]


def policy(actor: Actor) -> str:
    """The most that any lead of the member lets others learn."""
    row = SignalPolicy.objects.filter(member_id=actor.member_id).first()
    return row.most if row else str(Discoverability.NAMED)


def is_frozen(actor: Actor) -> bool:
    return bool(ledger.frozen([actor.member_id]))


def tries(actor: Actor) -> QuerySet[SignalTry]:
    """What the member has asked all others, newest first."""
    return SignalTry.objects.filter(member_id=actor.member_id).order_by("-tried_at", "-id")


def own_selectors(actor: Actor) -> QuerySet[OwnSelector]:
    return OwnSelector.objects.filter(member_id=actor.member_id).order_by("kind", "norm", "id")


def tries_on(actor: Actor, at: datetime) -> int:
    """How many new values the member has asked for on this day (UTC)."""
    return ledger.asked_today(actor.member_id, at)


def capabilities(actor: Actor, lead_id: UUID) -> Collection[str]:
    """What the actor's access to a lead lets it do, beyond reading."""
    row = access.row(actor, "lead", lead_id)
    return row.capabilities if row else ()


def sightings(actor: Actor, lead_id: UUID) -> QuerySet[Sighting]:
    """What was seen of a lead's selectors: one's own rows, and all of them for its owner."""
    mine = Q(member_id=actor.member_id) | Q(owner_id=actor.member_id)
    return Sighting.objects.filter(mine, lead_id=lead_id).order_by("-seen_at", "-id")


def observed(actor: Actor, lead_id: UUID) -> list[Observed]:
    """The selectors of a lead as far as they may be read whole, with what was seen of each."""
    level = access.level(actor, "lead", lead_id)
    seen: dict[keys.Named, list[Sighting]] = {}
    for row in sightings(actor, lead_id):
        seen.setdefault((row.selector_kind, row.namespace, row.norm), []).append(row)
    rows = LeadSelector.objects.filter(lead_id=lead_id, key__isnull=False)
    return [
        _observed(row, seen.get((row.kind, row.namespace, row.norm), []))
        for row in rows.order_by("position", "id")
        if level >= level_of_kind(row.kind)
        # What is sealed an ally reads in the lead itself, for a reason that is logged.
        and not (is_sealed(row.kind) and row.member_id != actor.member_id)
    ]


def _observed(selector: LeadSelector, rows: list[Sighting]) -> Observed:
    false = sum(row.kind == Sighting.Kind.FALSE for row in rows)
    last_at = rows[0].seen_at if rows else None
    norm = selector.norm
    return Observed(selector.pk, selector.kind, norm, len(rows) - false, false, last_at)
