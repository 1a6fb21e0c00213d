"""Reading marks of many people at once: in a lively room everybody reads all the time."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from apps.chat import selectors, services
from apps.chat.seeing import Marked
from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.gathered import Gathered

Mark = tuple[Actor, UUID, int]
NO_MARK = Marked(0)
_Key = tuple[UUID | None, UUID]


def mark_each(asked: Sequence[Mark]) -> list[Marked | DomainError]:
    """Each mark where it stands now; those of a member's people in a room are one statement.

    To whom a room is given by name, he is asked alone.
    """
    rooms: dict[tuple[UUID, UUID], list[Mark]] = defaultdict(list)
    for mark in asked:
        rooms[mark[0].member_id, mark[1]].append(mark)
    found: dict[_Key, Marked | DomainError] = {}
    for (_member_id, room_id), marks in rooms.items():
        with scope.acting(marks[0][0]), clock.one_instant():
            found |= _mark_room(room_id, marks)
    return [found[actor.user_id, room_id] for actor, room_id, _seq in asked]


def _mark_room(room_id: UUID, asked: Sequence[Mark]) -> dict[_Key, Marked | DomainError]:
    if room_id in selectors.open_rooms(asked[0][0], [room_id]):
        here = selectors.entry(asked[0][0], room_id)
        read: dict[UUID, int] = defaultdict(int)
        for actor, _room_id, seq in asked:
            if actor.user_id is not None:
                read[actor.user_id] = max(seq, read[actor.user_id])
        marked = services.mark_all(here, read, actor=asked[0][0]) if read else {}
        return {(actor.user_id, room_id): _of(marked, actor) for actor, _room, _seq in asked}
    return {(actor.user_id, room_id): _mark_alone(actor, room_id, seq) for actor, _r, seq in asked}


def _of(marked: dict[UUID, Marked], actor: Actor) -> Marked:
    return marked.get(actor.user_id, NO_MARK) if actor.user_id else NO_MARK


def _mark_alone(actor: Actor, room_id: UUID, seq: int) -> Marked | DomainError:
    try:
        with scope.binding(actor):
            here = selectors.entry(actor, room_id)
            read = {actor.user_id: seq} if actor.user_id else {}
            return _of(services.mark_all(here, read, actor=actor), actor) if read else NO_MARK
    except DomainError as refusal:
        return refusal


# A batch waits a moment for company.
marks: Gathered[Mark, Marked | DomainError] = Gathered(mark_each, thread="marking", pause=0.25)
