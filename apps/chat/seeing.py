"""Who has read how far, told to whoever looks at the room: many marks in one frame, now and then.

A mark that its member keeps to itself goes to that member's own people alone.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from apps.chat.selectors import Card
from apps.core import stream
from apps.core.actor import Actor
from apps.core.gathered import Gathered

# A room of 200 is told once of its 200 marks, instead of each reader of each.
GATHERED_FOR_SECONDS = 2.0
Person = dict[str, Any]


class Marked(NamedTuple):
    """Where a mark stands now, whether it moved, and whether other members see it."""

    seq: int
    is_further: bool = False
    is_shown: bool = True


class Seen(NamedTuple):
    """How far somebody has read; `only` is the member that keeps it to itself."""

    room_id: UUID
    person: Person
    seq: int
    only: UUID | None


def seen_of(room_id: UUID, card: Card, marked: Marked, actor: Actor) -> Seen:
    person = {"id": str(card.id), "name": card.name, "member": card.member}
    return Seen(room_id, person, marked.seq, None if marked.is_shown else actor.member_id)


def tell_all(seen: Sequence[Seen]) -> list[None]:
    """One frame for each room and audience, with the furthest mark of each person."""
    marks: dict[tuple[UUID, UUID | None], dict[tuple[str, str], Seen]] = defaultdict(dict)
    for one in seen:
        known, who = marks[one.room_id, one.only], (one.person["id"], one.person["member"])
        if who not in known or known[who].seq < one.seq:
            known[who] = one
    stream.publish_texts(
        [
            (("room", room_id), _encoded(_frame(room_id, found.values()), only))
            for (room_id, only), found in marks.items()
        ]
    )
    return [None] * len(seen)


def _frame(room_id: UUID, found: Any) -> dict[str, Any]:
    marks = [{"person": one.person, "seq": one.seq} for one in found]
    subject = stream.name(("room", room_id))
    return {"type": "seen", "subject": subject, "room": str(room_id), "marks": marks}


def _encoded(frame: dict[str, Any], only: UUID | None) -> str:
    return json.dumps(frame) if only is None else stream.for_readers([str(only)], frame)


teller: Gathered[Seen, None] = Gathered(
    tell_all, thread="hints", most=4096, pause=GATHERED_FOR_SECONDS
)
