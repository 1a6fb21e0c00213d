"""The stream's socket: watch subjects, get hints, be told at once when access ends."""

import asyncio
import contextlib
import json
from collections.abc import Coroutine
from typing import Any, ClassVar
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.utils.module_loading import import_string

from apps.core import scope, stream
from apps.core.actor import Actor
from apps.core.models import Head
from apps.core.registries import subjects

log = structlog.get_logger(__name__)

MAX_FRAME_BYTES = 64 * 1024
MAX_QUEUE = 256
MAX_QUEUE_CHARS = 1024 * 1024
MAX_WATCHED = 200
BEAT_IN_SECONDS = 15
RECHECK_IN_SECONDS = 5
STUCK_IN_SECONDS = 10
SIGN_IN = 4401
ACCESS_ENDED = 4403
TOO_BIG = 1009
BROKEN = 1011

Frame = dict[str, Any]


class StreamConsumer(AsyncWebsocketConsumer):
    """One browser's socket. Joining a subject is the gate; nothing is filtered on the way out.

    Frames of a subject that is being joined are held until the gate has answered, so nothing
    is missed and nothing reaches somebody who is refused.
    """

    # Subjects whose loss closes the whole socket (rooms), not just the watch.
    closes_on_loss: ClassVar[frozenset[str]] = frozenset()

    actor: Actor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watched: dict[str, stream.Ref] = {}
        self.joining: dict[str, list[tuple[Frame, str | None]]] = {}
        self.queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue(MAX_QUEUE)
        self.queued_chars = 0
        self.closing = 0
        self.recheck = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()
        self.application: asyncio.Task[Any] | None = None

    async def connect(self) -> None:
        self.application = asyncio.current_task()
        actor = await database_sync_to_async(_resolve)(self.scope)
        await self.accept()
        if actor is None:
            self.closing = SIGN_IN
            await self.close(SIGN_IN)
            return
        self.actor = actor
        if actor.user_id is not None:
            await stream.hub().join(stream.name(stream.account(actor.user_id)), self)
        self.say({"type": "hello", "epoch": 1})
        for duty in (self._write(), self._beat(), self._guard()):
            self.run(duty)

    async def disconnect(self, code: int) -> None:
        for task in list(self.tasks):
            task.cancel()
        for subject in {*self.watched, *self.joining}:
            await self._drop(subject)
        if hasattr(self, "actor") and self.actor.user_id is not None:
            await stream.hub().leave(stream.name(stream.account(self.actor.user_id)), self)

    def run(self, duty: Coroutine[Any, Any, None]) -> None:
        """Run beside the socket until it closes; a duty that fails ends the socket."""
        task = asyncio.create_task(duty)
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        # A peer that vanished or stopped reading is ordinary; anything else is worth a line.
        if not isinstance(error, OSError):
            log.warning("socket.failed", exc_info=error)
        self._abandon()

    def _abandon(self) -> None:
        """Cut a socket that cannot even be told: unsent frames keep no memory."""
        if self.application is not None and not self.application.done():
            self.application.cancel()

    async def __call__(self, *args: Any) -> None:
        try:
            await super().__call__(*args)
        except asyncio.CancelledError:
            await self.disconnect(BROKEN)

    # What goes out

    def say(self, frame: Frame) -> None:
        """Queue an answer to this socket alone."""
        self._enqueue("", json.dumps(frame))

    def push(self, subject: str, frame: Frame, text: str | None = None) -> None:
        """Queue a subject's frame, if this socket has passed the subject's gate."""
        if frame.get("type") == "recheck":
            self.recheck.set()
            return
        if frame.get("type") == "revoked":
            if str(self.actor.member_id) in frame.get("members", ()):
                self._lose(subject)
            return
        held = self.joining.get(subject)
        if held is not None:
            if len(held) >= MAX_QUEUE:
                held[:] = [({"type": "resync", "subject": subject}, None)]
            held.append((frame, text))
        elif subject in self.watched:
            self._enqueue(subject, text or json.dumps(frame))

    def _enqueue(self, subject: str, text: str) -> None:
        """A reader too slow to keep up loses what waits and is told to resynchronise."""
        if self.queue.full() or self.queued_chars + len(text) > MAX_QUEUE_CHARS:
            self._empty_queue()
            subject, text = "", json.dumps({"type": "resync"})
        self.queue.put_nowait((subject, text))
        self.queued_chars += len(text)

    def _empty_queue(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queued_chars = 0

    async def _write(self) -> None:
        while True:
            subject, text = await self.queue.get()
            self.queued_chars -= len(text)
            # A frame that waited while its subject was lost is not sent.
            if subject and subject not in self.watched:
                continue
            async with asyncio.timeout(STUCK_IN_SECONDS):
                await self.send(text_data=text)
            if self.closing:
                await self.close(self.closing)
                return

    def _lose(self, subject: str) -> None:
        """Access has ended: deliver nothing more and say so; a room closes its socket."""
        was_watched = self.watched.pop(subject, None) is not None
        if self.joining.pop(subject, None) is None and not was_watched:
            return
        if subject.partition(":")[0] in self.closes_on_loss:
            self._empty_queue()
            self.closing = ACCESS_ENDED
        self.say({"type": "revoked", "subject": subject})
        self.run(self._drop(subject))

    # What comes in

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.closing:
            return
        if text_data is None or len(text_data) > MAX_FRAME_BYTES:
            self.closing = TOO_BIG
            await self.close(TOO_BIG)
            return
        try:
            frame = json.loads(text_data)
        except (ValueError, RecursionError):
            frame = None
        kind = frame.get("type") if isinstance(frame, dict) else None
        handler = getattr(self, f"on_{kind}", None) if isinstance(kind, str) else None
        if handler is None:
            self.say({"type": "error", "code": "frame.not_understood"})
            return
        await handler(frame)

    async def on_watch(self, frame: Frame) -> None:
        subject = stream.parse(frame.get("subject"))
        if subject is None or len(self.watched) >= MAX_WATCHED:
            self.refuse(frame.get("subject"))
            return
        text = stream.name(subject)
        # Subscribe first, then look: what commits in between arrives by the subscription.
        self.joining.setdefault(text, [])
        await stream.hub().join(text, self)
        may, head = await database_sync_to_async(_look)(self.actor, subject)
        if not may:
            await self._drop(text)
            self.refuse(text)
            return
        if text not in self.joining:
            return
        self.watched[text] = subject
        self._enqueue(text, json.dumps({"type": "watching", "subject": text, "head": head}))
        await self.watching(subject, frame)
        for held, encoded in self.joining.pop(text, []):
            self.push(text, held, encoded)

    def refuse(self, subject: object) -> None:
        """Absent and forbidden are the same answer."""
        named = subject if isinstance(subject, str) else None
        self.say({"type": "refused", "subject": named, "code": "not_found"})

    async def watching(self, subject: stream.Ref, frame: Frame) -> None:
        """Hook: a subject has just been joined; its frames are held until this returns."""

    async def left(self, subject: str) -> None:
        """Hook: the socket is no longer in a subject."""

    async def on_unwatch(self, frame: Frame) -> None:
        subject = stream.parse(frame.get("subject"))
        if subject is not None:
            await self._drop(stream.name(subject))

    async def on_ping(self, frame: Frame) -> None:
        self.say({"type": "pong"})

    async def _drop(self, subject: str) -> None:
        self.watched.pop(subject, None)
        self.joining.pop(subject, None)
        await stream.hub().leave(subject, self)
        await self.left(subject)

    # What goes on beside

    async def _beat(self) -> None:
        """Every 15 s the head of each watched subject: a lost hint heals in a quiet room too."""
        while True:
            await asyncio.sleep(BEAT_IN_SECONDS)
            heads = await database_sync_to_async(_heads)(list(self.watched.values()))
            self.say({"type": "beat", "heads": heads})

    async def _guard(self) -> None:
        """Every 5 s, or when told: still signed in, and each subject still open to them?"""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RECHECK_IN_SECONDS):
                    await self.recheck.wait()
            self.recheck.clear()
            actor = await database_sync_to_async(_resolve)(self.scope)
            if actor is None or actor.member_id != self.actor.member_id:
                await self.close(SIGN_IN)
                return
            self.actor = actor
            watched = dict(self.watched)
            open_ones = await database_sync_to_async(_still_open)(actor, watched)
            for lost in watched.keys() - open_ones:
                self._lose(lost)


def _resolve(asgi_scope: dict[str, Any]) -> Actor | None:
    resolver = import_string(settings.SOCKET_ACTOR_RESOLVER)
    actor: Actor | None = resolver(asgi_scope)
    return actor


def _may_watch(actor: Actor, subject: stream.Ref) -> bool:
    known = subjects.get(subject[0])
    return known is not None and known.may_watch(actor, subject[1])


def _look(actor: Actor, subject: stream.Ref) -> tuple[bool, int]:
    with scope.acting(actor):
        if not _may_watch(actor, subject):
            return False, 0
        return True, _heads([subject]).get(stream.name(subject), 0)


def _still_open(actor: Actor, watched: dict[str, stream.Ref]) -> set[str]:
    with scope.acting(actor):
        return {text for text, subject in watched.items() if _may_watch(actor, subject)}


def _heads(watched: list[stream.Ref]) -> dict[str, int]:
    wanted: dict[str, list[UUID]] = {}
    for kind, ident in watched:
        wanted.setdefault(kind, []).append(ident)
    heads: dict[str, int] = {}
    for kind, idents in wanted.items():
        for head in Head.objects.filter(subject_type=kind, subject_id__in=idents):
            heads[stream.name((kind, head.subject_id))] = head.seq
    return heads
