"""What leads tell the apps below them."""

from uuid import UUID

from django.urls import reverse

from apps.core import access
from apps.core.actor import Actor
from apps.core.models import Level
from apps.core.registries import Subject, due_kinds, subjects
from apps.leads import selectors, services, tasks


def register() -> None:
    subjects.register("lead", Subject(may_watch=_may_watch, title=_title, url=_url))
    subjects.register(
        "import",
        Subject(may_watch=_may_watch_import, title=_import_title, url=_import_url),
    )
    due_kinds.register(services.DUE_KIND, tasks.ring_again)


def _may_watch(actor: Actor, lead_id: UUID) -> bool:
    return access.may_read(actor, "lead", lead_id)


def _title(actor: Actor, lead_id: UUID) -> str:
    view = selectors.view(actor, selectors.find(actor, lead_id))
    return view.title or view.reference


def _url(lead_id: UUID) -> str:
    return reverse("leads:detail", args=[lead_id])


def _may_watch_import(actor: Actor, batch_id: UUID) -> bool:
    return access.may_read(actor, "import", batch_id, min_level=Level.FULL)


def _import_title(actor: Actor, batch_id: UUID) -> str:
    return selectors.find_batch(actor, batch_id).file_name


def _import_url(batch_id: UUID) -> str:
    return reverse("leads:import", args=[batch_id])
