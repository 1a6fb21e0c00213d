"""What investigations add to the house's registries."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core import access
from apps.core.actor import Actor
from apps.core.models import Level
from apps.core.registries import (
    Command,
    NotificationKind,
    Subject,
    commands,
    due_kinds,
    notification_kinds,
    subjects,
)
from apps.investigations import commanding, selectors, services, subscribers
from apps.investigations.deconflicting import holding, meeting
from apps.investigations.models import Investigation

__all__ = ["register", "subscribers"]


def register() -> None:
    """Called once, by the app's configuration."""
    subjects.register(
        "investigation",
        Subject(
            may_watch=_may_watch,
            open_to_member=lambda actor, idents: access.readable(actor, "investigation", idents),
            title=_title,
            url=_url,
            heading=_heading,
            titles=_headings,
            tlp=_tlp,
        ),
    )
    due_kinds.register("task.due", services.remind_of_task)
    due_kinds.register(services.UNPIN, services.end_pin)
    due_kinds.register(holding.END, holding.end_hold)
    subjects.register(
        "target_hold", Subject(may_watch=_may_watch_hold, title=_hold_title, url=_hold_url)
    )
    _register_commands()
    notification_kinds.register(
        meeting.MET,
        NotificationKind(
            line=_("Another member planned something on a target that you hold."),
            mail_subject=_("A target that you hold"),
        ),
    )
    notification_kinds.register(
        "task.assigned",
        NotificationKind(
            line=_("A task was given to you."), mail_subject=_("A task was given to you")
        ),
    )
    notification_kinds.register(
        "task.due",
        NotificationKind(
            line=_("The time for one of your tasks is up."),
            mail_subject=_("The time for one of your tasks is up"),
            mails=True,
        ),
    )


def _register_commands() -> None:
    found = {
        "/task": Command(label=_("Write a task"), usage=commanding.TASK, run=commanding.task),
        "/assign": Command(
            label=_("Give a task to somebody"), usage=commanding.ASSIGN, run=commanding.assign
        ),
        "/close": Command(label=_("Close the case"), usage=commanding.CLOSE, run=commanding.close),
        "/share": Command(
            label=_("Share the case with an ally"), usage=commanding.SHARE, run=commanding.share
        ),
        "task": Command(label=_("Task"), run=commanding.file_task, may=commanding.may_work),
        "decision": Command(
            label=_("Decision"), run=commanding.file_decision, may=commanding.may_work
        ),
    }
    for name, command in found.items():
        commands.register(name, command)


def _may_watch_hold(actor: Actor, hold_id: UUID) -> bool:
    return holding.holds(actor).filter(pk=hold_id).exists()


def _hold_title(_actor: Actor, _hold_id: UUID) -> str:
    return gettext("A target that you hold")


def _hold_url(_hold_id: UUID) -> str:
    return reverse("investigations:holds")


def _tlp(investigation_id: UUID) -> str:
    return Investigation.objects.values_list("tlp", flat=True).get(pk=investigation_id)


def _headings(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, str]:
    """As the list of cases names them: with the title from level L2 on."""
    seen = access.rows(actor, "investigation").filter(subject_id__in=list(ids))
    levels = dict(seen.values_list("subject_id", "level"))
    found = Investigation.objects.filter(pk__in=levels).values_list("pk", "reference", "title")
    return {
        ident: f"{reference} {title}" if levels[ident] >= Level.SELECTORS else reference
        for ident, reference, title in found
    }


def _may_watch(actor: Actor, investigation_id: UUID) -> bool:
    return access.may_read(actor, "investigation", investigation_id)


def _title(actor: Actor, investigation_id: UUID) -> str:
    """The reference; a case that is no longer readable has no name."""
    found = selectors.visible(actor).filter(pk=investigation_id).first()
    return found.reference if found else gettext("A case whose access has ended")


def _heading(actor: Actor, investigation_id: UUID) -> str:
    """The title; nothing below the level that reads it."""
    found = selectors.visible(actor, min_level=Level.CASE).filter(pk=investigation_id).first()
    return found.title if found else ""


def _url(investigation_id: UUID) -> str:
    return reverse("investigations:room", args=[investigation_id])
