"""Who may speak in a room that he may read."""

from django.utils.translation import gettext_lazy as _

from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied
from apps.core.models import Access

_SPEAKS = {"comment", "act"}
NOT_SHARED = denied(
    "chat.not_shared_for_comment",
    _("The owner shared this case for reading, not for writing in its room."),
)


def may_speak(actor: Actor) -> Decision:
    """Observers read along."""
    if actor.has_role("observer"):
        return denied("chat.observer_reads_only", _("Observers read along; they do not write."))
    return allowed()


def may_post(actor: Actor, access: Access) -> Decision:
    """The owner's people and the allies who may comment or act; observers only read."""
    if not may_speak(actor):
        return may_speak(actor)
    if access.owner_id != actor.member_id and _SPEAKS.isdisjoint(access.capabilities):
        return NOT_SHARED
    return allowed()
