"""Who may manage people, keys and brands."""

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied


def may_manage_people(actor: Actor) -> Decision:
    """Admins invite, change roles and end memberships."""
    if actor.via == "command" or actor.has_role("admin"):
        return allowed()
    return denied("people.admins_only", _("Only an admin of your member can do this."))


def may_manage_keys(actor: Actor) -> Decision:
    """Admins in a session: a key never makes keys."""
    if actor.via == "session" and actor.has_role("admin"):
        return allowed()
    return denied("api_key.admins_only", _("Only an admin, signed in, can manage API keys."))


def may_manage_brands(actor: Actor) -> Decision:
    if actor.has_role("manager", "admin"):
        return allowed()
    return denied("brand.managers_only", _("Only a manager or an admin can change brands."))
