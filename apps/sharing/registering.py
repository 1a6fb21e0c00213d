"""What sharing adds to the house's registries."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.registries import Subject, due_kinds, subjects
from apps.sharing import selectors, services, subscribers

__all__ = ["register", "subscribers"]


def register() -> None:
    """Called once, by the app's configuration."""
    due_kinds.register("sharing.begin_grant", services.begin_grant)
    due_kinds.register("sharing.expire_grant", services.expire_grant)
    subjects.register(
        "candidacy", Subject(may_watch=_may_watch, title=_title, url=lambda _id: _circles())
    )


def _may_watch(actor: Actor, candidacy_id: UUID) -> bool:
    return selectors.candidacies(actor).filter(pk=candidacy_id).exists()


def _title(_actor: Actor, _candidacy_id: UUID) -> str:
    return _("A seat in a circle")


def _circles() -> str:
    return reverse("sharing:circles")
