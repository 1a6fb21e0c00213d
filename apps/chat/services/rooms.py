"""Opening rooms."""

from datetime import datetime
from uuid import UUID

from apps.chat.models import Room
from apps.core.actor import Actor
from apps.core.events import Ref
from apps.core.models import Head


def open_room(subject: Ref, *, member_id: UUID, actor: Actor, at: datetime) -> Room:
    """The room of a subject, opened by its owner; the same room when asked again."""
    room, is_new = Room.objects.get_or_create(
        root_type=subject[0],
        root_id=subject[1],
        defaults={"member_id": member_id, "opened_at": at},
    )
    if is_new:
        # The row that posting locks; a room's numbers belong to its messages, from 1 on.
        Head.objects.create(subject_type="room", subject_id=room.pk, seq=0)
    return room


def room_id_of(subject: Ref) -> UUID | None:
    """The id of a subject's room, as far as the stamp shows."""
    rooms = Room.objects.filter(root_type=subject[0], root_id=subject[1])
    return rooms.values_list("pk", flat=True).first()
