"""What other apps' news means for leads."""

from datetime import datetime

from apps.core.actor import Actor
from apps.core.events import inside
from apps.core.scope import bound
from apps.evidence.events import EvidenceAdded
from apps.leads.correlating import postings
from apps.members.events import MemberLeft


@inside(EvidenceAdded)
def let_take_part(fact: EvidenceAdded, actor: Actor, at: datetime) -> None:
    """With its first evidence a lead takes part in signals, in the next batch.

    The file of an ally changes nothing: the lead is not under its stamp.
    """
    here = bound()
    if fact.subject[0] == "lead" and here is not None:
        postings.settle(here.stamp, [fact.subject_id])


@inside(MemberLeft)
def retire_postings(fact: MemberLeft, actor: Actor, at: datetime) -> None:
    """Nobody is told of a member that has left."""
    postings.retire(fact.subject_id)
