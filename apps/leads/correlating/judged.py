"""What a member thinks of the pairs of one lead."""

from uuid import UUID

from apps.core.actor import Actor
from apps.leads.correlating.models import PairJudgement


def verdicts_of(actor: Actor, lead_id: UUID) -> dict[UUID, str]:
    """The judgements of the actor's member about a lead, by the other lead or the signal."""
    mine = PairJudgement.objects.filter(member_id=actor.member_id)
    rows = mine.filter(lead_id=lead_id) | mine.filter(other_id=lead_id)
    return {
        (other if first == lead_id else first): verdict
        for first, other, verdict in rows.values_list("lead_id", "other_id", "verdict")
    }
