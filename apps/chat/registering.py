"""What chat puts into the registries: rooms as a subject, the panel of the case page."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.chat import selectors, services, subscribers
from apps.chat.services import commands as mine
from apps.chat.services import reminding, retaining
from apps.core.actor import Actor
from apps.core.registries import Command, Panel, Subject, commands, due_kinds, panels, subjects

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
    _register_commands()
    panels.register(
        "chat",
        Panel(
            slot="investigation.main",
            order=10,
            title=_("Room"),
            url=lambda root_id: reverse("chat:panel", args=["investigation", root_id]),
        ),
    )


def _register_commands() -> None:
    found = {
        "/who": Command(
            label=_("Who is here, and which desks are on duty"),
            usage=mine.WHO,
            run=mine.who,
            speaks=False,
        ),
        "/time": Command(
            label=_("What the clock shows elsewhere"), usage=mine.TIME, run=mine.time, speaks=False
        ),
        "/remind": Command(
            label=_("Be reminded in this room"), usage=mine.REMIND, run=mine.remind_me
        ),
        "evidence": Command(label=_("Evidence"), run=mine.keep_as_evidence, may=mine.may_keep),
    }
    for name, command in found.items():
        commands.register(name, command)
    due_kinds.register(reminding.DUE, services.tell_reminder)
    due_kinds.register(retaining.DUE, services.purge_texts)


def _title(actor: Actor, room_id: UUID) -> str:
    """A room is called after its subject, or after the people who talk there."""
    return selectors.titles(actor, [selectors.room(actor, room_id)])[room_id]
