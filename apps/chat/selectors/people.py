"""Who wrote: what everybody in a room may know of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.chat.folding import Who
from apps.chat.models import Message
from apps.core.actor import Actor
from apps.members.models import Member, User


@dataclass(frozen=True, slots=True)
class Card:
    """A person's name card: name, member, and the zone for the time at her place."""

    id: UUID | None
    name: str
    monogram: str
    member: str
    zone: str

    def as_json(self) -> dict[str, Any]:
        card = {name: getattr(self, name) for name in self.__slots__}
        return {**card, "id": str(self.id) if self.id else None}


def cards(messages: Iterable[Message], also: Iterable[Who] = ()) -> dict[Who, Card]:
    """The authors of messages, by (member, person): two queries for any number of messages."""
    keys = {(m.member_id, m.author_id) for m in messages} | set(also)
    members = Member.objects.in_bulk({member_id for member_id, _person in keys})
    people = User.objects.in_bulk({person for _member, person in keys if person})
    return {key: _card(key, members, people) for key in keys}


def _card(key: Who, members: dict[UUID, Member], people: dict[UUID, User]) -> Card:
    member = members.get(key[0])
    name = member.name if member else ""
    person = people.get(key[1]) if key[1] else None
    if person is None:
        return Card(None, name, member.monogram if member else "?", name, "UTC")
    return Card(person.pk, person.name, person.monogram, name, person.time_zone)


def card_of(actor: Actor) -> Card:
    """The actor as the others in a room see him."""
    return cards([], [(actor.member_id, actor.user_id)])[actor.member_id, actor.user_id]
