"""Group commit: what many people write at the same time is kept by one statement, then shown.

Only plain messages come this way; what answers, calls or names something is posted like any other
request (`services.post_message`). Both end in the same `chat_append`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from apps.chat import flood, policies, selectors, text
from apps.chat.frames import plain_frame
from apps.chat.models import Message
from apps.chat.services.appending import Kept, Line, keep, refusal, show
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.gathered import Gathered

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that somebody wants kept, and his name card."""

    entry: Message
    actor: Actor
    author: selectors.Card


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


Answer = Kept | DomainError


def keep_all(drafts: Sequence[Draft]) -> list[Answer]:
    """Keep, commit and show messages of any rooms; each answer is its number or its refusal.

    A message over the flood limit is still asked for: if it was kept before, that is the answer.
    """
    senders = [flood.Sender(one.actor, one.entry.room_id) for one in drafts]
    floods = flood.take_all(senders)
    for one in drafts:
        one.entry.html = text.render(one.entry.body).html
    kept = _keep(
        [Line(d.entry, d.actor, over is not None) for d, over in zip(drafts, floods, strict=True)]
    )
    show(
        [
            (
                one.entry,
                {**plain_frame(one.entry, one.author), "seq": one.entry.seq},
                answer.readers,
            )
            for one, answer in zip(drafts, kept, strict=True)
            if isinstance(answer, Kept) and answer.outcome == "kept"
        ]
    )
    repeats = [
        sender
        for sender, over, answer in zip(senders, floods, kept, strict=True)
        if over is None and isinstance(answer, Kept) and answer.outcome == "repeat"
    ]
    if repeats:
        flood.give_back(repeats)
    return [_answer(answer, over) for answer, over in zip(kept, floods, strict=True)]


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
