"""What investigations add to the house's registries."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import access
from apps.core.actor import Actor
from apps.core.registries import Subject, subjects
from apps.investigations import selectors, subscribers

__all__ = ["register", "subscribers"]


def register() -> None:
    """Called once, by the app's configuration."""
    subjects.register("investigation", Subject(may_watch=_may_watch, title=_title, url=_url))


def _may_watch(actor: Actor, investigation_id: UUID) -> bool:
    return access.may_read(actor, "investigation", investigation_id)


def _title(actor: Actor, investigation_id: UUID) -> str:
    """The reference; a case that is no longer readable has no name."""
    found = selectors.visible(actor).filter(pk=investigation_id).first()
    return found.reference if found else _("A case whose access has ended")


def _url(investigation_id: UUID) -> str:
    return reverse("investigations:room", args=[investigation_id])
