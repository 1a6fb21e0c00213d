"""The chat's socket: the stream's, and in it sending, reading marks, typing and presence."""

import asyncio
import json
import time
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError
from django.utils import translation

from apps.chat import selectors
from apps.chat.frames import said
from apps.chat.joining import Coming, Welcome, door, people_of, root_of
from apps.chat.marking import marks
from apps.chat.presence import attendance
from apps.chat.seeing import seen_of, teller
from apps.chat.services.appending import Kept
from apps.chat.writing import Said, draft, is_plain, preparer, whole, writer
from apps.core import stream
from apps.core.consumers import Frame, StreamConsumer, leaving
from apps.core.errors import DomainError, NotFound
from apps.core.gathered import Gathered, Overrun
from apps.core.ids import token

log = structlog.get_logger(__name__)

TYPING_IN_SECONDS = 3
READ_IN_SECONDS = 0.5

T = TypeVar("T")


class ChatConsumer(StreamConsumer):
    """A person's socket into rooms; losing a room closes it with 4403."""

    closes_on_loss: ClassVar[frozenset[str]] = frozenset({"room"})

    card: selectors.Card

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = token()
        self.person: Frame = {}
        self.present: set[UUID] = set()
        self.welcomes: dict[str, Welcome] = {}
        self.resumed: dict[str, int] = {}
        # The subject of each room: where the end of access is announced.
        self.roots: dict[str, str] = {}
        self.reading: dict[UUID, int] = {}
        self.typed_at: dict[UUID, float] = {}

    async def seated(self) -> None:
        self.card, on_duty = await people_of.ask(self.actor)
        self.person = {**self.card.as_json(), "on_duty": on_duty}

    def push(self, subject: str, frame: Frame, text: str | None = None) -> None:
        """A message already sent by the resume is dropped; a notice is said in my language."""
        kind = frame.get("type")
        if kind == "message":
            if frame["seq"] <= self.resumed.get(subject, 0):
                return
            if frame["kind"] == "notice":
                text = _said(text or json.dumps(frame), self.seat.language)
        elif kind == "revoked" and subject in self.roots:
            subject = self.roots[subject]
        super().push(subject, frame, text)

    # Joining and resuming

    async def look(self, subject: stream.Ref, frame: Frame) -> int | None:
        """A room is looked into after its root is joined: access that ends in between is seen."""
        if subject[0] != "room":
            return await super().look(subject, frame)
        name = stream.name(subject)
        root = await root_of.ask((self.actor, subject[1]))
        if root is None:
            return None
        self.roots[stream.name(root)] = name
        await stream.hub().join(stream.name(root), self)
        coming = Coming(self.actor, self.seat.language, subject[1], whole(frame.get("after")))
        welcome = await door.ask(coming)
        if welcome is None:
            return None
        self.welcomes[name] = welcome
        return welcome.head

    async def watching(self, subject: stream.Ref, frame: Frame) -> None:
        """What was missed comes first, in order; too much of it is a reason to read anew."""
        name = stream.name(subject)
        welcome = self.welcomes.pop(name, None)
        if welcome is None:
            return
        if welcome.is_reset:
            reset = {"type": "reset", "subject": name, "head": welcome.head}
            self.outlet.put(name, json.dumps(reset))
        for seq, text in welcome.missed:
            await self.outlet.offer(name, text)
            self.resumed[name] = seq
        self.present.add(subject[1])
        attendance().enter(subject[1], self.key, self.person, partial(self.outlet.put, ""))

    async def left(self, subject: str) -> None:
        room = stream.parse(subject)
        self.resumed.pop(subject, None)
        self.welcomes.pop(subject, None)
        for root in [root for root, name in self.roots.items() if name == subject]:
            del self.roots[root]
            if root not in self.watched:
                await stream.hub().leave(root, self)
        if room is not None and room[1] in self.present:
            self.present.discard(room[1])
            attendance().leave(room[1], self.key)

    # What a person does

    async def on_send(self, frame: Frame) -> None:
        """Store a message; the answer is an ack with its number, or a refusal with its reason.

        The ack follows the commit.
        """
        answer = {"room": _echo(frame.get("room")), "cid": _echo(frame.get("cid"))}
        try:
            kept = await self._keep(frame)
        except DomainError as refusal:
            reason = _reason(refusal, self.seat.language)
            self.say({"type": "refused", **answer, **reason})
        except Overrun:
            self.say({"type": "refused", **answer, "code": "chat.busy", "retry_after": 1})
        else:
            dup = kept.outcome == "repeat"
            self.say({"type": "ack", **answer, "seq": kept.seq, "id": str(kept.id), "dup": dup})

    async def _keep(self, frame: Frame) -> Kept:
        """What became of a message. Raises DomainError, Overrun."""
        room_id = _room_id(frame)
        if is_plain(frame):
            with translation.override(self.seat.language):
                written = draft(
                    room_id,
                    cid=frame.get("cid"),
                    body=frame.get("body"),
                    language=frame.get("language"),
                    author=self.card,
                    actor=self.actor,
                )
        else:
            asked = Said(self.actor, self.seat.language, self.card, room_id, frame)
            written = _told(await preparer.ask(asked))
        return _told(await writer.ask(written))

    async def on_read(self, frame: Frame) -> None:
        """Move the reading mark, soon: what is read meanwhile moves it further."""
        try:
            room_id = _room_id(frame)
        except NotFound as refusal:
            reason = _reason(refusal, self.seat.language)
            self.say({"type": "refused", "room": _echo(frame.get("room")), **reason})
            return
        is_waiting = room_id in self.reading
        seq = whole(frame.get("seq")) or 0
        self.reading[room_id] = max(seq, self.reading.get(room_id, 0))
        if not is_waiting:
            leaving.add(asyncio.create_task(self._mark(room_id)))

    async def _mark(self, room_id: UUID) -> None:
        await asyncio.sleep(READ_IN_SECONDS)
        mark = (self.actor, room_id, self.reading.pop(room_id))
        try:
            marked = _told(await marks.ask(mark))
        except DomainError as refusal:
            reason = _reason(refusal, self.seat.language)
            self.say({"type": "refused", "room": str(room_id), **reason})
        except (Overrun, DatabaseError, InterfaceError):
            # The next message that is read moves the mark as well.
            log.warning("chat.mark_lost")
        else:
            self.say({"type": "read", "room": str(room_id), "seq": marked.seq})
            if marked.is_further:
                await teller.ask(seen_of(room_id, self.card, marked, self.actor))

    async def on_typing(self, frame: Frame) -> None:
        """Told to the others at most every 3 s, and to nobody by somebody who is not in."""
        room = stream.parse(f"room:{frame.get('room')}")
        if room is None or stream.name(room) not in self.watched:
            return
        now = time.monotonic()
        if now - self.typed_at.get(room[1], -TYPING_IN_SECONDS) < TYPING_IN_SECONDS:
            return
        self.typed_at[room[1]] = now
        hint = {
            "type": "typing",
            "subject": stream.name(room),
            "room": str(room[1]),
            "person": self.person,
        }
        await _typist.ask((room, hint))


def _told(answer: T | DomainError) -> T:
    """An answer that may be a refusal. Raises it."""
    if isinstance(answer, DomainError):
        raise answer
    return answer


@lru_cache(maxsize=64)
def _said(text: str, language: str) -> str:
    """A notice in one language, for all who read that."""
    with translation.override(language):
        return json.dumps(said(json.loads(text)))


def _room_id(frame: Frame) -> UUID:
    """The room that a frame names. Raises NotFound."""
    room = stream.parse(f"room:{frame.get('room')}")
    if room is None:
        raise NotFound
    return room[1]


def _echo(value: object) -> str | None:
    return value[:64] if isinstance(value, str) else None


def _reason(refusal: DomainError, language: str) -> Frame:
    """A refusal's code and sentence, in the person's language."""
    with translation.override(language):
        fields = [str(line) for lines in refusal.fields.values() for line in lines]
        message = " ".join(fields) or str(refusal.message)
        return {"code": refusal.code, "message": message, **refusal.extra}


def _publish_all(hints: "Sequence[tuple[stream.Ref, Frame]]") -> list[None]:
    stream.publish(hints)
    return [None] * len(hints)


_typist: Gathered[tuple[stream.Ref, Frame], None] = Gathered(_publish_all, thread="hints")
