"""Reading marks of many people at once: in a lively room everybody reads all the time."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from apps.chat import selectors, services
from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.gathered import Gathered

Mark = tuple[Actor, UUID, int]
_Key = tuple[UUID | None, UUID]


def mark_each(asked: Sequence[Mark]) -> list[int | DomainError]:
    """Each mark where it stands now; those of a member's people in a room are one statement.

    To whom a room is given by name, he is asked alone.
    """
    rooms: dict[tuple[UUID, UUID], list[Mark]] = defaultdict(list)
    for mark in asked:
        rooms[mark[0].member_id, mark[1]].append(mark)
    found: dict[_Key, int | DomainError] = {}
    for (_member_id, room_id), marks in rooms.items():
        with scope.acting(marks[0][0]), clock.one_instant():
            found |= _mark_room(room_id, marks)
    return [found[actor.user_id, room_id] for actor, room_id, _seq in asked]


def _mark_room(room_id: UUID, asked: Sequence[Mark]) -> dict[_Key, int | DomainError]:
    if room_id in selectors.open_rooms(asked[0][0], [room_id]):
        here = selectors.entry(asked[0][0], room_id)
        read: dict[UUID, int] = defaultdict(int)
        for actor, _room_id, seq in asked:
            if actor.user_id is not None:
                read[actor.user_id] = max(seq, read[actor.user_id])
        marked = services.mark_all(here, read, actor=asked[0][0]) if read else {}
        return {(actor.user_id, room_id): _of(marked, actor) for actor, _room, _seq in asked}
    return {(actor.user_id, room_id): _mark_alone(actor, room_id, seq) for actor, _r, seq in asked}


def _of(marked: dict[UUID, int], actor: Actor) -> int:
    return marked.get(actor.user_id, 0) if actor.user_id else 0


def _mark_alone(actor: Actor, room_id: UUID, seq: int) -> int | DomainError:
    try:
        with scope.binding(actor):
            return services.mark_read(room_id, seq=seq, actor=actor)
    except DomainError as refusal:
        return refusal


# A batch waits a moment for company.
marks: Gathered[Mark, int | DomainError] = Gathered(mark_each, thread="marking", pause=0.25)
