"""What handovers do when something below them happens."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.events import inside, inside_together
from apps.duty.events import DutyChanged, PeopleChanged
from apps.duty.models import Desk
from apps.handovers import selecting, services
from apps.handovers.events import HandoverBounced
from apps.handovers.models import Asked, Handover
from apps.handovers.services.answering import withdraw_asked
from apps.handovers.services.planning import drop, pending
from apps.handovers.services.taking import end_custody_grants
from apps.investigations import services as custody
from apps.investigations.events import (
    CustodyHeld,
    CustodyLocked,
    CustodyPinned,
    CustodyUnlocked,
    CustodyUnpinned,
    InvestigationClosed,
    InvestigationOpened,
    InvestigationReopened,
)
from apps.investigations.models import Investigation
from apps.members.events import MemberLeft, MembershipEnded, MemberSuspended
from apps.sharing import selectors as circles
from apps.sharing import services as sharing
from apps.sharing.events import CircleLeft, GrantEnded


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
    stayed = circles.seated_ids(fact.subject_id)
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


@inside(HandoverBounced)
def take_back_tasks(fact: HandoverBounced, actor: Actor, at: datetime) -> None:
    """An acceptance that was undone has given no task back."""
    handover = Handover.objects.get(pk=fact.handover_id)
    investigation = custody.lock(fact.subject_id)
    returned = {UUID(task) for task in handover.return_reasons}
    custody.take_tasks(investigation, returned, actor=actor)


@inside(DutyChanged, PeopleChanged)
def follow_desk(fact: DutyChanged | PeopleChanged, actor: Actor, at: datetime) -> None:
    """A changed shift, a closed or an empty desk: what it holds and is offered is derived anew.

    In the transaction of the change, whoever owns the cases: never a stale target.
    """
    services.replan_all(_at_desks([fact.subject_id]), at=at)


@inside(MembershipEnded)
def follow_leaver(fact: MembershipEnded, actor: Actor, at: datetime) -> None:
    """Desks at which nobody is left hold nothing and are offered nothing."""
    desks = _desk_ids(fact.subject_id)
    empty = set(desks) - selecting.staffed(desks)
    if empty:
        services.replan_all(_at_desks(empty), at=at)


@inside(MemberSuspended)
def follow_member(fact: MemberSuspended, actor: Actor, at: datetime) -> None:
    """Nobody acts there now: what its desks hold for others goes home, offers to them end."""
    services.replan_all(_at_desks(_desk_ids(fact.subject_id)), at=at)


@inside(MemberLeft)
def part_with_member(fact: MemberLeft, actor: Actor, at: datetime) -> None:
    """In both directions: it gives back what it holds, and allies give back what is its."""
    leaver = fact.subject_id
    services.replan_all(_at_desks(_desk_ids(leaver)), at=at)
    own = Investigation.objects.select_for_update().filter(member_id=leaver, closed_at__isnull=True)
    for investigation in own.order_by("pk"):
        end_custody_grants(investigation, keep=None, actor=actor, at=at)
        handover = pending(investigation)
        if handover is not None:
            drop(handover, reason_code="member_left", actor=actor, at=at)
        # Nobody is left who could take it on: it rests where it is.
        due.cancel(investigation.pk)


@inside(CustodyPinned, CustodyUnpinned, CustodyLocked, CustodyUnlocked)
def follow_lock(
    fact: CustodyPinned | CustodyUnpinned | CustodyLocked | CustodyUnlocked,
    actor: Actor,
    at: datetime,
) -> None:
    """An offer to a desk that may hold the case no longer ends; one that may is found."""
    services.replan(fact.subject_id, at=at)


@inside_together(CustodyHeld)
def start_ladder(facts: Sequence[CustodyHeld], actor: Actor, at: datetime) -> None:
    """A hold wakes people from its first instant."""
    services.plan_ladder([fact.subject_id for fact in facts], at=at)


def _desk_ids(member_id: UUID) -> list[UUID]:
    return list(Desk.objects.filter(member_id=member_id).values_list("pk", flat=True))


def _at_desks(desk_ids: Iterable[UUID]) -> set[tuple[UUID, UUID]]:
    """The cases, each with its owner, that the desks hold or are asked to take.

    Under the stamp of the desks' own member, who reads what it holds and is offered.
    """
    ids = list(desk_ids)
    held = Investigation.objects.filter(accountable_desk_id__in=ids, closed_at__isnull=True)
    asked = Asked.objects.filter(desk_id__in=ids, state=Asked.State.WAITING)
    return {
        *held.values_list("pk", "member_id"),
        *asked.values_list("handover__investigation_id", "member_id"),
    }
