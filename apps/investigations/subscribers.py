"""What other apps' news means for a case."""

from datetime import datetime

from apps.core import events
from apps.core.actor import Actor
from apps.evidence.events import EvidenceAdded
from apps.investigations import policies
from apps.investigations.models import Investigation


@events.inside(EvidenceAdded)
def refuse_files_of_closed_cases(fact: EvidenceAdded, actor: Actor, at: datetime) -> None:
    """Evidence does not know what a closed case is; this is where it learns."""
    investigation = Investigation.objects.filter(pk=fact.subject_id).first()
    if investigation is not None:
        policies.may_work(actor, investigation).require()
