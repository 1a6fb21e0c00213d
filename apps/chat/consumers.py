"""The chat's socket: the stream's, and in it sending, reading marks, typing and presence."""

import asyncio
import json
import time
from typing import Any, ClassVar
from uuid import UUID

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.utils import translation

from apps.chat import presence, selectors, services
from apps.chat.frames import frames, said
from apps.core import clock, scope, stream
from apps.core.actor import Actor
from apps.core.consumers import Frame, StreamConsumer
from apps.core.errors import DomainError, NotFound
from apps.core.ids import token
from apps.duty.selectors import person_is_on_duty
from apps.members.models import User

RESUME_LIMIT = 500
STAY_IN_SECONDS = 15
TYPING_IN_SECONDS = 3
COALESCE_IN_SECONDS = 0.5

_in_thread = sync_to_async(thread_sensitive=False)
# Announcements outlive the socket whose leaving they announce.
_announcing: dict[UUID, asyncio.Task[None]] = {}


class ChatConsumer(StreamConsumer):
    """A person's socket into rooms; losing a room closes it with 4403."""

    closes_on_loss: ClassVar[frozenset[str]] = frozenset({"room"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = token()
        self.language = "en"
        self.present: set[UUID] = set()
        self.resumed: dict[str, int] = {}
        # The subject of each room: where the end of access is announced.
        self.roots: dict[str, str] = {}
        self.typed_at: dict[UUID, float] = {}

    async def connect(self) -> None:
        await super().connect()
        if self.closing:
            return
        self.language = await database_sync_to_async(_language)(self.actor)
        self.run(self._stay())

    def push(self, subject: str, frame: Frame, text: str | None = None) -> None:
        """A message already sent by the resume is dropped; a notice is said in my language."""
        room = self.roots.get(subject)
        if room is not None and frame.get("type") == "revoked":
            frame, subject = {**frame, "subject": room}, room
        if frame.get("type") == "message" and frame["seq"] <= self.resumed.get(subject, 0):
            return
        if frame.get("kind") == "notice":
            with translation.override(self.language):
                frame, text = said(frame), None
        super().push(subject, frame, text)

    # Joining and resuming

    async def watching(self, subject: stream.Ref, frame: Frame) -> None:
        if subject[0] != "room":
            return
        after = frame.get("after")
        wanted = after if isinstance(after, int) and not isinstance(after, bool) else None
        name = stream.name(subject)
        root = await database_sync_to_async(self._root)(subject[1])
        if root is not None:
            self.roots[root] = name
            await stream.hub().join(root, self)
        # Read after joining the root: access that ended in between is seen here.
        if not await self._resume(subject[1], wanted):
            self._lose(name)
            return
        self.present.add(subject[1])
        await self._be_present(subject[1])

    def _root(self, room_id: UUID) -> str | None:
        with scope.acting(self.actor):
            try:
                return stream.name(selectors.room(self.actor, room_id).root)
            except NotFound:
                return None

    async def left(self, subject: str) -> None:
        room = stream.parse(subject)
        self.resumed.pop(subject, None)
        for root in [root for root, name in self.roots.items() if name == subject]:
            del self.roots[root]
            if root not in self.watched:
                await stream.hub().leave(root, self)
        if room is None or room[1] not in self.present:
            return
        self.present.discard(room[1])
        await _in_thread(presence.leave)(room[1], self.key)
        _announce_soon(room[1])

    async def _resume(self, room_id: UUID, after: int | None) -> bool:
        """Send what was missed, in order; False when the room is no longer open to the person.

        Too much of it is a reason to read the page anew.
        """
        text = stream.name(("room", room_id))
        missed = await database_sync_to_async(self._missed)(room_id, after)
        if missed is None:
            return False
        if len(missed) > RESUME_LIMIT:
            self._enqueue(text, json.dumps({"type": "resync", "subject": text}))
            return True
        for frame in missed:
            encoded = json.dumps(frame)
            # Waits for a slow reader instead of overflowing: this is the reader's own request.
            await self.queue.put((text, encoded))
            self.queued_chars += len(encoded)
            self.resumed[text] = frame["seq"]
        return True

    def _missed(self, room_id: UUID, after: int | None) -> list[Frame] | None:
        with scope.acting(self.actor), translation.override(self.language):
            limit = RESUME_LIMIT + 1 if after is not None else 0
            try:
                here = selectors.entry(self.actor, room_id)
                rows = selectors.messages_after(
                    self.actor, room_id, max(0, after or 0), limit=limit
                )
            except NotFound:
                return None
            return frames(here, rows)

    # What a person does

    async def on_send(self, frame: Frame) -> None:
        """Store a message; the answer is an ack with its number, or a refusal with its reason."""
        self.say(await database_sync_to_async(self._post)(frame))

    def _post(self, frame: Frame) -> Frame:
        answer = {"room": _echo(frame.get("room")), "cid": _echo(frame.get("cid"))}
        try:
            with translation.override(self.language), scope.acting(self.actor):
                message, dup = services.post_message(
                    _room_id(frame),
                    cid=frame.get("cid"),
                    body=frame.get("body"),
                    language=frame.get("language"),
                    reply_to=_number(frame.get("reply_to")),
                    thread=_number(frame.get("thread")),
                    actor=self.actor,
                    at=clock.now(),
                )
        except DomainError as refusal:
            return {"type": "refused", **answer, **_reason(refusal, self.language)}
        return {"type": "ack", **answer, "seq": message.seq, "id": str(message.pk), "dup": dup}

    async def on_read(self, frame: Frame) -> None:
        self.say(await database_sync_to_async(self._mark)(frame))

    def _mark(self, frame: Frame) -> Frame:
        seq = frame.get("seq")
        answer = {"room": _echo(frame.get("room"))}
        try:
            with scope.acting(self.actor):
                wanted = seq if isinstance(seq, int) else 0
                seq = services.mark_read(_room_id(frame), seq=wanted, actor=self.actor)
        except DomainError as refusal:
            return {"type": "refused", **answer, **_reason(refusal, self.language)}
        return {"type": "read", **answer, "seq": seq}

    async def on_typing(self, frame: Frame) -> None:
        """Told to the others at most every 3 s, and to nobody by somebody who is not in."""
        room = stream.parse(f"room:{frame.get('room')}")
        if room is None or stream.name(room) not in self.watched:
            return
        now = time.monotonic()
        if now - self.typed_at.get(room[1], -TYPING_IN_SECONDS) < TYPING_IN_SECONDS:
            return
        self.typed_at[room[1]] = now
        card = await database_sync_to_async(_person)(self.actor)
        name = stream.name(room)
        hint = {"type": "typing", "subject": name, "room": str(room[1]), "person": card}
        await _in_thread(stream.publish)([(room, hint)])

    # Being there

    async def _be_present(self, room_id: UUID) -> None:
        person = await database_sync_to_async(_person)(self.actor)
        await _in_thread(presence.enter)(room_id, self.key, person)
        _announce_soon(room_id)

    async def _stay(self) -> None:
        while True:
            await asyncio.sleep(STAY_IN_SECONDS)
            for room_id in list(self.present):
                await self._be_present(room_id)


def _announce_soon(room_id: UUID) -> None:
    """One announcement for all who come and go within half a second."""
    if room_id in _announcing:
        return
    task = asyncio.create_task(_announce(room_id))
    _announcing[room_id] = task
    task.add_done_callback(lambda _done: _announcing.pop(room_id, None))


async def _announce(room_id: UUID) -> None:
    await asyncio.sleep(COALESCE_IN_SECONDS)
    _announcing.pop(room_id, None)
    await _in_thread(presence.announce)(room_id)


def _language(actor: Actor) -> str:
    person = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    return person.language if person else "en"


def _person(actor: Actor) -> Frame:
    """The person with zone and whether one of his desks is on duty."""
    with scope.acting(actor):
        card = selectors.card_of(actor).as_json()
        on_duty = actor.user_id is not None and person_is_on_duty(actor, actor.user_id, clock.now())
        return {**card, "on_duty": on_duty}


def _room_id(frame: Frame) -> UUID:
    """The room that a frame names. Raises NotFound."""
    room = stream.parse(f"room:{frame.get('room')}")
    if room is None:
        raise NotFound
    return room[1]


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _echo(value: object) -> str | None:
    return value[:64] if isinstance(value, str) else None


def _reason(refusal: DomainError, language: str) -> Frame:
    """A refusal's code and sentence, in the person's language."""
    with translation.override(language):
        fields = [str(line) for lines in refusal.fields.values() for line in lines]
        message = " ".join(fields) or str(refusal.message)
        return {"code": refusal.code, "message": message, **refusal.extra}
