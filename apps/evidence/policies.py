"""Who may attach files."""

from django.utils.translation import gettext as _

from apps.core import access
from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied
from apps.core.events import Ref
from apps.core.models import Level

WORKERS = ("analyst", "manager", "admin")


def may_add(actor: Actor, root: Ref) -> Decision:
    """The owner's people, and allies whose access lets them act."""
    if not actor.is_system and not actor.has_role(*WORKERS):
        return denied("evidence.observer", _("An observer reads and does not attach files."))
    row = access.row(actor, *root)
    if row and (row.level >= Level.FULL or "act" in row.capabilities):
        return allowed()
    return denied("evidence.read_only", _("Your access is for reading."))


def may_verify(actor: Actor) -> Decision:
    if actor.is_system or actor.has_role(*WORKERS):
        return allowed()
    return denied("evidence.observer_verifies", _("An observer reads and does not verify files."))
