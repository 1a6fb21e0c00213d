"""Who sits at a desk, and what ends with a seat."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound
from apps.core.events import emit
from apps.duty import selectors
from apps.duty.events import PeopleChanged, RosterChanged
from apps.duty.models import Desk, DeskPerson, FormerSeat
from apps.duty.services.desks import locked
from apps.duty.services.leave import announce_holes, empty_shifts, end_leave_of
from apps.duty.services.swaps import let_go, withdraw_moot
from apps.duty.services.terms import take_out

# How far ahead the managers are told of shifts that a leaver leaves empty.
_AHEAD = timedelta(days=60)


def put_person(desk_id: UUID, user_id: UUID, *, actor: Actor, at: datetime) -> DeskPerson:
    """Seat a colleague at a desk; twice is once."""
    desk = locked(desk_id, actor=actor)
    if not selectors.is_colleague(actor, user_id):
        raise Invalid({"user_id": [_("Nobody of your member has this id.")]})
    seat, created = DeskPerson.objects.get_or_create(
        desk=desk, user_id=user_id, defaults={"member_id": desk.member_id, "since": at}
    )
    if created:
        emit(PeopleChanged(subject_id=desk.pk, user_id=user_id), actor=actor, at=at)
    return seat


def remove_person(desk_id: UUID, user_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End a colleague's seat at a desk; the rotas close up."""
    desk = locked(desk_id, actor=actor)
    if not desk.people.filter(user_id=user_id).exists():
        raise NotFound
    _end_seat(desk, user_id, actor=actor, at=at)


def end_seats(user_id: UUID, *, actor: Actor, at: datetime) -> None:
    """A person leaves the member: seats, places in rotas, questions and leave end with it."""
    desks = Desk.objects.select_for_update().filter(
        member_id=actor.member_id, people__user_id=user_id
    )
    for desk in desks.order_by("id"):
        _end_seat(desk, user_id, actor=actor, at=at)
    end_leave_of(user_id, actor=actor, at=at)


def _end_seat(desk: Desk, user_id: UUID, *, actor: Actor, at: datetime) -> None:
    # What was empty before is not news: told is what the leaver leaves empty.
    before = set(empty_shifts(desk, selectors.rosters([desk], at, at + _AHEAD)[desk.pk]))
    let_go(desk, user_id, actor=actor, at=at)
    take_out(desk, user_id, at=at)
    _leave_seat(desk, user_id, at=at)
    withdraw_moot(desk, actor=actor, at=at)
    after = empty_shifts(desk, selectors.rosters([desk], at, at + _AHEAD)[desk.pk])
    emit(PeopleChanged(subject_id=desk.pk, user_id=user_id), actor=actor, at=at)
    emit(RosterChanged(subject_id=desk.pk, cause="seat"), actor=actor, at=at)
    fresh = [shift for shift in after if shift not in before]
    announce_holes(desk, user_id, fresh, actor=actor, at=at)


def _leave_seat(desk: Desk, user_id: UUID, *, at: datetime) -> None:
    """Nobody sits there any more, and who did until now stays known."""
    seat = DeskPerson.objects.select_for_update().get(desk=desk, user_id=user_id)
    if seat.since < at:
        FormerSeat.objects.create(
            member_id=desk.member_id, desk=desk, user_id=user_id, since=seat.since, until=at
        )
    seat.delete()
