"""Deriving anew what must be true of a case: after a change below, and each minute."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.core import due, scope
from apps.core.actor import Actor
from apps.duty import selectors as duty
from apps.handovers import selecting
from apps.handovers.models import Handover
from apps.handovers.selecting import Survey
from apps.handovers.services import asking
from apps.handovers.services.answering import withdraw_rows
from apps.handovers.services.escalating import plan_ladder
from apps.handovers.services.holding import home_of, recall_custody
from apps.handovers.services.planning import drop, pending, plan_due, plan_next, plan_retry
from apps.handovers.services.taking import end_custody_grants
from apps.investigations import services as custody
from apps.investigations.models import Investigation
from apps.members.models import Member
from apps.sharing import services as sharing

# What ends an offer that is out; a desk that has become full, say, may still answer.
ENDING = {
    "pinned",
    "outside_country",
    "member_inactive",
    "unstaffed",
    "jurisdiction",
    "own_desks_only",
    "tlp_red",
    selecting.OFF_DUTY,
}


def replan_all(cases: Iterable[tuple[UUID, UUID]], *, at: datetime) -> None:
    """Derive several cases anew, given as (id, owner): each as its owner's system, in id order.

    The order in which the locks are taken is everybody's, so two such changes never lock up. An
    owner that has left the alliance has nobody for whom to plan.
    """
    wanted = sorted(set(cases))
    owners = Member.objects.filter(pk__in={owner_id for _case, owner_id in wanted})
    left = set(owners.filter(state=Member.State.LEFT).values_list("pk", flat=True))
    for investigation_id, owner_id in wanted:
        if owner_id in left:
            continue
        with scope.as_owner(sharing.Owner(owner_id), Actor.system(owner_id)):
            replan(investigation_id, at=at)


def replan(investigation_id: UUID, *, at: datetime) -> bool:
    """Re-derive what must be due for one open investigation; True if something was changed.

    Idempotent: called when a plan, a desk, a member or a lock changes, and by the reconciler
    each minute. Runs under the owner's stamp.
    """
    actor = scope.current()
    investigation = (
        Investigation.objects.select_for_update()
        .filter(pk=investigation_id, closed_at__isnull=True)
        .first()
    )
    if investigation is None:
        return False
    found = selecting.survey(investigation, at)
    if found.holder_is_vacant and _bring_home(investigation, actor=actor, at=at):
        return True
    handover = pending(investigation)
    if handover is None:
        return _replan_waiting(investigation, found, actor=actor, at=at)
    due.revive(handover.pk)
    if handover.is_scheduled and _has_moved(handover, found.holder_ends_at, at):
        drop(handover, reason_code="duty_changed", actor=actor, at=at)
        _flag(investigation, found, is_over=found.holder_ends_at is None, actor=actor, at=at)
        plan_next(investigation, actor=actor, at=at)
        return True
    flagged = _flag(investigation, found, is_over=handover.planned_at <= at, actor=actor, at=at)
    if handover.state == Handover.State.OFFERED:
        return _withdraw_unfit(investigation, handover, actor=actor, at=at) or flagged
    plan_due(handover, at=at)
    return flagged


def _bring_home(investigation: Investigation, *, actor: Actor, at: datetime) -> bool:
    """Nobody is left at the desk that holds the case: custody returns to the owner's duty desk.

    False when the owner has no other desk: the case rests there, and an ally is looked for.
    """
    if home_of(investigation, at) is None:
        return False
    if investigation.accountable_member_id == investigation.member_id:
        recall_custody(investigation.pk, actor=actor, at=at)
    else:
        # The recall follows from the end of the grant that came with custody.
        end_custody_grants(investigation, keep=None, actor=actor, at=at)
    return True


def _has_moved(handover: Handover, ends_at: datetime | None, at: datetime) -> bool:
    """Whether the holder's duty ends at another instant than planned, or has ended early."""
    return handover.planned_at > at if ends_at is None else ends_at != handover.planned_at


def _flag(
    investigation: Investigation, found: Survey, *, is_over: bool, actor: Actor, at: datetime
) -> bool:
    """Held is whose duty is over; True when the flag had to be changed."""
    if found.holder_ends_at is not None:
        return custody.resume(investigation, actor=actor, at=at)
    if is_over and not investigation.is_held:
        return custody.hold(investigation, actor=actor, at=at)
    if investigation.is_held:
        plan_ladder([investigation.pk], at=at)
    return False


def _withdraw_unfit(
    investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime
) -> bool:
    """Desks that can no longer take the case are asked no longer, and the next one is."""
    when = max(at, handover.planned_at)
    found = selecting.survey(investigation, when, refused=handover.refused_by)
    codes = {judged.desk.pk: judged.code for judged in found.desks}
    # A desk that the owner no longer sees has closed, or has left its circles.
    gone = [row for row in asking.waiting(handover) if codes.get(row.desk_id, "pinned") in ENDING]
    if not gone:
        return False
    withdraw_rows(investigation, handover, gone, reason_code="receiver_changed", actor=actor, at=at)
    return True


def _replan_waiting(
    investigation: Investigation, found: Survey, *, actor: Actor, at: datetime
) -> bool:
    """Nothing is pending: the holder is always on, is back, has left, or waits for a retry."""
    ends_at = found.holder_ends_at
    if ends_at is None and investigation.is_held:
        return _look_again(investigation, found, at=at)
    if ends_at is None:
        # Off duty and not held: the look for a receiver is due now, whenever it was planned.
        if due.is_planned(investigation.pk, "handover.retry", by=at):
            return False
    elif investigation.is_held:
        custody.resume(investigation, actor=actor, at=at)
    elif ends_at == duty.FOREVER or due.is_planned(investigation.pk, "handover.retry"):
        return False
    due.cancel(investigation.pk, kinds=["handover.retry"])
    plan_next(investigation, actor=actor, at=at)
    return True


def _look_again(investigation: Investigation, found: Survey, *, at: datetime) -> bool:
    """While held: at once for a desk that was not asked in the last round, else at a next start."""
    plan_ladder([investigation.pk], at=at)
    asked = _asked_last(investigation)
    fresh = [candidate for candidate in found.candidates if candidate.desk.pk not in asked]
    starts_at = at if fresh else selecting.first_start(found, at)
    if due.is_planned(investigation.pk, "handover.retry", by=starts_at):
        return False
    plan_retry(investigation, at=at, on=starts_at)
    return True


def _asked_last(investigation: Investigation) -> set[UUID]:
    """Who was asked in the last round: not again before its next duty begins."""
    last = Handover.objects.filter(investigation=investigation).order_by("-id").first()
    return {*last.refused_by, *asking.asked_desk_ids([last])[last.pk]} if last else set()
