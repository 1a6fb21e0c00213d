"""Reading the access rows: what a member may see, and how much of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core import clock
from apps.core.actor import Actor
from apps.core.models import Access, Level


def open_at(at: datetime) -> Q:
    """The access rows that count at an instant: those without an end, or whose end is to come."""
    return Q(expires_at__isnull=True) | Q(expires_at__gt=at)


def rows(actor: Actor, subject_type: str, *, min_level: int = 1) -> QuerySet[Access]:
    """The actor's access rows to subjects of one type, expired ones left out."""
    found = Access.objects.filter(viewer_id=actor.member_id, subject_type=subject_type)
    return found.filter(open_at(clock.now()), level__gte=min_level)


def subject_ids(actor: Actor, subject_type: str, *, min_level: int = 1) -> QuerySet[Access, UUID]:
    """The ids of the subjects that the actor may read, as a subquery."""
    return rows(actor, subject_type, min_level=min_level).values_list("subject_id", flat=True)


def row(actor: Actor, subject_type: str, subject_id: UUID) -> Access | None:
    """The actor's own access row to one subject, or None."""
    return rows(actor, subject_type).filter(subject_id=subject_id).first()


def level(actor: Actor, subject_type: str, subject_id: UUID) -> int:
    """How much the actor may read: 0 for nothing, else a Level."""
    found = row(actor, subject_type, subject_id)
    return found.level if found else 0


def level_of(viewer_id: UUID, subject_type: str, subject_id: UUID) -> int:
    """How much another viewer may read of a subject, for the owner to ask: 0 for nothing."""
    found = Access.objects.filter(
        open_at(clock.now()), viewer_id=viewer_id, subject_type=subject_type, subject_id=subject_id
    )
    return found.values_list("level", flat=True).first() or 0


def may_read(
    actor: Actor, subject_type: str, subject_id: UUID, *, min_level: int = Level.TEASER
) -> bool:
    return level(actor, subject_type, subject_id) >= min_level


def readable(actor: Actor, subject_type: str, subject_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these subjects the actor's member may read."""
    found = rows(actor, subject_type).values_list("subject_id", flat=True)
    return set(found.filter(subject_id__in=subject_ids))
