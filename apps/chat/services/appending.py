"""The one way into a room's sequence: whatever happens there is an entry appended here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.chat import languages, policies, selectors
from apps.chat.events import MessagePosted
from apps.chat.frames import new_frame
from apps.chat.models import Message, Room
from apps.core import scope, stream
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.core.events import NOT_PAYLOAD, request_id
from apps.core.grams import grams
from apps.core.ids import uuid7
from apps.core.models import Head

Outcome = Literal["kept", "repeat", "absent", "not_found", "not_shared", "no_target"]
# What a search finds: said, and said anew.
_SAYS = (Message.Kind.MESSAGE, Message.Kind.EDIT)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry that wants a number; `repeats_only` asks whether it has one already."""

    entry: Message
    actor: Actor
    repeats_only: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a line: its number, and who might read it at its commit."""

    outcome: Outcome
    seq: int = 0
    id: UUID | None = None
    readers: tuple[str, ...] = ()


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

    One whose client id was kept before is not kept again: the first one is returned. The database
    asks again whether the actor may. Raises NotFound, Refused or Invalid.
    """
    entry.room, entry.posted_at = here.room, at
    kept = keep([Line(entry, actor)], at=at)[0]
    if kept.outcome == "repeat" and kept.id is not None:
        with scope.binding(here.viewer):
            return Message.objects.get(pk=kept.id)
    if kept.outcome != "kept":
        raise refusal(kept.outcome)
    frame = {**new_frame(here, entry), "seq": entry.seq}
    transaction.on_commit(partial(show, [(entry, frame, kept.readers)]))
    return entry


def keep(lines: Sequence[Line], *, at: datetime | None = None) -> list[Kept]:
    """Append the entries, in this order, by one statement that asks again who may.

    Without `at` they happen at the instant at which the database keeps them.
    """
    batch = json.dumps([_document(line, at) for line in lines], default=_plain)
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [batch])
        rows = cursor.fetchall()
    for line, (_place, outcome, seq, _id, posted_at, _readers) in zip(lines, rows, strict=True):
        if outcome == "kept":
            line.entry.seq, line.entry.posted_at = seq, posted_at.astimezone(UTC)
    return [
        Kept(outcome, seq or 0, ident, tuple(readers or ()))
        for _place, outcome, seq, ident, _posted_at, readers in rows
    ]


def show(told: Sequence[tuple[Message, dict[str, Any], Sequence[str]]]) -> None:
    """Show committed entries to the sockets of those who might read them at their commit."""
    stream.publish_texts(
        [
            (("room", entry.room_id), stream.for_readers(readers, frame))
            for entry, frame, readers in told
        ]
    )


def refusal(outcome: Outcome) -> DomainError:
    """Why an entry was not kept, in words."""
    if outcome == "not_shared":
        return Refused(policies.NOT_SHARED.code, policies.NOT_SHARED.reason)
    if outcome == "no_target":
        return Invalid({"reply_to": [_("There is no such message to answer.")]})
    return NotFound()


_COLUMNS = [field.attname for field in Message._meta.concrete_fields]
_PAYLOAD = [field.name for field in fields(MessagePosted) if field.name not in NOT_PAYLOAD]
_APPEND = """
SELECT place, outcome, seq, id, posted_at, readers::text[] FROM chat_append(%s::jsonb)
"""


def _document(line: Line, at: datetime | None) -> dict[str, Any]:
    """An entry and its event as the database takes them; it fills in what it decides itself."""
    entry, actor = line.entry, line.actor
    if entry.kind in _SAYS:
        entry.words = grams(entry.body)
        entry.language = languages.tag(entry.body, entry.language)
    message = {column: getattr(entry, column) for column in _COLUMNS}
    fact = MessagePosted(
        subject_id=entry.room_id, message_id=entry.pk, kind=entry.kind, target=entry.target
    )
    event = {
        "id": uuid7(),
        "name": fact.name,
        "min_level": fact.min_level,
        "actor_member_id": actor.member_id,
        "actor_user_id": actor.user_id,
        "actor_via": actor.via,
        "request_id": request_id(),
        "payload": {name: getattr(fact, name) for name in _PAYLOAD},
    }
    given = {"posted_at": at, "seq": None}
    return {"message": message | given, "event": event, "repeats_only": line.repeats_only}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
