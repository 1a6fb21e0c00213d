"""Direct rooms: people of allied members by name, whom their colleagues do not read along with."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat import selectors
from apps.chat.models import Room
from apps.chat.services.rooms import CAPABILITIES, begin, unsaved
from apps.core import scope
from apps.core.actor import Actor
from apps.core.decisions import denied
from apps.core.errors import Invalid
from apps.core.models import Level
from apps.sharing import selectors as circles
from apps.sharing import services as sharing

MOST_PEOPLE: Final = 8


def open_direct(user_ids: Iterable[UUID], *, actor: Actor, at: datetime) -> Room:
    """The room of these people and the actor, by name; the same room when asked again.

    Each must be somebody whom the actor meets in a room, or a colleague: whoever is not is an
    unknown person. Raises Refused, Invalid.
    """
    if actor.user_id is None:
        denied("chat.people_only", _("Only a person can talk to people directly.")).require()
        raise Invalid({})
    if actor.has_role("observer"):
        denied("chat.observer_reads_only", _("Observers read along; they do not write.")).require()
    met = {one.user_id: one for one in selectors.met(actor)}
    wanted = set(user_ids) - {actor.user_id}
    if not wanted or wanted - met.keys():
        raise Invalid({"people": [_("Choose people whom you meet in a room.")]})
    if len(wanted) >= MOST_PEOPLE:
        raise Invalid({"people": [_("At most %(most)s people.") % {"most": MOST_PEOPLE}]})
    people = sorted(
        [str(member), str(user)]
        for member, user in [
            (actor.member_id, actor.user_id),
            *((met[user].member_id, user) for user in wanted),
        ]
    )
    return _same(people, actor, at=at) or _open(people, actor=actor, at=at)


def _key(people: list[list[str]]) -> str:
    return ",".join(f"{member}/{user}" for member, user in people)


def _same(people: list[list[str]], actor: Actor, *, at: datetime) -> Room | None:
    """The room that these people have already, whoever opened it; open to all of them again."""
    for member_id in sorted({UUID(member) for member, _user in people}):
        with scope.as_owner(sharing.Owner(member_id), actor):
            owned = Room.objects.filter(people_key=_key(people), member_id=member_id).first()
            if owned is not None:
                _let_in(owned, at=at)
                return owned
    return None


def _open(people: list[list[str]], *, actor: Actor, at: datetime) -> Room:
    room = unsaved(Room.Kind.DIRECT, member_id=actor.member_id, at=at)
    room.people, room.people_key = people, _key(people)
    _let_in(room, at=at)
    room.save(force_insert=True)
    begin(room)
    return room


def _let_in(room: Room, *, at: datetime) -> None:
    """By name: a colleague of theirs has no row, and finds no room."""
    sharing.give_all(
        sharing.View(room.root, room.member_id, UUID(user), Level.CASE, at, CAPABILITIES)
        for _member, user in room.people
    )


def part_from(circle_id: UUID, left_id: UUID, *, actor: Actor) -> None:
    """Close the direct rooms between who left a circle and those whom nothing else joins to it.

    Whether a circle still does is read as those who stay: the other has its access row until the
    end of the transaction.
    """
    for stayer_id in circles.seated_ids(circle_id) - {left_id}:
        with scope.as_owner(sharing.Owner(stayer_id), actor):
            joined = left_id in circles.fellow_ids(Actor.system(stayer_id))
        if not joined:
            _part(stayer_id, left_id, actor=actor)


def _part(one_id: UUID, other_id: UUID, *, actor: Actor) -> None:
    for owner_id in (one_id, other_id):
        with scope.as_owner(sharing.Owner(owner_id), actor):
            rooms = Room.objects.filter(kind=Room.Kind.DIRECT, member_id=owner_id)
            views = [
                (room.root, UUID(user))
                for room in rooms.select_for_update().order_by("pk")
                if {str(one_id), str(other_id)} <= {member for member, _user in room.people}
                for _member, user in room.people
            ]
            sharing.take_all(views)
