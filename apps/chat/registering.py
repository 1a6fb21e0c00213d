"""What chat puts into the registries: rooms as a subject, the panel of the case page."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.chat import selectors, subscribers
from apps.core.actor import Actor
from apps.core.registries import Panel, Subject, panels, subjects

__all__ = ["register", "subscribers"]


def register() -> None:
    """Called once, from AppConfig.ready()."""
    subjects.register(
        "room",
        Subject(
            may_watch=selectors.may_watch,
            open_to_member=selectors.open_rooms,
            title=_title,
            url=lambda room_id: reverse("chat:room", args=[room_id]),
        ),
    )
    panels.register(
        "chat",
        Panel(
            slot="investigation.main",
            order=10,
            title=_("Room"),
            url=lambda root_id: reverse("chat:panel", args=["investigation", root_id]),
        ),
    )


def _title(actor: Actor, room_id: UUID) -> str:
    """A room is called after its subject, or after the people who talk there."""
    return selectors.titles(actor, [selectors.room(actor, room_id)])[room_id]
