"""Coming into rooms: who comes at the same time is let in, and told what he missed, together."""

import contextlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.utils import translation

from apps.chat import selectors
from apps.chat.frames import frames
from apps.core import clock, scope, stream
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.gathered import Gathered
from apps.duty.selectors import those_on_duty

RESUME_LIMIT = 500


class Coming(NamedTuple):
    """Who comes into which room, and the last number that he has seen; None for the head."""

    actor: Actor
    language: str
    room_id: UUID
    after: int | None


@dataclass(frozen=True, slots=True)
class Welcome:
    """What somebody is told who may come in: the head, and what he missed, encoded.

    `is_reset` says that it was too much, or that he has seen numbers which there are not.
    """

    head: int
    missed: Sequence[tuple[int, str]] = ()
    is_reset: bool = False


def let_in(coming: Sequence[Coming]) -> list[Welcome | None]:
    """For each the welcome, or None when there is no such room for him.

    A room that is open to a member is looked into once for all its people who come; one that is
    open to people by name, for each of them.
    """
    answers: dict[Coming, Welcome | None] = {}
    of_members: dict[tuple[UUID, str], list[Coming]] = defaultdict(list)
    for one in coming:
        of_members[one.actor.member_id, one.language].append(one)
    for (_member_id, language), those in of_members.items():
        with scope.acting(those[0].actor), translation.override(language), clock.one_instant():
            answers |= _let_member_in(those)
    return [answers[one] for one in coming]


def _let_member_in(coming: Sequence[Coming]) -> dict[Coming, Welcome | None]:
    first = coming[0].actor
    shared = selectors.open_rooms(first, list({one.room_id for one in coming}))
    together: dict[tuple[Actor, UUID], list[Coming]] = defaultdict(list)
    for one in coming:
        actor = first if one.room_id in shared else one.actor
        together[actor, one.room_id].append(one)
    answers: dict[Coming, Welcome | None] = {}
    for (actor, room_id), those in together.items():
        with scope.binding(actor):
            answers |= _let_in(actor, room_id, those)
    return answers


def _let_in(actor: Actor, room_id: UUID, coming: Sequence[Coming]) -> dict[Coming, Welcome | None]:
    try:
        here = selectors.entry(actor, room_id)
    except NotFound:
        return dict.fromkeys(coming)
    head = selectors.head(here.room)
    first = head - RESUME_LIMIT
    behind = [one.after for one in coming if one.after is not None and first <= one.after < head]
    said: list[tuple[int, str]] = []
    if behind:
        rows = selectors.messages_after(actor, room_id, max(0, min(behind)), limit=RESUME_LIMIT)
        said = [(frame["seq"], json.dumps(frame)) for frame in frames(here, rows)]
    return {one: _welcome(one.after, head, said) for one in coming}


def _welcome(after: int | None, head: int, said: Sequence[tuple[int, str]]) -> Welcome:
    if after is None:
        return Welcome(head)
    if after > head or head - after > RESUME_LIMIT:
        return Welcome(head, is_reset=True)
    return Welcome(head, [(seq, text) for seq, text in said if seq > after])


# A room's subject never changes. Knowing it opens nothing: it is where the end is announced.
_roots: dict[UUID, stream.Ref] = {}
_MOST_ROOTS = 10_000


def roots(asked: Sequence[tuple[Actor, UUID]]) -> list[stream.Ref | None]:
    """The subjects of rooms; None for no room of the asker's."""
    for actor, room_id in asked:
        if room_id not in _roots:
            with scope.acting(actor), contextlib.suppress(NotFound):
                if len(_roots) >= _MOST_ROOTS:
                    _roots.clear()
                _roots[room_id] = selectors.entry(actor, room_id).room.root
    return [_roots.get(room_id) for _actor, room_id in asked]


def people(actors: Sequence[Actor]) -> list[tuple[selectors.Card, bool]]:
    """Each person's name card, and whether one of his desks is on duty."""
    cards = selectors.cards([], {(actor.member_id, actor.user_id) for actor in actors})
    of_members: dict[UUID, list[Actor]] = defaultdict(list)
    for actor in actors:
        of_members[actor.member_id].append(actor)
    on_duty: set[UUID] = set()
    for those in of_members.values():
        with scope.acting(those[0]):
            ids = {actor.user_id for actor in those if actor.user_id is not None}
            on_duty |= those_on_duty(those[0], ids, clock.now())
    return [(cards[actor.member_id, actor.user_id], actor.user_id in on_duty) for actor in actors]


door: Gathered[Coming, Welcome | None] = Gathered(let_in, thread="arriving")
root_of: Gathered[tuple[Actor, UUID], stream.Ref | None] = Gathered(roots, thread="arriving")
people_of: Gathered[Actor, tuple[selectors.Card, bool]] = Gathered(people, thread="arriving")
