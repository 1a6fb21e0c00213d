"""Group commit: what many people write at the same time is kept by one statement, then shown.

What answers, calls or brings files is looked up before it stands in line, on another thread, so
that nobody waits for the questions of others. It is shown as it reads after its commit.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.chat import flood, policies, selectors, text
from apps.chat.frames import new_frames, plain_frame
from apps.chat.models import Message
from apps.chat.services.appending import Kept, Line, keep, refusal, show
from apps.chat.services.posting import composed
from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.gathered import Gathered

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that somebody wants kept, and his name card; `here` where it is not plain."""

    entry: Message
    actor: Actor
    author: selectors.Card
    here: selectors.Entry | None = None


class Said(NamedTuple):
    """A message that answers, calls or brings something, as its author sent it."""

    actor: Actor
    language: str
    author: selectors.Card
    room_id: UUID
    frame: dict[str, Any]


def draft(
    room_id: UUID,
    *,
    cid: object,
    body: object,
    language: object,
    author: selectors.Card,
    actor: Actor,
) -> Draft:
    """A plain message as it will be kept. Raises Refused or Invalid."""
    policies.may_speak(actor).require()
    entry = Message(
        room_id=room_id,
        member_id=actor.member_id,
        author_id=actor.user_id,
        cid=text.client_id(cid),
        body=text.cleaned(body),
        language=text.language_tag(language),
    )
    return Draft(entry, actor, author)


def is_plain(frame: dict[str, object]) -> bool:
    """Whether a message calls nobody and answers nothing: no question about others is open."""
    body = frame.get("body")
    return (
        isinstance(body, str)
        and not any(frame.get(name) for name in ("reply_to", "thread", "files"))
        and not any(sign in body for sign in ("@", "/rooms/", "/evidence/"))
        and not body.lstrip().startswith("/")
    )


def prepare_each(asked: Sequence[Said]) -> list[Draft | DomainError]:
    """Each message laid out by what its author may read, or the refusal in his language."""
    return [_prepared(one) for one in asked]


def _prepared(one: Said) -> Draft | DomainError:
    reply_to, thread = (whole(one.frame.get(name)) for name in ("reply_to", "thread"))
    try:
        with translation.override(one.language), scope.acting(one.actor):
            here = selectors.entry(one.actor, one.room_id)
            entry = composed(here, one.frame, reply_to=reply_to, thread=thread, actor=one.actor)
    except DomainError as refused:
        return refused
    return Draft(entry, one.actor, one.author, here)


def whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


Answer = Kept | DomainError


def keep_all(drafts: Sequence[Draft]) -> list[Answer]:
    """Keep, commit and show messages of any rooms; each answer is its number or its refusal.

    A message over the flood limit is still asked for: if it was kept before, that is the answer.
    """
    senders = [flood.Sender(one.actor, one.entry.room_id) for one in drafts]
    floods = flood.take_all(senders)
    for one in drafts:
        if one.here is None:
            one.entry.html = text.render(one.entry.body).html
    kept = _keep(
        [Line(d.entry, d.actor, over is not None) for d, over in zip(drafts, floods, strict=True)]
    )
    _show([(d, k) for d, k in zip(drafts, kept, strict=True) if isinstance(k, Kept)])
    repeats = [
        sender
        for sender, over, answer in zip(senders, floods, kept, strict=True)
        if over is None and isinstance(answer, Kept) and answer.outcome == "repeat"
    ]
    if repeats:
        flood.give_back(repeats)
    return [_answer(answer, over) for answer, over in zip(kept, floods, strict=True)]


def _show(kept: Sequence[tuple[Draft, Kept]]) -> None:
    """Plain ones first: they ask nothing more."""
    told = [(draft, one) for draft, one in kept if one.outcome == "kept"]
    plain = [
        (d.entry, {**plain_frame(d.entry, d.author), "seq": d.entry.seq}, one.readers)
        for d, one in told
        if d.here is None
    ]
    if plain:
        show(plain)
    rooms: dict[UUID, list[tuple[Draft, Kept]]] = defaultdict(list)
    for draft, one in told:
        if draft.here is not None:
            rooms[draft.entry.room_id].append((draft, one))
    for those in rooms.values():
        _show_as_they_read(those)


def _show_as_they_read(those: Sequence[tuple[Draft, Kept]]) -> None:
    """Those of one room, together: what one of its authors reads there, its other readers do."""
    first, entries = those[0][0], [draft.entry for draft, _kept in those]
    assert first.here is not None  # noqa: S101 - plain ones are shown apart
    try:
        with scope.acting(first.actor):
            frames = new_frames(first.here, entries)
    except DatabaseError:
        # It is kept: whoever has not seen it finds the hole by the next number, or the beat.
        log.warning("chat.not_shown", exc_info=True)
        return
    show(
        [
            (entry, frame, kept.readers)
            for entry, frame, (_draft, kept) in zip(entries, frames, those, strict=True)
        ]
    )


def _answer(answer: Answer, over: DomainError | None) -> Answer:
    if isinstance(answer, DomainError) or answer.outcome in {"kept", "repeat"}:
        return answer
    return over if over is not None and answer.outcome == "absent" else refusal(answer.outcome)


def _keep(lines: Sequence[Line]) -> list[Answer]:
    try:
        return list(keep(lines))
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError:
        if len(lines) > 1:
            # One that cannot be kept must not take the others with it.
            return [answer for line in lines for answer in _keep([line])]
        log.exception("chat.not_kept")
        return [DomainError("chat.not_kept", _("This message could not be kept."), status=400)]


writer: Gathered[Draft, Answer] = Gathered(keep_all, thread="writing")
preparer: Gathered[Said, Draft | DomainError] = Gathered(prepare_each, thread="marking", most=8)
