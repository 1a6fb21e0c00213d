"""Reading circles, grants and the search index as the actor may."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.events import Ref
from apps.core.grams import grams, query_grams
from apps.members.models import Member
from apps.sharing.models import Circle, Grant, Seat, Tombstone

SEARCH_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """One subject found; `rank` is the number of matching words."""

    subject_type: str
    subject_id: UUID


def circles(actor: Actor) -> QuerySet[Circle]:
    return Circle.objects.filter(id__in=access.subject_ids(actor, "circle"))


def circle(actor: Actor, circle_id: UUID) -> Circle:
    """One circle in which the actor's member sits. Raises NotFound."""
    found = circles(actor).filter(pk=circle_id).first()
    if found is None:
        raise NotFound
    return found


def seats_by_circle(actor: Actor) -> dict[UUID, list[Seat]]:
    """Who sits in each of the actor's circles, the first to join first."""
    found: dict[UUID, list[Seat]] = {}
    for seat in Seat.objects.filter(circle__in=circles(actor)).order_by("joined_at", "id"):
        found.setdefault(seat.circle_id, []).append(seat)
    return found


def seated_names(seats: Mapping[UUID, Iterable[Seat]]) -> dict[UUID, str]:
    """The names of the members who sit there."""
    ids = {seat.seated_member_id for sat in seats.values() for seat in sat}
    return member_names(ids)


def member_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Member.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def fellow_ids(actor: Actor) -> set[UUID]:
    """The other members who sit in a circle with the actor's."""
    seats = Seat.objects.filter(circle__in=circles(actor))
    return set(seats.values_list("seated_member_id", flat=True)) - {actor.member_id}


def grants_on(actor: Actor, subject_type: str, subject_id: UUID) -> QuerySet[Grant]:
    """The grants that the actor's member gave or received on one subject."""
    found = Grant.objects.filter(subject_type=subject_type, subject_id=subject_id)
    mine = found.filter(member_id=actor.member_id) | found.filter(grantee_id=actor.member_id)
    return mine.order_by("-created_at")


def carries_custody(subject: Ref, grantee_id: UUID) -> bool:
    """Whether the member has an active grant that came with custody, under the owner's stamp."""
    return Grant.objects.filter(
        subject_type=subject[0],
        subject_id=subject[1],
        grantee_id=grantee_id,
        state=Grant.State.ACTIVE,
        for_custody=True,
    ).exists()


def tombstone(actor: Actor, subject_type: str, subject_id: UUID) -> Tombstone | None:
    return Tombstone.objects.filter(
        member_id=actor.member_id, subject_type=subject_type, subject_id=subject_id
    ).first()


def search(actor: Actor, query: str, *, types: tuple[str, ...], limit: int = 50) -> list[Hit]:
    """Subjects with every word of the query among what the actor may read, newest first.

    Goes through `alliance_search`, which joins the stamped member's access rows itself: the
    array operator is not leakproof, so under row-level security its index would not be used.
    """
    wanted = query_grams(query)
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT root_type, root_id FROM alliance_search(%s, %s, %s)",
            [wanted, list(types), min(limit, SEARCH_LIMIT)],
        )
        return [Hit(subject_type, subject_id) for subject_type, subject_id in cursor.fetchall()]


def words(text: str) -> list[str]:
    """The distinct index words of a text."""
    return sorted(set(grams(text)))
