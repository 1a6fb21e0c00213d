"""Who may keep desks and their hours, and who may be away or change a shift."""

from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied
from apps.duty import selectors
from apps.duty.models import CalendarFeed, CoverOffer, Desk, Swap


def may_keep_desks(actor: Actor) -> Decision:
    """Managers and admins keep the desks of their own member."""
    if actor.is_system or actor.has_role("manager", "admin"):
        return allowed()
    return denied("desk.managers_only", _("Only a manager or an admin can change desks."))


def may_change_desk(actor: Actor, desk: Desk) -> Decision:
    if desk.member_id != actor.member_id:
        return denied("desk.other_member", _("Only the desk's own member can change it."))
    return may_keep_desks(actor)


def may_see_people(actor: Actor, desk: Desk) -> Decision:
    if desk.member_id == actor.member_id:
        return allowed()
    return denied("desk.other_member", _("Who sits at a desk is its own member's to know."))


def may_enter_leave(actor: Actor, user_id: UUID) -> Decision:
    """Everybody enters his own leave; managers and admins enter anybody's."""
    if user_id == actor.user_id or may_keep_desks(actor):
        return allowed()
    return denied(
        "leave.not_yours", _("Leave is entered by the person, or by a manager or an admin.")
    )


def may_ask_swap(actor: Actor, asker_id: UUID) -> Decision:
    """Whoever has a shift asks others to take it; managers and admins ask for anybody."""
    if asker_id == actor.user_id or may_keep_desks(actor):
        return allowed()
    return denied(
        "swap.not_yours", _("A swap is asked for by the person, or by a manager or an admin.")
    )


def may_take_swap(actor: Actor, swap: Swap) -> Decision:
    """Who sits at the desk, was asked and is not on leave then."""
    user_id = actor.user_id
    if user_id is None:
        return may_take_when(actor, swap, sits=False, is_away=False)
    sits = selectors.sits_at(swap.desk_id, user_id)
    is_away = selectors.is_on_leave(swap.member_id, user_id, swap.starts_at, swap.ends_at)
    return may_take_when(actor, swap, sits=sits, is_away=is_away)


def may_take_when(actor: Actor, swap: Swap, *, sits: bool, is_away: bool) -> Decision:
    """The same for a reader who has already looked up seat and leave, for many swaps at once."""
    user_id = actor.user_id
    if user_id is None:
        return denied("swap.people_only", _("Only a person can take a shift."))
    if user_id == swap.asker_id:
        return denied("swap.own", _("This is your own shift: withdraw the question to keep it."))
    if swap.asked_of not in {None, user_id}:
        return denied("swap.not_asked", _("Another colleague was asked to take this shift."))
    if not sits:
        return denied("swap.not_seated", _("Only people who sit at the desk can take its shifts."))
    if is_away:
        return denied("swap.on_leave", _("You are on leave then: end your leave first."))
    return allowed()


def may_decline_swap(actor: Actor, swap: Swap) -> Decision:
    """Only the one colleague who was asked: a question to all is simply not taken."""
    if swap.asked_of is not None and swap.asked_of == actor.user_id:
        return allowed()
    return denied("swap.not_asked_of_you", _("Only the colleague who was asked can decline."))


def may_subscribe(actor: Actor) -> Decision:
    """A calendar's address belongs to a person, and ends when she leaves."""
    if actor.user_id is not None:
        return allowed()
    return denied(
        "calendar.people_only",
        _(
            "A calendar's address belongs to a person: sign in to make one. An API key can read"
            " the same hours at /api/v1/duty/coverage/."
        ),
    )


def may_revoke_feed(actor: Actor, feed: CalendarFeed) -> Decision:
    if actor.user_id == feed.user_id or actor.has_role("manager", "admin"):
        return allowed()
    return denied(
        "calendar.not_yours",
        _("Only the person who made this address, a manager or an admin can withdraw it."),
    )


def may_ask_cover(actor: Actor) -> Decision:
    """Managers and admins speak for their member towards its allies."""
    if actor.is_system or actor.has_role("manager", "admin"):
        return allowed()
    return denied("cover.managers_only", _("Only a manager or an admin can ask for cover."))


def may_offer_cover(actor: Actor) -> Decision:
    if actor.is_system or actor.has_role("manager", "admin"):
        return allowed()
    return denied("cover.managers_only", _("Only a manager or an admin can offer cover."))


def may_answer_cover(actor: Actor, offer: CoverOffer) -> Decision:
    """Who asked answers; an offer that nobody asked for is anybody's in the circle to take."""
    if offer.member_id == actor.member_id:
        return denied("cover.own_offer", _("Your allies answer this offer: it is your own."))
    if offer.request is not None and offer.request.member_id != actor.member_id:
        return denied("cover.other_member", _("Only the member that asked can answer this offer."))
    if actor.is_system or actor.has_role("manager", "admin"):
        return allowed()
    return denied("cover.managers_only", _("Only a manager or an admin can answer an offer."))


def may_decline_cover(actor: Actor, offer: CoverOffer) -> Decision:
    if offer.request_id is None and offer.member_id != actor.member_id:
        return denied(
            "cover.to_everybody",
            _("It is offered to the whole circle: leave it to the others if you do not need it."),
        )
    return may_answer_cover(actor, offer)
