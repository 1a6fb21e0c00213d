"""Reading rooms: a room is there for whoever reads its subject at level L3, else it is not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from apps.chat.models import Message, ReadMarker, Room
from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.events import Ref
from apps.core.models import Access, Head, Level
from apps.core.registries import subjects
from apps.members.models import Member, User

PAGE = 200


@dataclass(frozen=True, slots=True)
class Card:
    """Who wrote: what everybody in the room may know of a person."""

    id: UUID | None
    name: str
    monogram: str
    member: str
    zone: str

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "id": str(self.id) if self.id else None}


def access_to(actor: Actor, room: Room) -> Access:
    """The actor's access row to the room's subject, L3 or more. Raises NotFound."""
    row = access.row(actor, *room.root)
    if row is None or row.level < Level.CASE:
        raise NotFound
    return row


def room(actor: Actor, room_id: UUID) -> Room:
    """One room that the actor may read. Raises NotFound."""
    return room_and_access(actor, room_id)[0]


def room_and_access(actor: Actor, room_id: UUID) -> tuple[Room, Access]:
    """One room that the actor may read, and what he may do there. Raises NotFound."""
    found = Room.objects.filter(pk=room_id).first()
    if found is None:
        raise NotFound
    return found, access_to(actor, found)


def room_of(actor: Actor, subject: Ref) -> Room:
    """The room of a subject. Raises NotFound."""
    if not access.may_read(actor, *subject, min_level=Level.CASE):
        raise NotFound
    found = Room.objects.filter(root_type=subject[0], root_id=subject[1]).first()
    if found is None:
        raise NotFound
    return found


def may_watch(actor: Actor, room_id: UUID) -> bool:
    """Whether the actor's socket may join the room."""
    try:
        room(actor, room_id)
    except NotFound:
        return False
    return True


def card_of_message(actor: Actor, room_id: UUID, seq: int) -> Ref | None:
    """The subject that a message stands for, if the actor may watch it. Raises NotFound."""
    here = room(actor, room_id)
    message = Message.objects.filter(room=here, seq=seq).first()
    card = message.params.get("card") if message else None
    if not card:
        raise NotFound
    ref = (str(card["type"]), UUID(card["id"]))
    subject = subjects.get(ref[0])
    return ref if subject and subject.card and subject.may_watch(actor, ref[1]) else None


def messages_after(actor: Actor, room_id: UUID, after: int, *, limit: int = PAGE) -> list[Message]:
    """The messages that follow a sequence number, in order. Raises NotFound."""
    here = room(actor, room_id)
    return list(Message.objects.filter(room=here, seq__gt=after).order_by("seq")[:limit])


def messages_before(
    actor: Actor, room_id: UUID, before: int | None = None, *, limit: int = PAGE
) -> list[Message]:
    """The last messages before a sequence number (or at all), in order. Raises NotFound."""
    here = room(actor, room_id)
    rows = Message.objects.filter(room=here)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return list(reversed(rows.order_by("-seq")[:limit]))


# By the room's own index: of its messages only the newest are read.
_LAST = """
SELECT found.id FROM unnest(%s::uuid[], %s::timestamptz[]) AS wanted (id, since)
JOIN chat_room AS room ON room.root_type = %s AND room.root_id = wanted.id
CROSS JOIN LATERAL (
  SELECT id FROM chat_message
   WHERE room_id = room.id AND kind = 'message' AND posted_at >= wanted.since
   ORDER BY seq DESC LIMIT %s) AS found
"""


def last_messages(
    root_type: str, since: Mapping[UUID, datetime], limit: int
) -> dict[UUID, list[Message]]:
    """What people wrote about each subject since an instant, as far as the stamp shows, in order.

    Two statements for any number of subjects; one that nobody wrote about is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [list(since), list(since.values()), root_type, limit])
        ids = [row[0] for row in cursor.fetchall()]
    found: dict[UUID, list[Message]] = defaultdict(list)
    for message in Message.objects.filter(pk__in=ids).order_by("seq"):
        found[message.root_id].append(message)
    return found


def head(room: Room) -> int:
    """The number of the room's last message."""
    return Head.objects.get(subject_type="room", subject_id=room.pk).seq


def last_read(actor: Actor, room_id: UUID) -> int:
    """How far the actor's person has read; 0 for nothing yet."""
    if actor.user_id is None:
        return 0
    marker = ReadMarker.objects.filter(
        member_id=actor.member_id, user_id=actor.user_id, room_id=room_id
    ).first()
    return marker.last_read_seq if marker else 0


def unread(actor: Actor, subject_type: str, subject_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many messages of others each subject's room holds past the person's mark: one query."""
    if actor.user_id is None:
        return {}
    mark = ReadMarker.objects.filter(
        room_id=OuterRef("pk"), user_id=actor.user_id, member_id=actor.member_id
    ).values("last_read_seq")
    rooms = _rooms(actor, subject_type, subject_ids).annotate(
        mark=Coalesce(Subquery(mark), Value(0))
    )
    is_new = Q(messages__kind=Message.Kind.MESSAGE, messages__seq__gt=F("mark"))
    of_others = ~Q(messages__author_id=actor.user_id) | Q(messages__author_id__isnull=True)
    counted = rooms.annotate(waiting=Count("messages", filter=is_new & of_others))
    return dict(counted.values_list("root_id", "waiting"))


def _rooms(actor: Actor, subject_type: str, subject_ids: Iterable[UUID]) -> QuerySet[Room]:
    seen = access.subject_ids(actor, subject_type, min_level=Level.CASE)
    rooms = Room.objects.filter(root_type=subject_type, root_id__in=seen)
    return rooms.filter(root_id__in=list(subject_ids))


def cards(messages: Iterable[Message]) -> dict[tuple[UUID, UUID | None], Card]:
    """The authors of messages, by (member, person): two queries for any number of messages."""
    keys = {(m.member_id, m.author_id) for m in messages}
    members = Member.objects.in_bulk({member_id for member_id, _person in keys})
    people = User.objects.in_bulk({person for _member, person in keys if person})
    return {key: _card(key, members, people) for key in keys}


def _card(
    key: tuple[UUID, UUID | None], members: dict[UUID, Member], people: dict[UUID, User]
) -> Card:
    member = members.get(key[0])
    name = member.name if member else ""
    person = people.get(key[1]) if key[1] else None
    if person is None:
        return Card(None, name, member.monogram if member else "?", name, "UTC")
    return Card(person.pk, person.name, person.monogram, name, person.time_zone)


def card_of(actor: Actor) -> Card:
    """The actor as the others in a room see him."""
    key = (actor.member_id, actor.user_id)
    people = User.objects.in_bulk([actor.user_id]) if actor.user_id else {}
    return _card(key, Member.objects.in_bulk([actor.member_id]), people)
