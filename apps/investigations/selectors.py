"""Investigations as the actor may read them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.investigations.models import Custody, Investigation, Task


def visible(actor: Actor, *, min_level: int = 1) -> QuerySet[Investigation]:
    """Everything the actor has an access row for."""
    ids = access.subject_ids(actor, "investigation", min_level=min_level)
    return Investigation.objects.filter(id__in=ids)


def find(actor: Actor, investigation_id: UUID, *, min_level: int = 1) -> Investigation:
    """One investigation. Raises NotFound for absent and forbidden alike."""
    found = visible(actor, min_level=min_level).filter(pk=investigation_id).first()
    if found is None:
        raise NotFound
    return found


def custody_chain(investigation: Investigation) -> QuerySet[Custody]:
    """Every stretch of accountability, oldest first."""
    return Custody.objects.filter(investigation=investigation).order_by("seq")


def load_by_desk(actor: Actor) -> dict[UUID, int]:
    """How many open investigations that the actor can see each desk holds."""
    rows = (
        visible(actor)
        .filter(closed_at__isnull=True)
        .values_list("accountable_desk_id")
        .annotate(held=Count("id"))
    )
    return dict(rows)


def open_tasks(investigation: Investigation) -> QuerySet[Task]:
    """What is still to do, the earliest deadline first."""
    return Task.objects.filter(investigation=investigation, done_at__isnull=True).order_by(
        "due_at", "created_at"
    )


def due_tasks(actor: Actor, *, before: datetime) -> QuerySet[Task]:
    """What runs out next in open cases that the actor reads at level L3."""
    return (
        Task.objects.filter(
            investigation__in=visible(actor, min_level=3).filter(closed_at__isnull=True),
            done_at__isnull=True,
            due_at__lt=before,
        )
        .select_related("investigation")
        .order_by("due_at")
    )
