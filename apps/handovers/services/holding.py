"""Held custody: the desk stays accountable off duty, an alarm rings, and it is tried again."""

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
    locked,
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


def hold_custody(handover_id: UUID, at: datetime) -> None:
    """Due service at the end of the holder's duty: not accepted yet means held."""
    found = locked(handover_id)
    if found is None:
        return
    investigation, handover = found
    desk_unchanged = investigation.accountable_desk_id == handover.from_desk_id
    if not investigation.is_open or not desk_unchanged:
        return
    if duty.is_on_duty(holder_of(investigation), at):
        return
    custody.hold(investigation, actor=scope.current(), at=at)


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
    """The holder's access has ended: custody returns to the owner in the same transaction.

    To the owner's desk with the longest remaining duty; nobody on duty: to the desk that opened
    the case, held. Runs under the owner's stamp.
    """
    investigation = custody.lock(investigation_id)
    planned = pending(investigation)
    if planned is not None:
        drop(planned, reason_code="recalled", actor=actor, at=at)
    desk, is_on_duty = _home(investigation, at)
    custody.pass_to_desk(investigation, desk=desk, cause=Custody.Cause.RECALLED, actor=actor, at=at)
    if is_on_duty:
        plan_next(investigation, actor=actor, at=at)
    else:
        hold(investigation, actor=actor, at=at)


def _home(investigation: Investigation, at: datetime) -> tuple[Desk, bool]:
    own = list(
        Desk.objects.filter(member_id=investigation.member_id, is_active=True).order_by("order")
    )
    ends = duty.duty_ends(own, at)
    on_duty = [(end, desk) for desk in own if (end := ends.get(desk.pk))]
    if on_duty:
        return max(on_duty, key=lambda pair: pair[0])[1], True
    first = Custody.objects.filter(
        investigation=investigation, desk_member_id=investigation.member_id
    ).earliest("seq")
    return Desk.objects.get(pk=first.desk_id), False
