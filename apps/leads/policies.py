"""Who may work on leads."""

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied
from apps.leads.models import Lead

WORKERS = ("analyst", "manager", "admin")


def may_add(actor: Actor) -> Decision:
    """Everybody but an observer brings leads in, by form or by file."""
    if actor.is_system or actor.has_role(*WORKERS):
        return allowed()
    return denied("lead.observer", _("An observer reads leads and does not change them."))


def may_change(actor: Actor, lead: Lead) -> Decision:
    """The owner's people; an ally reads."""
    if lead.member_id != actor.member_id:
        return denied("lead.owner_only", _("Only the member that owns this lead can change it."))
    return may_add(actor)


def may_dismiss(actor: Actor, lead: Lead) -> Decision:
    if lead.status == Lead.Status.LINKED:
        return denied(
            "lead.in_investigation",
            _("This lead is part of an investigation and cannot be dismissed."),
        )
    return may_change(actor, lead)
