"""What handovers do when something below them happens."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from apps.core import clock, due, scope
from apps.core.actor import Actor
from apps.core.events import after_commit, inside
from apps.core.models import Event
from apps.duty.events import DutyChanged
from apps.handovers import services
from apps.handovers.events import HandoverBounced, HandoverOffered
from apps.handovers.models import Asked, Handover
from apps.handovers.services.answering import withdraw_asked
from apps.handovers.services.planning import drop, pending
from apps.handovers.services.taking import end_custody_grants
from apps.investigations import services as custody
from apps.investigations.events import (
    InvestigationClosed,
    InvestigationOpened,
    InvestigationReopened,
)
from apps.investigations.models import Investigation
from apps.sharing import selectors as circles
from apps.sharing import services as sharing
from apps.sharing.events import CircleLeft, GrantEnded
from apps.sharing.models import Seat


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
    """Revoking the holder's access recalls custody in the same transaction, an offer's ends it.

    Another grant that ends beside the one that carries custody changes nothing here.
    """
    if fact.root is None or fact.root[0] != "investigation":
        return
    investigation = Investigation.objects.select_for_update().get(pk=fact.root[1])
    with scope.as_owner(investigation, actor):
        ended = Q(grant_id=fact.subject_id)
        offers = Asked.objects.filter(ended, handover__investigation=investigation)
        for handover_id in offers.values_list("handover_id", flat=True):
            withdraw_asked(handover_id, asked=ended, reason_code="revoked", actor=actor, at=at)
        if circles.carries_custody(fact.root, fact.grantee_id):
            return
        passed = Q(to_member_id=fact.grantee_id) & ~Q(state=Handover.State.OFFERED)
        sent = Q(from_member_id=fact.grantee_id)
        for handover in Handover.objects.filter(passed | sent, investigation=investigation):
            sharing.take_access(("handover", handover.pk), viewer_id=fact.grantee_id)
        if investigation.is_open and investigation.accountable_member_id == fact.grantee_id:
            services.recall_custody(investigation.pk, actor=actor, at=at)


@inside(CircleLeft)
def recall_across_the_circle(fact: CircleLeft, actor: Actor, at: datetime) -> None:
    """No case stays at a desk outside its owner's circles (I3), in either direction."""
    leaver = fact.seated_member_id
    stayed = set(
        Seat.objects.filter(circle_id=fact.subject_id).values_list("seated_member_id", flat=True)
    )
    for owner in sorted(stayed - {leaver}):
        _recall_from(owner, {leaver}, actor=actor, at=at)
    _recall_from(leaver, stayed - {leaver}, actor=actor, at=at)


def _recall_from(owner_id: UUID, holders: set[UUID], *, actor: Actor, at: datetime) -> None:
    with scope.as_owner(sharing.Owner(owner_id), actor):
        parted = holders - circles.fellow_ids(Actor.system(owner_id))
        held = Investigation.objects.select_for_update().filter(
            member_id=owner_id, closed_at__isnull=True, accountable_member_id__in=parted
        )
        for investigation in held.order_by("pk"):
            end_custody_grants(investigation, keep=None, actor=actor, at=at)
        theirs = Q(desk_member_id__in=parted)
        offered = Asked.objects.filter(theirs, member_id=owner_id, state=Asked.State.WAITING)
        ids = offered.order_by("handover__investigation_id").values_list("handover_id", flat=True)
        for handover_id in dict.fromkeys(ids):
            withdraw_asked(handover_id, asked=theirs, reason_code="parted", actor=actor, at=at)


@inside(HandoverOffered)
def note_gaps(fact: HandoverOffered, actor: Actor, at: datetime) -> None:
    """An incomplete briefing is offered all the same; that it is incomplete is on record at once.

    Inside, so that a redelivered event does not record it twice.
    """
    services.note_gaps(fact.handover_id, actor=actor, at=at)


@inside(HandoverBounced)
def take_back_tasks(fact: HandoverBounced, actor: Actor, at: datetime) -> None:
    """An acceptance that was undone has given no task back."""
    handover = Handover.objects.get(pk=fact.handover_id)
    investigation = custody.lock(fact.subject_id)
    returned = {UUID(task) for task in handover.return_reasons}
    custody.take_tasks(investigation, returned, actor=actor)


@after_commit(DutyChanged)
def replan_desk(event: Event) -> None:
    """A changed shift moves the planned handovers of its own member's cases at once.

    Cases of allies that the desk holds follow with the reconciler, within a minute.
    """
    held = Investigation.objects.filter(
        member_id=event.member_id, accountable_desk_id=event.subject_id, closed_at__isnull=True
    )
    for investigation_id in held.order_by("pk").values_list("pk", flat=True):
        services.replan(investigation_id, at=clock.now())
