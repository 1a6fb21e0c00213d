"""Coming into rooms: who comes at the same time is let in, and told what he missed, together."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import translation

from apps.chat import selectors
from apps.chat.frames import frames
from apps.core import clock, scope, stream
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.gathered import Gathered
from apps.duty.selectors import person_is_on_duty

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
    """For each the welcome, or None when there is no such room for him."""
    answers: dict[Coming, Welcome | None] = {}
    together: dict[tuple[Any, ...], list[Coming]] = defaultdict(list)
    for one in coming:
        together[one.actor, one.language, one.room_id].append(one)
    for (actor, language, room_id), those in together.items():
        with scope.acting(actor), translation.override(language), clock.one_instant():
            answers |= _let_in(actor, room_id, those)
    return [answers[one] for one in coming]


def _let_in(actor: Actor, room_id: UUID, coming: Sequence[Coming]) -> dict[Coming, Welcome | None]:
    try:
        here = selectors.entry(actor, room_id)
    except NotFound:
        return dict.fromkeys(coming)
    head = selectors.head(here.room)
    behind = [
        one.after
        for one in coming
        if one.after is not None and head - RESUME_LIMIT <= one.after < head
    ]
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


def roots(asked: Sequence[tuple[Actor, UUID]]) -> list[stream.Ref | None]:
    """The subjects of rooms, where the end of access is announced; None for no room of his."""
    found: list[stream.Ref | None] = []
    for actor, room_id in asked:
        with scope.acting(actor):
            try:
                found.append(selectors.entry(actor, room_id).room.root)
            except NotFound:
                found.append(None)
    return found


def people(actors: Sequence[Actor]) -> list[tuple[selectors.Card, bool]]:
    """Each person's name card, and whether one of his desks is on duty."""
    who = {(actor.member_id, actor.user_id) for actor in actors}
    cards = selectors.cards([], who)
    on_duty: dict[Actor, bool] = {}
    for actor in set(actors):
        with scope.acting(actor):
            at = clock.now()
            on_duty[actor] = actor.user_id is not None and person_is_on_duty(
                actor, actor.user_id, at
            )
    return [(cards[actor.member_id, actor.user_id], on_duty[actor]) for actor in actors]


door: Gathered[Coming, Welcome | None] = Gathered(let_in, thread="arriving")
root_of: Gathered[tuple[Actor, UUID], stream.Ref | None] = Gathered(roots, thread="arriving")
people_of: Gathered[Actor, tuple[selectors.Card, bool]] = Gathered(people, thread="arriving")
