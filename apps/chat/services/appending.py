"""The one way into a room's sequence: whatever happens there is an entry appended here."""

from datetime import datetime

from apps.chat import selectors
from apps.chat.events import MessagePosted
from apps.chat.frames import new_frame
from apps.chat.models import Message, Room
from apps.core.actor import Actor
from apps.core.events import emit
from apps.core.models import Head


def hold(room: Room) -> int:
    """Hold the room's sequence until commit; returns the number of its last entry."""
    return Head.objects.select_for_update().get(subject_type="room", subject_id=room.pk).seq


def repeated(room: Room, entry: Message) -> Message | None:
    """The entry that was kept under the same client id, if there is one."""
    return Message.objects.filter(
        room=room, member_id=entry.member_id, author_id=entry.author_id, cid=entry.cid
    ).first()


def append(here: selectors.Entry, entry: Message, *, actor: Actor, at: datetime) -> Message:
    """Give an entry the room's next number, keep it, and show it to the room on commit.

    One whose client id was kept before is not kept again: the first one is returned. Whether the
    actor may do it was asked before.
    """
    room = here.room
    hold(room)
    first = repeated(room, entry)
    if first is not None:
        return first
    entry.room = room
    entry.root_type, entry.root_id = room.root
    entry.posted_at = at
    frame = new_frame(here, entry)
    event = emit(
        MessagePosted(
            subject_id=room.pk,
            root=room.root,
            message_id=entry.pk,
            kind=str(entry.kind),
            target=entry.target,
        ),
        actor=actor,
        at=at,
        frame=frame,
    )
    entry.seq = event.seq
    entry.save(force_insert=True)
    return entry
