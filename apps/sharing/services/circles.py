"""Circles and their seats: founded, taken, suspended, restored, given up."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.core.models import Level
from apps.sharing import policies, selectors
from apps.sharing.events import CircleJoined, CircleLeft, SeatRestored, SeatSuspended
from apps.sharing.models import Circle, Seat, Tombstone
from apps.sharing.services.access import Owner, give_access, own_subject, take_access
from apps.sharing.services.audience import backfill, lock_circle, part, resume

NAME_LENGTH: Final = 80
REASON_LENGTH: Final = 500
MOST_SPONSORS: Final = 9


def found_circle(
    name: str,
    *,
    actor: Actor,
    at: datetime,
    sponsors_needed: int = 0,
    lists_members: bool = True,
) -> Circle:
    """Found a circle with the actor's member in its first seat."""
    policies.may_found_circle(actor).require()
    name = name.strip()
    if not 1 <= len(name) <= NAME_LENGTH or "\x00" in name:
        raise Invalid(
            {
                "name": [
                    _("Give it a name of at most %(count)s characters.") % {"count": NAME_LENGTH}
                ]
            }
        )
    circle = Circle(
        member_id=actor.member_id,
        name=name,
        created_at=at,
        sponsors_needed=sponsors_needed,
        lists_members=lists_members,
    )
    own_subject(("circle", circle.pk), member_id=actor.member_id, at=at)
    circle.save()
    _seat(circle, actor.member_id, actor=actor, at=at)
    return circle


def change_circle(
    circle_id: UUID, *, sponsors_needed: int, lists_members: bool, actor: Actor, at: datetime
) -> Circle:
    """Say how many must vouch for a newcomer, and whether members read who sits there."""
    circle = kept(circle_id, actor=actor)
    if not 0 <= sponsors_needed <= MOST_SPONSORS:
        raise Invalid({"sponsors_needed": [_("Between 0 and %(most)s.") % {"most": MOST_SPONSORS}]})
    circle.sponsors_needed, circle.lists_members = sponsors_needed, lists_members
    circle.save(update_fields=["sponsors_needed", "lists_members"])
    return circle


def kept(circle_id: UUID, *, actor: Actor) -> Circle:
    """The circle, locked, when the actor may change it. Raises NotFound for one kept by others."""
    circle = Circle.objects.select_for_update().filter(pk=circle_id).first()
    if circle is None or circle.member_id != actor.member_id:
        raise NotFound
    policies.may_found_circle(actor).require()
    return circle


def join_circle(circle: Circle, member_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Seat a member whose word one has, without a code: no page and no API does this."""
    if circle.member_id != actor.member_id:
        raise NotFound
    policies.may_found_circle(actor).require()
    give_seat(circle, member_id, actor=actor, at=at)


def give_seat(
    circle: Circle, member_id: UUID, *, actor: Actor, at: datetime, may_backfill: bool = False
) -> None:
    """Seat a member, under the keeper's stamp; who sits there, or is suspended, stays as it is."""
    if member_id == circle.member_id:
        return
    if selectors.seat_of(circle.pk, member_id) is not None:
        return
    ref = ("circle", circle.pk)
    give_access(ref, owner_id=circle.member_id, viewer_id=member_id, level=Level.TEASER, at=at)
    _seat(circle, member_id, actor=actor, at=at, may_backfill=may_backfill)


def _seat(
    circle: Circle, member_id: UUID, *, actor: Actor, at: datetime, may_backfill: bool = False
) -> None:
    lock_circle(circle.pk)
    Seat.objects.create(
        circle=circle,
        seated_member_id=member_id,
        member_id=circle.member_id,
        joined_at=at,
        backfill=may_backfill,
    )
    if may_backfill:
        owners = selectors.seated_ids(circle.pk) - {member_id}
        backfill(circle.pk, member_id, owners, actor=actor, at=at)
    emit(CircleJoined(subject_id=circle.pk, seated_member_id=member_id), actor=actor, at=at)


def let_backfill(circle_id: UUID, member_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let a seat read what was shared with the circle before it joined."""
    circle = kept(circle_id, actor=actor)
    seat = selectors.seat_of(circle.pk, member_id)
    if seat is None or seat.is_suspended:
        raise NotFound
    if seat.backfill:
        raise DomainError("circle.backfilled", _("This member already reads what came before."))
    seat.backfill = True
    seat.save(update_fields=["backfill"])
    owners = selectors.seated_ids(circle.pk) - {member_id}
    backfill(circle.pk, member_id, owners, actor=actor, at=at)


def suspend_seat(
    circle_id: UUID, member_id: UUID, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Close a seat for now: nothing is read or given through it from the next statement on."""
    circle = kept(circle_id, actor=actor)
    seat = selectors.seat_of(circle.pk, member_id)
    if seat is None or member_id == circle.member_id:
        raise NotFound
    if seat.is_suspended:
        raise DomainError("circle.suspended", _("This seat is already suspended."))
    reason = reason.strip()[:REASON_LENGTH]
    seat.state, seat.suspended_at, seat.reason = Seat.State.SUSPENDED, at, reason
    seat.save(update_fields=["state", "suspended_at", "reason"])
    owners = selectors.seated_ids(circle.pk)
    part(circle.pk, member_id, owners, is_for_good=False, actor=actor, at=at)
    emit(SeatSuspended(subject_id=circle.pk, seated_member_id=member_id), actor=actor, at=at)
    _close(circle, member_id, reason="suspended", actor=actor, at=at)


def restore_seat(circle_id: UUID, member_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Lift a suspension: the seat is what it was, with what it gave and got."""
    circle = kept(circle_id, actor=actor)
    seat = selectors.seat_of(circle.pk, member_id)
    if seat is None or not seat.is_suspended:
        raise NotFound
    seat.state, seat.suspended_at, seat.reason = Seat.State.ACTIVE, None, ""
    seat.save(update_fields=["state", "suspended_at", "reason"])
    ref = ("circle", circle.pk)
    give_access(ref, owner_id=circle.member_id, viewer_id=member_id, level=Level.TEASER, at=at)
    owners = list(selectors.seated_ids(circle.pk) - {member_id})
    resume(circle.pk, member_id, owners, actor=actor, at=at)
    emit(SeatRestored(subject_id=circle.pk, seated_member_id=member_id), actor=actor, at=at)
    emit(CircleJoined(subject_id=circle.pk, seated_member_id=member_id), actor=actor, at=at)


def leave_circle(circle: Circle, member_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End a seat: by the keeper, or by the seated member itself."""
    if actor.member_id not in {circle.member_id, member_id}:
        raise NotFound
    if member_id == circle.member_id:
        raise DomainError("circle.keeper_stays", _("The keeper of a circle cannot leave it."))
    policies.may_found_circle(actor).require()
    with scope.as_owner(circle, actor):
        _unseat(circle, member_id, actor=actor, at=at)


def _unseat(circle: Circle, member_id: UUID, *, actor: Actor, at: datetime) -> None:
    seat = selectors.seat_of(circle.pk, member_id)
    if seat is None:
        raise NotFound
    was_suspended = seat.is_suspended
    seat.state, seat.left_at = Seat.State.LEFT, at
    seat.save(update_fields=["state", "left_at"])
    owners = selectors.seated_ids(circle.pk) | selectors.suspended_ids(circle.pk)
    part(circle.pk, member_id, owners, is_for_good=True, actor=actor, at=at)
    if not was_suspended:
        _close(circle, member_id, reason="left", actor=actor, at=at)


def _close(circle: Circle, member_id: UUID, *, reason: str, actor: Actor, at: datetime) -> None:
    """What follows for others while the seat's owner still reads the circle; then it does not."""
    emit(CircleLeft(subject_id=circle.pk, seated_member_id=member_id), actor=actor, at=at)
    take_access(("circle", circle.pk), viewer_id=member_id)
    with scope.as_owner(Owner(member_id), actor):
        Tombstone.objects.update_or_create(
            member_id=member_id,
            subject_type="circle",
            subject_id=circle.pk,
            defaults={"owner_id": circle.member_id, "reason": reason, "ended_at": at},
        )


def leave_all_circles(member_id: UUID, *, actor: Actor, at: datetime) -> None:
    """The member has left the alliance: its seats end, and the circles it kept are dissolved."""
    for circle in selectors.circles(Actor.system(member_id)).order_by("pk"):
        with scope.as_owner(circle, actor):
            seats = Seat.objects.filter(circle=circle).exclude(state=Seat.State.LEFT)
            if circle.member_id == member_id:
                gone = seats.exclude(seated_member_id=member_id)
            else:
                gone = seats.filter(seated_member_id=member_id)
            for seated_id in list(gone.order_by("pk").values_list("seated_member_id", flat=True)):
                _unseat(circle, seated_id, actor=actor, at=at)
