"""How far people have read, and what is new to them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from apps.chat.models import Message, ReadMarker, Room
from apps.core import access
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


def unread(actor: Actor, subject_type: str, subject_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many messages of others each subject's room holds past the person's mark: one query."""
    if actor.user_id is None:
        return {}
    mark = ReadMarker.objects.filter(
        room_id=OuterRef("pk"), user_id=actor.user_id, member_id=actor.member_id, thread=0
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
