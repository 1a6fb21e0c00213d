"""Who may give access, and how much."""

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied
from apps.core.models import Level
from apps.sharing.models import Grant, Tlp


def may_found_circle(actor: Actor) -> Decision:
    if actor.is_system or actor.has_role("admin", "manager"):
        return allowed()
    return denied(
        "circle.managers_only", _("Only a manager or an admin of your member can found a circle.")
    )


def may_grant(actor: Actor, *, owner_id: object, level: int, tlp: str) -> Decision:
    """Analysts up to L2, managers and admins all; TLP:RED goes to nobody (sharing.md 4.7)."""
    if actor.is_system:
        return allowed()
    if actor.member_id != owner_id:
        return denied("grant.owner_only", _("Only the owner can share this."))
    if tlp == Tlp.RED:
        return denied("grant.tlp_red", _("TLP:RED stays with the people named: lower it first."))
    if actor.has_role("manager", "admin"):
        return allowed()
    if actor.has_role("analyst") and level <= Level.SELECTORS:
        return allowed()
    return denied("grant.level_too_high", _("Sharing at this level needs a manager or an admin."))


def may_address(kind: str, tlp: str) -> Decision:
    """Whom a traffic light lets it reach: strict amber no circle, red no member at all."""
    if kind == Grant.Grantee.PERSON:
        return allowed()
    if tlp == Tlp.RED:
        return denied("grant.tlp_red", _("TLP:RED stays with the people named: lower it first."))
    if kind == Grant.Grantee.CIRCLE and tlp not in {Tlp.GREEN, Tlp.CLEAR}:
        return denied(
            "grant.tlp_circle",
            _("Only TLP:GREEN and TLP:CLEAR go to a circle: name the members, or lower it first."),
        )
    return allowed()


def may_share(actor: Actor, *, to_kind: str, level: int, tlp: str) -> Decision:
    """Analysts up to L2 to members and circles; managers and admins all that the light allows."""
    addressed = may_address(to_kind, tlp)
    if not addressed:
        return addressed
    if actor.is_system or actor.has_role("manager", "admin"):
        return allowed()
    is_named = to_kind == Grant.Grantee.PERSON
    if actor.has_role("analyst") and level <= Level.SELECTORS and not is_named:
        return allowed()
    if not actor.has_role("analyst"):
        return denied("grant.observer", _("An observer reads and gives no access."))
    return denied("grant.level_too_high", _("Sharing at this level needs a manager or an admin."))


def may_work(actor: Actor) -> Decision:
    """Everybody but an observer."""
    if actor.is_system or actor.has_role("analyst", "manager", "admin"):
        return allowed()
    return denied("sharing.observer", _("An observer reads and changes nothing."))


def may_answer(actor: Actor) -> Decision:
    """A manager or an admin gives away what is the member's; an analyst recommends."""
    if actor.is_system or actor.has_role("manager", "admin"):
        return allowed()
    return denied(
        "sharing.managers_only",
        _("Only a manager or an admin of your member answers; recommend an answer."),
    )


def may_revoke(actor: Actor, grant: Grant) -> Decision:
    if actor.is_system:
        return allowed()
    if not actor.has_role("analyst", "manager", "admin"):
        return denied("grant.observer", _("An observer reads and ends no access."))
    if actor.member_id == grant.grantee_id:
        return allowed()
    if actor.member_id != grant.member_id:
        return denied("grant.owner_only", _("Only the owner can end this."))
    if actor.has_role("manager", "admin") or actor.user_id == grant.granted_by:
        return allowed()
    return denied(
        "grant.managers_only", _("Only a manager, an admin or the person who shared can end this.")
    )
