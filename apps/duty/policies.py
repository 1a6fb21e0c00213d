"""Who may keep desks and their hours."""

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied
from apps.duty.models import Desk


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
