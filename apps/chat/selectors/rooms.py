"""Which rooms are there for whom: those of the subjects that one reads at level L3."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.chat.models import Message, Room
from apps.core import access, scope
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.events import Ref
from apps.core.models import Access, Head, Level
from apps.core.registries import subjects


@dataclass(frozen=True, slots=True)
class Entry:
    """A room that is open to somebody: what he may do there, and as whom he reads it.

    The viewer is the actor, or the person alone where access was given to the person by name
    (direct messages): colleagues do not read those.
    """

    room: Room
    access: Access
    viewer: Actor


def entry(actor: Actor, room_id: UUID) -> Entry:
    """The actor's way into a room. Raises NotFound."""
    for viewer in (actor, actor.in_person()):
        if viewer is None:
            continue
        with scope.binding(viewer):
            found = Room.objects.filter(pk=room_id).first()
            row = access.row(viewer, *found.root) if found else None
        if found is None or row is None or row.level < Level.CASE:
            continue
        if found.kind != Room.Kind.DIRECT or is_of(actor, found):
            return Entry(found, row, viewer)
    raise NotFound


def is_of(actor: Actor, room: Room) -> bool:
    """Whether the person talks there for the member for whom she acts now."""
    return [str(actor.member_id), str(actor.user_id)] in room.people


def access_to(actor: Actor, room: Room) -> Access:
    """The actor's access row to the room's subject, L3 or more. Raises NotFound."""
    return entry(actor, room.pk).access


def room(actor: Actor, room_id: UUID) -> Room:
    """One room that the actor may read. Raises NotFound."""
    return entry(actor, room_id).room


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


def open_rooms(actor: Actor, room_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these rooms are open to the actor's whole member; two statements for any number."""
    rooms = Room.objects.filter(pk__in=room_ids).exclude(kind=Room.Kind.DIRECT)
    roots = {room.pk: room.root for room in rooms}
    open_ones = set()
    for kind in {root[0] for root in roots.values()}:
        seen = access.rows(actor, kind, min_level=Level.CASE)
        idents = [root[1] for root in roots.values() if root[0] == kind]
        found = seen.filter(subject_id__in=idents).values_list("subject_id", flat=True)
        open_ones |= {(kind, ident) for ident in found}
    return {pk for pk, root in roots.items() if root in open_ones}


def card_of_message(actor: Actor, room_id: UUID, seq: int) -> Ref | None:
    """The subject that a message stands for, if the actor may watch it. Raises NotFound."""
    here = entry(actor, room_id)
    with scope.binding(here.viewer):
        message = Message.objects.filter(room=here.room, seq=seq).first()
    card = message.params.get("card") if message else None
    if not card:
        raise NotFound
    ref = (str(card["type"]), UUID(card["id"]))
    subject = subjects.get(ref[0])
    return ref if subject and subject.card and subject.may_watch(actor, ref[1]) else None


def head(room: Room) -> int:
    """The number of the room's last entry."""
    return Head.objects.get(subject_type="room", subject_id=room.pk).seq
