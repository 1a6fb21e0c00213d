"""What people decide about links and signals: verdicts, withdrawal, how much a lead may tell."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound
from apps.core.events import emit
from apps.leads import policies, selectors
from apps.leads.correlating import postings, showing, telling
from apps.leads.correlating.models import (
    Discoverability,
    PairJudgement,
    Signal,
    SignalPolicy,
)
from apps.leads.events import LeadChanged
from apps.leads.models import Lead

LONGEST_NOTE = 2_000


def judge_pair(
    lead_id: UUID, other_id: UUID, verdict: str, *, note: str = "", actor: Actor, at: datetime
) -> PairJudgement:
    """Say whether two leads that one may see mean one seller; "different" mutes their link.

    The judgement is the member's own: the other's owner is told nothing, and no row is merged.
    """
    for one in sorted({lead_id, other_id}):
        selectors.find(actor, one)
    if lead_id == other_id:
        raise Invalid({"other_id": [_("A lead cannot be compared with itself.")]})
    first, second = sorted((lead_id, other_id))
    return _judge(first, second, verdict, note=note, actor=actor, at=at)


def judge_signal(
    signal_id: UUID, verdict: str, *, note: str = "", actor: Actor, at: datetime
) -> PairJudgement:
    """Say what one thinks of a signal; "different" mutes it, and those of its kinds to come."""
    signal = showing.find_signal(actor, signal_id)
    return _judge(signal.lead_id, signal.pk, verdict, note=note, actor=actor, at=at)


def _judge(
    lead_id: UUID, other_id: UUID, verdict: str, *, note: str, actor: Actor, at: datetime
) -> PairJudgement:
    policies.may_add(actor).require()
    if verdict not in PairJudgement.Verdict.values:
        raise Invalid({"verdict": [_("Choose same, different or unsure.")]})
    if len(note) > LONGEST_NOTE:
        raise Invalid({"note": [_("At most %(count)s characters.") % {"count": LONGEST_NOTE}]})
    row, _created = PairJudgement.objects.update_or_create(
        member_id=actor.member_id,
        lead_id=lead_id,
        other_id=other_id,
        defaults={
            "verdict": verdict,
            "note": note.strip(),
            "judged_at": at,
            "judged_by": actor.user_id,
        },
    )
    return row


def withdraw_signal(signal_id: UUID, *, actor: Actor, at: datetime) -> Signal:
    """Hide the own lead from signals: both sides lose this one, the other side with a batch.

    It takes part no more, and withdrawing soon after a hit counts in the member's score.
    """
    signal = showing.find_signal(actor, signal_id)
    set_discoverability(signal.lead_id, Discoverability.HIDDEN, actor=actor, at=at)
    signal.refresh_from_db()
    return signal


def set_discoverability(lead_id: UUID, wanted: str, *, actor: Actor, at: datetime) -> Lead:
    """Say what others may learn of an own lead; an analyst may tighten, a manager loosen."""
    lead = selectors.find(actor, lead_id)
    if lead.member_id == actor.member_id:
        postings.lock_policy(actor.member_id, shared=True)
        lead = Lead.objects.select_for_update().get(pk=lead_id)
    if wanted not in Discoverability.values:
        raise Invalid({"discoverability": [_("Choose hidden, blind or named.")]})
    policies.may_set_discoverability(actor, lead, wanted).require()
    if lead.discoverability != wanted:
        lead.discoverability = wanted
        lead.version += 1
        lead.save(update_fields=["discoverability", "version"])
        postings.settle(lead.member_id, [lead.pk])
        fact = LeadChanged(subject_id=lead.pk, fields=("discoverability",))
        emit(fact, actor=actor, at=at)
    if wanted == Discoverability.HIDDEN:
        _end_own(lead, at=at)
    return lead


def _end_own(lead: Lead, *, at: datetime) -> None:
    """One's own signals end at once, since one knows why; the other side's wait for a batch."""
    mine = Signal.objects.filter(member_id=lead.member_id, lead=lead, state=Signal.State.ACTIVE)
    for signal in mine.order_by("pk"):
        telling.end(signal, at=at)


def set_signal_policy(most: str, *, actor: Actor, at: datetime) -> SignalPolicy:
    """Say the most that any lead of the member lets others learn."""
    policies.may_set_signal_policy(actor).require()
    if most not in Discoverability.values:
        raise Invalid({"most": [_("Choose hidden, blind or named.")]})
    postings.lock_policy(actor.member_id)
    row, _created = SignalPolicy.objects.update_or_create(
        member_id=actor.member_id,
        defaults={"most": most, "changed_at": at, "changed_by": actor.user_id},
    )
    postings.settle_all(actor.member_id)
    return row


def demand_lead(actor: Actor, lead_id: UUID) -> Lead:
    """An own lead, for what only its owner may do. Raises NotFound."""
    lead = selectors.find(actor, lead_id)
    if lead.member_id != actor.member_id:
        raise NotFound
    return lead
