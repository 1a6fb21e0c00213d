"""What handovers do when something below them happens."""

from datetime import datetime

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.events import inside
from apps.handovers import services
from apps.handovers.models import Handover
from apps.handovers.services.answering import end_custody_grants
from apps.handovers.services.planning import drop, pending
from apps.investigations import services as custody
from apps.investigations.events import (
    InvestigationClosed,
    InvestigationOpened,
    InvestigationReopened,
)
from apps.investigations.models import Investigation
from apps.sharing import services as sharing
from apps.sharing.events import GrantEnded


@inside(InvestigationOpened, InvestigationReopened)
def plan_first(
    fact: InvestigationOpened | InvestigationReopened, actor: Actor, at: datetime
) -> None:
    """An open case has its next handover planned from its first instant."""
    investigation = custody.lock(fact.subject_id)
    services.plan_next(investigation, actor=actor, at=at)


@inside(InvestigationClosed)
def cancel_pending(fact: InvestigationClosed, actor: Actor, at: datetime) -> None:
    """A closed case has no pending handover (I9), and nobody's custody grant goes on."""
    investigation = custody.lock(fact.subject_id)
    handover = pending(investigation)
    if handover is not None:
        drop(handover, reason_code="closed", actor=actor, at=at)
    due.cancel(investigation.pk)
    end_custody_grants(investigation, keep=None, actor=actor, at=at)


@inside(GrantEnded)
def recall(fact: GrantEnded, actor: Actor, at: datetime) -> None:
    """Revoking the holder's access recalls custody in the same transaction."""
    if fact.root is None or fact.root[0] != "investigation":
        return
    investigation = Investigation.objects.select_for_update().get(pk=fact.root[1])
    with scope.as_owner(investigation, actor):
        for handover in Handover.objects.filter(
            investigation=investigation, to_member_id=fact.grantee_id
        ):
            if handover.state != Handover.State.OFFERED:
                sharing.take_access(("handover", handover.pk), viewer_id=fact.grantee_id)
        if investigation.is_open and investigation.accountable_member_id == fact.grantee_id:
            services.recall_custody(investigation.pk, actor=actor, at=at)
