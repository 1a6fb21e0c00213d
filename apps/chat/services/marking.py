"""Marking read."""

from uuid import UUID

from apps.chat import selectors
from apps.chat.models import ReadMarker
from apps.core.actor import Actor
from apps.core.models import Head


def mark_read(room_id: UUID, *, seq: int, actor: Actor, thread: int = 0) -> int:
    """Move the person's mark forward, never back nor past the last message; returns it."""
    here = selectors.entry(actor, room_id)
    if actor.user_id is None:
        return 0
    head = Head.objects.get(subject_type="room", subject_id=here.room.pk).seq
    wanted = min(max(seq, 0), head)
    marker, _is_new = ReadMarker.objects.get_or_create(
        member_id=actor.member_id,
        user_id=actor.user_id,
        room=here.room,
        thread=thread,
        defaults={
            "last_read_seq": wanted,
            "root_type": here.room.root_type,
            "root_id": here.room.root_id,
        },
    )
    if marker.last_read_seq < wanted:
        ReadMarker.objects.filter(pk=marker.pk, last_read_seq__lt=wanted).update(
            last_read_seq=wanted
        )
    return max(marker.last_read_seq, wanted)
