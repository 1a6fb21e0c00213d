"""How far people have read, and what is new to them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from apps.chat.folding import SHOWN
from apps.chat.models import MarkPolicy, Message, ReadMarker, Room
from apps.chat.selectors.people import Card, cards
from apps.chat.selectors.rooms import Entry
from apps.core import access, scope
from apps.core.actor import Actor
from apps.core.models import Level


def last_read(actor: Actor, room_id: UUID, *, thread: int = 0) -> int:
    """How far the actor's person has read; 0 for nothing yet."""
    if actor.user_id is None:
        return 0
    marker = ReadMarker.objects.filter(
        member_id=actor.member_id, user_id=actor.user_id, room_id=room_id, thread=thread
    ).first()
    return marker.last_read_seq if marker else 0


def own_marks(actor: Actor, room_id: UUID) -> dict[int, int]:
    """How far the person has read the room (0) and each thread that she has opened."""
    if actor.user_id is None:
        return {}
    mine = ReadMarker.objects.filter(
        member_id=actor.member_id, user_id=actor.user_id, room_id=room_id
    )
    return dict(mine.order_by("thread").values_list("thread", "last_read_seq"))


@dataclass(frozen=True, slots=True)
class Mark:
    """How far somebody has read."""

    person: Card
    seq: int


def marks(here: Entry) -> list[Mark]:
    """How far each person has read, of those whose members show it: the furthest first."""
    with scope.binding(here.viewer):
        rows = list(ReadMarker.objects.filter(room=here.room, thread=0).order_by("-last_read_seq"))
    known = cards([], [(row.member_id, row.user_id) for row in rows])
    return [Mark(known[row.member_id, row.user_id], row.last_read_seq) for row in rows]


def shows_marks(actor: Actor) -> bool:
    """Whether others see how far the actor's people have read."""
    policy = MarkPolicy.objects.filter(member_id=actor.member_id).first()
    return policy.shows_marks if policy else True


@dataclass(frozen=True, slots=True)
class News:
    """What came into a room past a person's mark, from others: counts by what it is."""

    messages: int = 0
    handovers: int = 0
    decisions: int = 0
    others: int = 0


def news(here: Entry, actor: Actor, mark: int) -> News:
    """What is new in a room since the person left: one query."""
    of_others = ~Q(author_id=actor.user_id) | Q(author_id__isnull=True)
    with scope.binding(here.viewer):
        rows = Message.objects.filter(of_others, room=here.room, seq__gt=mark)
        counted = rows.filter(kind__in=SHOWN).values_list("kind", "code").annotate(Count("pk"))
        found = Counter[str]()
        for kind, code, count in counted.order_by():
            found[_told_as(kind, code)] += count
    return News(**found)


def _told_as(kind: str, code: str) -> str:
    if kind == Message.Kind.MESSAGE:
        return "messages"
    topic = code.partition(".")[0]
    return {"handover": "handovers", "decision": "decisions"}.get(topic, "others")


# A key has read nothing, and nobody calls it.
NO_PERSON = UUID(int=0)


def with_news(rooms: QuerySet[Room], actor: Actor) -> QuerySet[Any]:
    """Rooms with `unread`, what others wrote past the person's mark, and `calls` of her in it.

    By each room's own index: of its messages only those past the mark are read.
    """
    marked, new, calls = _new(rooms, actor)
    found: QuerySet[Any] = marked.annotate(unread=_counted(new), calls=_counted(calls))
    return found


def waiting(rooms: QuerySet[Room], actor: Actor) -> QuerySet[Any]:
    """The rooms where something new waits, with `is_called`: the first new message is enough."""
    marked, new, calls = _new(rooms, actor)
    found: QuerySet[Any] = marked.filter(Exists(new)).annotate(is_called=Exists(calls))
    return found


def _new(
    rooms: QuerySet[Room], actor: Actor
) -> tuple[QuerySet[Any], QuerySet[Message], QuerySet[Message]]:
    """The rooms with the person's `mark`; what others wrote past it in each, and calls of her."""
    me = actor.user_id or NO_PERSON
    mark = ReadMarker.objects.filter(
        room_id=OuterRef("pk"), user_id=me, member_id=actor.member_id, thread=0
    ).values("last_read_seq")
    of_others = ~Q(author_id=me) | Q(author_id__isnull=True)
    new = Message.objects.filter(
        of_others, room_id=OuterRef("pk"), kind=Message.Kind.MESSAGE, seq__gt=OuterRef("mark")
    )
    marked = rooms.annotate(mark=Coalesce(Subquery(mark), Value(0)))
    return marked, new, new.filter(mentions__contains=[f"person:{me}"])


def _counted(rows: QuerySet[Message]) -> Coalesce:
    counted = rows.order_by().values("room_id").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), Value(0))


def unread(actor: Actor, subject_type: str, subject_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many messages of others each subject's room holds past the person's mark: one query."""
    if actor.user_id is None:
        return {}
    rooms = with_news(_rooms(actor, subject_type, subject_ids), actor)
    return {room.root_id: room.unread for room in rooms}


def _rooms(actor: Actor, subject_type: str, subject_ids: Iterable[UUID]) -> QuerySet[Room]:
    seen = access.subject_ids(actor, subject_type, min_level=Level.CASE)
    rooms = Room.objects.filter(root_type=subject_type, root_id__in=seen)
    return rooms.filter(root_id__in=list(subject_ids))
