"""Whom one can call in a room, and whom one meets in rooms at all."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat.mentioning import ON_DUTY, Callee, desk_slug, slug, told_apart
from apps.chat.models import Message, ReadMarker, Room
from apps.chat.selectors.rooms import Entry, head
from apps.core import scope
from apps.core.actor import Actor
from apps.duty.models import Desk
from apps.members import selectors as members
from apps.members.models import Member, User

# So many entries are looked through for who wrote: a room may be years old.
LATELY = 1000
# The member that a person works for here, and the person.
Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody whom the actor meets: a colleague, or who has been in a room of his."""

    member_id: UUID
    user_id: UUID
    name: str
    member: str
    zone: str
    is_ours: bool


def callable_in(here: Entry, actor: Actor) -> dict[str, Callee]:
    """By handle, whom the actor can call in a room: nobody whom he does not see there anyway.

    Colleagues; who wrote there lately or read there; the desks of the room's owner and of the
    members that wrote; whoever is on duty. In a direct room those who talk there.
    """
    if here.room.kind == Room.Kind.DIRECT:
        pairs = {(UUID(member), UUID(user)) for member, user in here.room.people}
        return told_apart([*_people(pairs, actor)])
    with scope.binding(here.viewer):
        wrote = set(
            Message.objects.filter(
                room=here.room, kind=Message.Kind.MESSAGE, seq__gt=head(here.room) - LATELY
            )
            .values_list("member_id", "author_id")
            .distinct()
        )
        seen = set(
            ReadMarker.objects.filter(room=here.room, thread=0).values_list("member_id", "user_id")
        )
    there = {(member, user) for member, user in wrote | seen if user is not None}
    homes = {member for member, _person in wrote} | {actor.member_id, here.room.member_id}
    everybody = Callee(ref=ON_DUTY, handle=ON_DUTY, name=_("on duty"))
    return told_apart(
        [(everybody, ""), *_desks(homes, actor), *_people(there | _colleagues(actor), actor)]
    )


def _colleagues(actor: Actor) -> set[Pair]:
    found = members.people(actor).filter(user__is_active=True)
    return {(actor.member_id, user) for user in found.values_list("user_id", flat=True)}


def _people(pairs: Collection[Pair], actor: Actor) -> list[tuple[Callee, str]]:
    homes, people = _names(pairs)
    found = [
        (
            Callee(
                ref=f"person:{user_id}",
                handle=slug(people[user_id].name),
                name=people[user_id].name,
                member=homes[member_id].name,
                zone=people[user_id].time_zone,
                is_ours=member_id == actor.member_id,
            ),
            homes[member_id].code,
        )
        for member_id, user_id in pairs
        if user_id in people and member_id in homes
    ]
    return sorted(found, key=lambda one: (not one[0].is_ours, one[0].name, one[0].ref))


def _names(pairs: Collection[Pair]) -> tuple[dict[UUID, Member], dict[UUID, User]]:
    people = members.person_cards(user for _member, user in pairs)
    return members.member_cards(member for member, _user in pairs), people


def _desks(homes: set[UUID], actor: Actor) -> list[tuple[Callee, str]]:
    desks = list(Desk.objects.filter(member_id__in=homes, is_active=True).order_by("name", "pk"))
    names = members.member_cards(desk.member_id for desk in desks)
    return [
        (
            Callee(
                ref=f"desk:{desk.pk}",
                handle=desk_slug(desk.name),
                name=desk.name,
                member=names[desk.member_id].name,
                zone=desk.tz,
                is_ours=desk.member_id == actor.member_id,
            ),
            names[desk.member_id].code,
        )
        for desk in desks
    ]


def met(actor: Actor) -> list[Met]:
    """Colleagues, and the people of other members who read in rooms that the actor reads."""
    marks = ReadMarker.objects.exclude(member_id=actor.member_id).filter(thread=0)
    others = set(marks.values_list("member_id", "user_id").distinct())
    pairs = {(m, u) for m, u in others | _colleagues(actor) if u != actor.user_id}
    homes, people = _names(pairs)
    found = [
        Met(
            member_id=member_id,
            user_id=user_id,
            name=people[user_id].name,
            member=homes[member_id].name,
            zone=people[user_id].time_zone,
            is_ours=member_id == actor.member_id,
        )
        for member_id, user_id in pairs
        if user_id in people and people[user_id].is_active and homes[member_id].is_active
    ]
    return sorted(found, key=lambda one: (not one.is_ours, one.member, one.name, one.user_id))
