"""Held custody: the desk stays accountable off duty, an alarm rings, and it is tried again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.core import scope
from apps.core.actor import Actor
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers import selecting
from apps.handovers.services.planning import (
    drop,
    holder_of,
    locked_all,
    pending,
    plan_next,
    plan_retry,
    start_round,
)
from apps.investigations import services as custody
from apps.investigations.models import Custody, Investigation


def hold(investigation: Investigation, *, actor: Actor, at: datetime) -> None:
    """Flag the hold (the alarm follows from its event) and plan when to look again."""
    custody.hold(investigation, actor=actor, at=at)
    plan_retry(investigation, at=at)


def hold_custodies(handover_ids: Sequence[UUID], at: datetime) -> None:
    """Due service at the end of the holder's duty: not accepted yet means held."""
    left = [
        investigation
        for investigation, handover in locked_all(handover_ids)
        if investigation.is_open
        and investigation.accountable_desk_id == handover.from_desk_id
        and not selecting.is_on_duty(handover.from_desk_id, at)
    ]
    custody.hold_all(left, actor=scope.current(), at=at)


def retry_handover(investigation_id: UUID, at: datetime) -> None:
    """Due service while held: the holder is back, or somebody else has come on duty."""
    actor = scope.current()
    investigation = Investigation.objects.select_for_update().filter(pk=investigation_id).first()
    if investigation is None or not investigation.is_open or pending(investigation):
        return
    desk = holder_of(investigation)
    if duty.is_on_duty(desk, at):
        custody.resume(investigation, actor=actor, at=at)
        plan_next(investigation, actor=actor, at=at)
        return
    if not selecting.candidates(investigation, at):
        hold(investigation, actor=actor, at=at)
        return
    # Its draft and offer are due at once; they fire as rows of their own.
    start_round(investigation, desk=desk, planned_at=at, actor=actor, at=at)


def recall_custody(investigation_id: UUID, *, actor: Actor, at: datetime) -> None:
    """The holder's access has ended, or nobody is left there: custody returns to the owner.

    To the owner's desk with the longest remaining duty; nobody on duty: to the first that will
    be, held and its people paged. Runs under the owner's stamp.
    """
    investigation = custody.lock(investigation_id)
    planned = pending(investigation)
    if planned is not None:
        drop(planned, reason_code="recalled", actor=actor, at=at)
    desk = home_of(investigation, at) or _first_desk(investigation)
    if desk.pk != investigation.accountable_desk_id:
        cause = Custody.Cause.RECALLED
        custody.pass_to_desk(investigation, desk=desk, cause=cause, actor=actor, at=at)
    if duty.is_on_duty(desk, at):
        plan_next(investigation, actor=actor, at=at)
    else:
        hold(investigation, actor=actor, at=at)


def home_of(investigation: Investigation, at: datetime) -> Desk | None:
    """The owner's desk that takes a case back: another than the holder, where somebody sits.

    The longest on duty; else the first that will be. A legal lock is kept where it can be.
    """
    own = Desk.objects.filter(member_id=investigation.member_id, is_active=True)
    others = list(own.exclude(pk=investigation.accountable_desk_id).order_by("order", "pk"))
    staffed = selecting.staffed([desk.pk for desk in others])
    fit = [desk for desk in others if desk.pk in staffed]
    desks = [desk for desk in fit if not selecting.is_outside(investigation, desk)] or fit
    ends = duty.duty_ends(desks, at)
    on_duty = [(end, desk) for desk in desks if (end := ends.get(desk.pk))]
    if on_duty:
        return max(on_duty, key=lambda pair: pair[0])[1]
    starts = duty.next_starts(desks, at)
    return min(desks, key=lambda desk: starts.get(desk.pk) or duty.FOREVER, default=None)


def _first_desk(investigation: Investigation) -> Desk:
    """The owner's desk that opened the case: what is left when it has no other."""
    first = Custody.objects.filter(
        investigation=investigation, desk_member_id=investigation.member_id
    ).earliest("seq")
    return Desk.objects.get(pk=first.desk_id)
