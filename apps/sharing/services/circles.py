"""Circles: founded by a member, joined by those who were given a code and want to."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.core.models import Level
from apps.sharing import policies, selectors
from apps.sharing.events import CircleJoined, CircleLeft
from apps.sharing.models import Circle, CircleInvitation, Seat
from apps.sharing.services.access import Owner, give_access, own_subject, take_access

INVITATION_LASTS = timedelta(days=7)
NAME_LENGTH = 80


def found_circle(name: str, *, actor: Actor, at: datetime) -> Circle:
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
    circle = Circle(member_id=actor.member_id, name=name, created_at=at)
    own_subject(("circle", circle.pk), member_id=actor.member_id, at=at)
    circle.save()
    _seat(circle, actor.member_id, actor=actor, at=at)
    return circle


def join_circle(circle: Circle, member_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Seat a member whose word one has, without a code: no page and no API does this."""
    if circle.member_id != actor.member_id:
        raise NotFound
    policies.may_found_circle(actor).require()
    _give_seat(circle, member_id, actor=actor, at=at)


def _give_seat(circle: Circle, member_id: UUID, *, actor: Actor, at: datetime) -> None:
    if member_id == circle.member_id:
        return
    ref = ("circle", circle.pk)
    give_access(ref, owner_id=circle.member_id, viewer_id=member_id, level=Level.TEASER, at=at)
    _seat(circle, member_id, actor=actor, at=at)


def _seat(circle: Circle, member_id: UUID, *, actor: Actor, at: datetime) -> None:
    _seat_row, created = Seat.objects.get_or_create(
        circle=circle,
        seated_member_id=member_id,
        defaults={"member_id": circle.member_id, "joined_at": at},
    )
    if created:
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
    gone, _rows = Seat.objects.filter(circle=circle, seated_member_id=member_id).delete()
    if not gone:
        raise NotFound
    emit(CircleLeft(subject_id=circle.pk, seated_member_id=member_id), actor=actor, at=at)
    take_access(("circle", circle.pk), viewer_id=member_id)


def leave_all_circles(member_id: UUID, *, actor: Actor, at: datetime) -> None:
    """The member has left the alliance: its seats end, and the circles it kept are dissolved."""
    for circle in selectors.circles(Actor.system(member_id)).order_by("pk"):
        with scope.as_owner(circle, actor):
            seats = Seat.objects.filter(circle=circle)
            if circle.member_id == member_id:
                gone = seats.exclude(seated_member_id=member_id)
            else:
                gone = seats.filter(seated_member_id=member_id)
            for seated_id in list(gone.order_by("pk").values_list("seated_member_id", flat=True)):
                _unseat(circle, seated_id, actor=actor, at=at)


def invite_to_circle(circle_id: UUID, *, actor: Actor, at: datetime) -> str:
    """A code that seats one member, given away by hand; it is kept as a digest alone.

    Nobody is seated unasked, and nobody learns which members there are.
    """
    circle = selectors.circle(actor, circle_id)
    if circle.member_id != actor.member_id:
        raise NotFound
    policies.may_found_circle(actor).require()
    code = secrets.token_urlsafe(16)
    CircleInvitation.objects.create(
        member_id=actor.member_id,
        circle_id=circle.pk,
        digest=_digest(code),
        created_by=actor.user_id,
        created_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    return code


def peek_circle(code: str, *, actor: Actor, at: datetime) -> Circle:
    """The circle that a code opens, before one joins it. Raises Refused, DomainError."""
    policies.may_found_circle(actor).require()
    return _invited(code, actor=actor, at=at)[1]


def join_by_code(code: str, *, actor: Actor, at: datetime) -> Circle:
    """Seat the actor's own member; a code works once. Raises Refused, DomainError."""
    policies.may_found_circle(actor).require()
    invitation, circle = _invited(code, actor=actor, at=at)
    invitation.used_at = at
    invitation.used_by_member_id = actor.member_id
    invitation.save(update_fields=["used_at", "used_by_member_id"])
    with scope.as_owner(circle, actor):
        _give_seat(circle, actor.member_id, actor=actor, at=at)
    return circle


def _invited(code: str, *, actor: Actor, at: datetime) -> tuple[CircleInvitation, Circle]:
    found = (
        CircleInvitation.objects.select_for_update()
        .filter(digest=_digest(code), used_at__isnull=True, expires_at__gt=at)
        .first()
    )
    if found is None:
        raise DomainError(
            "circle.code_unknown",
            _("This code opens no circle: it is mistyped, used or too old. Ask for a new one."),
            status=400,
        )
    with scope.as_owner(Owner(found.member_id), actor):
        return found, Circle.objects.get(pk=found.circle_id)


def _digest(code: str) -> str:
    return sha256(code.strip().encode()).hexdigest()
