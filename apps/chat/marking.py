"""Reading marks of many people at once."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from apps.chat.services import mark_read
from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.gathered import Gathered

Mark = tuple[Actor, UUID, int]


def mark_all(asked: Sequence[Mark]) -> list[int | DomainError]:
    """Each mark where it stands now; a person who read several messages on is one statement."""
    furthest: dict[tuple[Actor, UUID], int] = defaultdict(int)
    for actor, room_id, seq in asked:
        furthest[actor, room_id] = max(seq, furthest[actor, room_id])
    found: dict[tuple[Actor, UUID], int | DomainError] = {}
    for (actor, room_id), seq in furthest.items():
        try:
            with scope.acting(actor):
                found[actor, room_id] = mark_read(room_id, seq=seq, actor=actor)
        except DomainError as refusal:
            found[actor, room_id] = refusal
    return [found[actor, room_id] for actor, room_id, _seq in asked]


marks: Gathered[Mark, int | DomainError] = Gathered(mark_all, name="marks")
