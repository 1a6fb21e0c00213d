"""Who may keep a member's people, keys and brands: its admins; brands its managers too."""

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied


def may_keep_people(actor: Actor) -> Decision:
    if actor.has_role("admin") and actor.via == "session":
        return allowed()
    return denied(
        "people.admins_only", _("Only an admin of your member can invite and change people.")
    )


def may_keep_keys(actor: Actor) -> Decision:
    """A key never makes keys."""
    if actor.has_role("admin") and actor.via == "session":
        return allowed()
    return denied("keys.admins_only", _("Only an admin of your member can make and revoke keys."))


def may_keep_brands(actor: Actor) -> Decision:
    if actor.has_role("manager", "admin"):
        return allowed()
    return denied(
        "brands.managers_only", _("Only a manager or an admin of your member can change brands.")
    )
