"""Reading circles, grants and the search index as the actor may."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.events import Ref
from apps.core.grams import grams, query_grams
from apps.members.models import Member
from apps.sharing.models import (
    AccessQuestion,
    AccessRequest,
    Candidacy,
    Circle,
    DeletionDuty,
    ExportEntry,
    Grant,
    Proposal,
    Reading,
    ReshareRequest,
    Seat,
    ShareRun,
    Tombstone,
)

SEARCH_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Hit:
    """One subject found."""

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
    rows = Seat.objects.filter(_listed(actor), circle__in=circles(actor))
    for seat in rows.exclude(state=Seat.State.LEFT).order_by("joined_at", "id"):
        found.setdefault(seat.circle_id, []).append(seat)
    return found


def _listed(actor: Actor) -> Q:
    """The seats that a member may read: all, or its own and the keeper's where none are listed."""
    return (
        Q(circle__lists_members=True)
        | Q(circle__member_id=actor.member_id)
        | Q(seated_member_id=actor.member_id)
        | Q(seated_member_id=F("circle__member_id"))
    )


def seats_of(circle_id: UUID) -> QuerySet[Seat]:
    """The seats of a circle that count, whoever may read them: for services alone."""
    return Seat.objects.taken().filter(circle_id=circle_id).order_by("joined_at", "id")


def seated_ids(circle_id: UUID) -> set[UUID]:
    """The members who sit in a circle, as far as the stamp shows."""
    return set(seats_of(circle_id).values_list("seated_member_id", flat=True))


def seated_by_circle(actor: Actor) -> dict[UUID, set[UUID]]:
    """Who sits in each of the actor's circles, listed or not: for services alone."""
    found: dict[UUID, set[UUID]] = {}
    rows = Seat.objects.taken().filter(circle__in=circles(actor))
    for circle_id, member_id in rows.values_list("circle_id", "seated_member_id"):
        found.setdefault(circle_id, set()).add(member_id)
    return found


def introduced_ids(circle_id: UUID, member_id: UUID) -> set[UUID]:
    """Who of a circle may know that a member sits there: all, or where none are listed its keeper.

    The keeper is known to all, and knows all.
    """
    circle = Circle.objects.filter(pk=circle_id).first()
    if circle is None:
        return set()
    seated = seated_ids(circle_id) - {member_id}
    if circle.lists_members or circle.member_id == member_id:
        return seated
    return seated & {circle.member_id}


def suspended_ids(circle_id: UUID) -> set[UUID]:
    """The members whose seats in a circle are suspended."""
    rows = Seat.objects.filter(circle_id=circle_id, state=Seat.State.SUSPENDED)
    return set(rows.values_list("seated_member_id", flat=True))


def seat_of(circle_id: UUID, member_id: UUID) -> Seat | None:
    """A member's seat in a circle, suspended or not; None for one who has left or never came."""
    rows = Seat.objects.filter(circle_id=circle_id, seated_member_id=member_id)
    return rows.exclude(state=Seat.State.LEFT).first()


def candidacies(actor: Actor) -> QuerySet[Candidacy]:
    """The candidacies of the actor's own member, and those in circles where it sits."""
    mine = Q(candidate_id=actor.member_id) | Q(circle__in=circles(actor))
    return Candidacy.objects.filter(mine).order_by("-created_at", "-id")


def candidacy(actor: Actor, candidacy_id: UUID) -> Candidacy:
    """One candidacy that the actor's member may know of. Raises NotFound."""
    found = candidacies(actor).filter(pk=candidacy_id).first()
    if found is None:
        raise NotFound
    return found


def closed_circles(actor: Actor) -> QuerySet[Tombstone]:
    """The circles in which the actor's member has no seat any more, or none for now."""
    rows = Tombstone.objects.filter(member_id=actor.member_id, subject_type="circle")
    return rows.exclude(subject_id__in=access.subject_ids(actor, "circle")).order_by("-ended_at")


def seated_names(seats: Mapping[UUID, Iterable[Seat]]) -> dict[UUID, str]:
    """The names of the members who sit there."""
    ids = {seat.seated_member_id for sat in seats.values() for seat in sat}
    return member_names(ids)


def member_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Member.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def fellow_ids(actor: Actor) -> set[UUID]:
    """The other members who sit in a circle with the actor's."""
    seats = Seat.objects.taken().filter(_listed(actor), circle__in=circles(actor))
    return set(seats.values_list("seated_member_id", flat=True)) - {actor.member_id}


def grants_on(actor: Actor, subject_type: str, subject_id: UUID) -> QuerySet[Grant]:
    """The grants that the actor's member gave or received on one subject."""
    found = Grant.objects.filter(subject_type=subject_type, subject_id=subject_id)
    mine = found.filter(member_id=actor.member_id) | found.filter(grantee_id=actor.member_id)
    return mine.order_by("-created_at")


def received(actor: Actor, subject_type: str) -> QuerySet[Grant]:
    """The grants that the actor's member has received on subjects of one type, newest first."""
    found = Grant.objects.filter(grantee_id=actor.member_id, subject_type=subject_type)
    return found.exclude(state=Grant.State.DORMANT).order_by("-created_at", "-id")


def readings(actor: Actor, subject_type: str, subject_id: UUID) -> QuerySet[Reading]:
    """Who of other members has read an own subject, the last first."""
    found = Reading.objects.filter(member_id=actor.member_id, subject_type=subject_type)
    return found.filter(subject_id=subject_id).order_by("-last_at", "-id")


def exports(actor: Actor, subject_type: str, subject_id: UUID) -> QuerySet[ExportEntry]:
    """The copies of a subject, the last first: the owner's ledger has all, an ally's its own."""
    mine = Q(member_id=actor.member_id) | Q(exporter_id=actor.member_id)
    found = ExportEntry.objects.filter(mine, subject_type=subject_type)
    return found.filter(subject_id=subject_id).order_by("-exported_at", "-id")


def copies_taken(actor: Actor, subject_type: str) -> QuerySet[ExportEntry]:
    """The copies that the actor's member has taken of others' subjects, the last first."""
    found = ExportEntry.objects.filter(exporter_id=actor.member_id, subject_type=subject_type)
    return found.exclude(member_id=actor.member_id).order_by("-exported_at", "-id")


def deletions(actor: Actor) -> QuerySet[DeletionDuty]:
    """What the actor's member has to delete, and what others have to for it."""
    mine = Q(member_id=actor.member_id) | Q(owner_id=actor.member_id)
    return DeletionDuty.objects.filter(mine).order_by("-created_at", "-id")


def grant_of(actor: Actor, subject_type: str, subject_id: UUID, grant_id: UUID) -> Grant:
    """One grant that the actor's member has given on an own subject. Raises NotFound."""
    found = grants_on(actor, subject_type, subject_id).filter(member_id=actor.member_id)
    row = found.filter(pk=grant_id).first()
    if row is None:
        raise NotFound
    return row


def requests(actor: Actor) -> QuerySet[AccessRequest]:
    """What the actor's member has asked of hidden holders, newest first."""
    return AccessRequest.objects.filter(member_id=actor.member_id).order_by("-created_at", "-id")


def questions(actor: Actor) -> QuerySet[AccessQuestion]:
    """What others ask of the actor's member, newest first."""
    return AccessQuestion.objects.filter(member_id=actor.member_id).order_by("-created_at", "-id")


def reshares(actor: Actor) -> QuerySet[ReshareRequest]:
    """What the actor's member has asked owners to pass on, and what is asked of it."""
    mine = Q(member_id=actor.member_id) | Q(owner_id=actor.member_id)
    return ReshareRequest.objects.filter(mine).order_by("-created_at", "-id")


def proposals(actor: Actor) -> QuerySet[Proposal]:
    """What the actor's member proposes to others, and what is proposed to it."""
    mine = Q(member_id=actor.member_id) | Q(owner_id=actor.member_id)
    return Proposal.objects.filter(mine).order_by("-created_at", "-id")


def share_runs(actor: Actor) -> QuerySet[ShareRun]:
    """The member's own runs, newest first."""
    return ShareRun.objects.filter(member_id=actor.member_id).order_by("-created_at", "-id")


def share_run(actor: Actor, run_id: UUID) -> ShareRun:
    """One run of the member's own. Raises NotFound."""
    found = share_runs(actor).filter(pk=run_id).first()
    if found is None:
        raise NotFound
    return found


def own_work(actor: Actor, subject_type: str, subject_id: UUID) -> dict[str, list[Any]]:
    """What a member wrote about an ally's subject: its own rows, which it keeps."""
    about = Q(subject_type=subject_type, subject_id=subject_id)
    return {
        "proposals": list(proposals(actor).filter(about, member_id=actor.member_id)),
        "deletions": list(deletions(actor).filter(about, member_id=actor.member_id)),
    }


def circle_names(actor: Actor) -> dict[UUID, str]:
    """The names of the actor's circles, by id."""
    return dict(circles(actor).values_list("pk", "name"))


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

    Own ones as well with every word among what is sealed in them. At most `limit` of each type.
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
