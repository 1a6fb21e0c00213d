"""Desks, who sits at them, and their exceptions, as the actor may read them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.duty.models import (
    Closure,
    Desk,
    DeskPerson,
    DutyWindow,
    ExtraCover,
    FormerSeat,
    Holiday,
    Reason,
)
from apps.members.models import Member, Membership, User
from apps.sharing import selectors as circles


def desks(actor: Actor) -> QuerySet[Desk]:
    """The active desks of the actor's member and of its allies."""
    seen = access.subject_ids(actor, "desk")
    return Desk.objects.filter(id__in=seen, is_active=True).order_by("order", "name", "id")


def own_desks(actor: Actor) -> QuerySet[Desk]:
    """The desks of the actor's own member, closed ones included."""
    seen = access.subject_ids(actor, "desk")
    mine = Desk.objects.filter(id__in=seen, member_id=actor.member_id)
    return mine.order_by("order", "name", "id")


def desk(actor: Actor, desk_id: UUID) -> Desk:
    """One desk that the actor may see. Raises NotFound."""
    seen = access.subject_ids(actor, "desk")
    found = Desk.objects.filter(id__in=seen, pk=desk_id).first()
    if found is None or not (found.is_active or found.member_id == actor.member_id):
        raise NotFound
    return found


def _seats() -> QuerySet[DeskPerson]:
    """The seats of those who still work for the desk's member."""
    working = Membership.objects.filter(
        member_id=OuterRef("member_id"), user_id=OuterRef("user_id"), ended_at__isnull=True
    )
    return DeskPerson.objects.filter(Exists(working)).order_by("id")


def people(desk: Desk) -> list[UUID]:
    """Who sits at the desk; empty for a reader who is not of the desk's member."""
    return list(_seats().filter(desk=desk).values_list("user_id", flat=True))


def sits_at(desk_id: UUID, user_id: UUID) -> bool:
    """Whether the person has a seat at the desk, as far as the reader may know."""
    return _seats().filter(desk_id=desk_id, user_id=user_id).exists()


def people_by_desk(desks: Sequence[Desk]) -> dict[UUID, list[UUID]]:
    """Who sits at each of the desks, as far as the reader may know."""
    found: dict[UUID, list[UUID]] = {desk.pk: [] for desk in desks}
    rows = _seats().filter(desk__in=desks)
    for desk_id, user_id in rows.values_list("desk_id", "user_id"):
        found[desk_id].append(user_id)
    return found


def desks_of_person(
    actor: Actor, user_id: UUID, *, since: datetime | None = None
) -> QuerySet[Desk]:
    """The active desks of the actor's member at which the person sits, or has sat since then."""
    rows = own_desks(actor).filter(is_active=True)
    if since is None:
        return rows.filter(people__user_id=user_id)
    sits = DeskPerson.objects.filter(desk=OuterRef("pk"), user_id=user_id)
    sat = FormerSeat.objects.filter(desk=OuterRef("pk"), user_id=user_id, until__gt=since)
    return rows.filter(Exists(sits) | Exists(sat))


def desk_ids_of_person(actor: Actor, user_id: UUID) -> set[UUID]:
    return set(desks_of_person(actor, user_id).values_list("id", flat=True))


def windows(desk: Desk) -> list[DutyWindow]:
    """The weekly windows that are in force at the desk."""
    return list(desk.windows.filter(until_at=None).order_by("id"))


def closures(desk: Desk) -> list[Closure]:
    return list(desk.closures.order_by("-starts_at", "id")[:200])


def extra_cover(desk: Desk) -> list[ExtraCover]:
    return list(desk.extra_cover.order_by("-starts_at", "id")[:200])


def reasons(actor: Actor, refs: Iterable[UUID]) -> dict[UUID, str]:
    """Why, for the closures and the extra cover of the actor's own member."""
    rows = Reason.objects.filter(member_id=actor.member_id, ref__in=list(refs))
    return dict(rows.values_list("ref", "text"))


def seated_ids(circle_id: UUID) -> set[UUID]:
    """The members who sit in a circle, as far as the stamp shows."""
    return circles.seated_ids(circle_id)


def is_colleague(actor: Actor, user_id: UUID) -> bool:
    """Whether the person works for the actor's member now."""
    return Membership.objects.filter(
        member_id=actor.member_id, user_id=user_id, ended_at__isnull=True
    ).exists()


def colleagues(actor: Actor) -> list[User]:
    """The people who work for the actor's member now, by name."""
    working = Membership.objects.filter(member_id=actor.member_id, ended_at__isnull=True)
    return list(User.objects.filter(pk__in=working.values("user_id")).order_by("name", "id"))


def people_named(ids: Iterable[UUID]) -> list[User]:
    """These people, whether they still work for the member or not, by name."""
    return list(User.objects.filter(pk__in=list(ids)).order_by("name", "id"))


def member_names(desks: Iterable[Desk]) -> dict[UUID, str]:
    """The names of the members whose desks these are."""
    ids = {desk.member_id for desk in desks}
    return dict(Member.objects.filter(pk__in=ids).values_list("pk", "name"))


def holidays(desk: Desk, since: date) -> list[Holiday]:
    """The desk's holidays from a date on."""
    return list(desk.holidays.filter(on__gte=since).order_by("on")[:200])
