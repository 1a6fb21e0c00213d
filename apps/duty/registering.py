"""What the duty app adds to the house's registries."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core import access, reconcilers
from apps.core.actor import Actor
from apps.core.registries import Subject, due_kinds, subjects
from apps.duty import checks, selectors, services, subscribers, tasks

__all__ = ["checks", "register", "subscribers"]


def register() -> None:
    """Called once, by the app's configuration."""
    subjects.register("desk", Subject(may_watch=_may_watch, title=_title, url=_url))
    due_kinds.register(services.PAST_DUE, services.end_past_due)
    due_kinds.register(services.READ_KIND, tasks.ring_reading)
    due_kinds.register(services.FORGET_KIND, services.forget_draft)
    for kind in ("cover_request", "cover_offer"):
        subjects.register(kind, _of_cover(kind))
    due_kinds.register("duty.extend", services.extend_intervals)
    due_kinds.register("cover.expire", services.expire_offer)
    due_kinds.register("cover.close", services.close_request)
    reconcilers.register(services.reconcile_intervals)


def _of_cover(kind: str) -> Subject:
    return Subject(
        may_watch=lambda actor, ident: access.may_read(actor, kind, ident),
        title=lambda _actor, _ident: str(_("Cover")),
        url=lambda _ident: reverse("duty:cover"),
    )


def _may_watch(actor: Actor, desk_id: UUID) -> bool:
    return access.may_read(actor, "desk", desk_id)


def _title(actor: Actor, desk_id: UUID) -> str:
    return selectors.desk(actor, desk_id).name


def _url(desk_id: UUID) -> str:
    return reverse("duty:desk", args=[desk_id])
