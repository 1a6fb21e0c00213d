"""Who may offer, answer and undo a handover."""

from datetime import datetime

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers.models import Handover
from apps.investigations.models import Investigation

WORKERS = ("analyst", "manager", "admin")
# Saying no early helps: an off-duty desk may decline, it may not accept.
DECLINING = "decline"


def may_answer(
    actor: Actor, handover: Handover, desk: Desk, *, at: datetime, override: str = ""
) -> Decision:
    """An on-duty person of the offered desk (I7), or with a reason; who sits elsewhere, a manager.

    Under the actor's own stamp: who is on shift is the member's own to know.
    """
    if desk.member_id != actor.member_id:
        return not_asked()
    if not actor.has_role(*WORKERS):
        return denied("handover.observer", _("An observer reads and does not take cases."))
    on_shift = duty.people_on_duty(desk, at)
    is_on_duty = bool(on_shift) or duty.is_on_duty(desk, at)
    if not is_on_duty and (not override or _is_unattended(actor, override)):
        return denied(
            "handover.desk_off_duty",
            _("%(desk)s is off duty: accept when its duty starts, or give a reason.")
            % {"desk": desk.name},
        )
    if actor.user_id is None or actor.user_id in on_shift:
        return allowed()
    return _off_shift(actor, desk, override)


def _off_shift(actor: Actor, desk: Desk, override: str) -> Decision:
    """Somebody who is not on shift there now answers with a reason, if at all."""
    is_seated = desk.pk in duty.desk_ids_of_person(actor, actor.user_id) if actor.user_id else False
    if override and (is_seated or actor.has_role("manager", "admin")):
        return allowed()
    if is_seated:
        return denied(
            "handover.off_shift",
            _("You are not on shift at %(desk)s now: leave it to those who are, or give a reason.")
            % {"desk": desk.name},
        )
    return denied(
        "handover.not_at_desk",
        _("Only people of %(desk)s can answer; a manager can with a reason.") % {"desk": desk.name},
    )


def not_asked() -> Decision:
    return denied("handover.other_desk", _("This handover is offered to another desk."))


def _is_unattended(actor: Actor, override: str) -> bool:
    """A key gives no reasons of its own: off duty it may say no, and nothing else."""
    return actor.user_id is None and override != DECLINING


def may_offer(actor: Actor, investigation: Investigation) -> Decision:
    """The holding desk's people, and the owner's managers and admins."""
    if actor.is_system:
        return allowed()
    if not investigation.is_open:
        return denied("investigation.closed", _("This case is closed: reopen it first."))
    if actor.has_role(*WORKERS) and actor.member_id == investigation.accountable_member_id:
        return allowed()
    if actor.has_role("manager", "admin") and actor.member_id == investigation.member_id:
        return allowed()
    return denied(
        "handover.holder_only",
        _("Only the desk that holds the case, or its owner, can hand it over."),
    )


def may_undo(actor: Actor, handover: Handover, *, at: datetime) -> Decision:
    """The accepting desk's people, within 60 seconds."""
    if handover.to_member_id != actor.member_id or not actor.has_role(*WORKERS):
        return denied("handover.other_desk", _("Only the desk that accepted can undo it."))
    if handover.undo_until is None or at > handover.undo_until:
        return denied(
            "handover.undo_over",
            _("An acceptance can be undone for 60 seconds. Hand the case over instead."),
        )
    return allowed()


def may_amend(actor: Actor, handover: Handover) -> Decision:
    """The desk that hands over writes its briefing, and the owner's people, until the answer."""
    if actor.member_id not in {handover.member_id, handover.from_member_id}:
        return denied(
            "handover.sender_writes", _("Only the desk that hands over writes its briefing.")
        )
    if not actor.has_role(*WORKERS):
        return denied("handover.observer_writes", _("An observer reads and does not write."))
    if not handover.is_pending:
        return denied("handover.not_open", _("This handover has been answered already."))
    return allowed()


def may_correct(actor: Actor, handover: Handover) -> Decision:
    """The sending desk's people, as long as both desks are there to ask."""
    if handover.from_member_id != actor.member_id or not actor.has_role(*WORKERS):
        return denied(
            "handover.sender_corrects", _("Only the desk that handed over can correct a read-back.")
        )
    if handover.state != Handover.State.ACCEPTED:
        return denied(
            "handover.overlap_over",
            _("The overlap is over: write to the receiving desk in the room."),
        )
    return allowed()


def may_bounce(actor: Actor, handover: Handover, *, at: datetime) -> Decision:
    """The accepting desk's people, with a reason, until the overlap ends."""
    if handover.to_member_id != actor.member_id or not actor.has_role(*WORKERS):
        return denied("handover.other_desk", _("Only the desk that accepted can give it back."))
    if handover.overlap_until is None or at > handover.overlap_until:
        return denied(
            "handover.overlap_over",
            _("A case can be given back until the overlap ends. Hand the case over instead."),
        )
    return allowed()


def may_cancel(actor: Actor, handover: Handover) -> Decision:
    """The sending desk's people take an emergency offer back."""
    if actor.is_system:
        return allowed()
    senders = {handover.from_member_id, handover.member_id}
    if actor.member_id in senders and actor.has_role(*WORKERS):
        return allowed()
    return denied("handover.sender_only", _("Only the desk that offers can take the offer back."))


def may_set_policy(actor: Actor) -> Decision:
    if actor.has_role("manager", "admin"):
        return allowed()
    return denied("handover.managers_only", _("A manager or an admin decides how cases travel."))
