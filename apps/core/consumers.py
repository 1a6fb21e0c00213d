"""The stream's socket: watch subjects, get hints, be told at once when access ends."""

import asyncio
import json
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
MAX_WATCHED = 200
BEAT_IN_SECONDS = 15
RECHECK_IN_SECONDS = 5
SIGN_IN = 4401
ACCESS_ENDED = 4403


class StreamConsumer(AsyncWebsocketConsumer):
    """One browser's socket. Joining a subject is the gate; nothing is filtered on the way out."""

    # Subjects whose loss closes the whole socket (rooms), not just the watch.
    closes_on_loss: ClassVar[frozenset[str]] = frozenset()

    async def connect(self) -> None:
        self.watched: dict[str, stream.Ref] = {}
        self.queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MAX_QUEUE)
        self.tasks: list[asyncio.Task[None]] = []
        actor = await database_sync_to_async(_resolve)(self.scope)
        await self.accept()
        if actor is None:
            await self.close(SIGN_IN)
            return
        self.actor: Actor = actor
        self.tasks = [asyncio.create_task(t) for t in (self._write(), self._beat(), self._guard())]
        self.push("", {"type": "hello", "epoch": 1})

    async def disconnect(self, code: int) -> None:
        for task in self.tasks:
            task.cancel()
        for subject in list(self.watched):
            await stream.hub().leave(subject, self)

    def push(self, subject: str, frame: dict[str, Any]) -> None:
        """Queue a frame; a reader too slow to keep up is told to resynchronise."""
        if frame.get("type") == "revoked" and not self._concerns_me(frame):
            return
        try:
            self.queue.put_nowait(frame)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait({"type": "resync"})

    def _concerns_me(self, frame: dict[str, Any]) -> bool:
        return str(self.actor.member_id) in frame.get("members", ())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is None or len(text_data) > MAX_FRAME_BYTES:
            await self.close(1009)
            return
        try:
            frame = json.loads(text_data)
        except (ValueError, RecursionError):
            frame = None
        if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
            self.push("", {"type": "error", "code": "frame.not_understood"})
            return
        handler = getattr(self, f"on_{frame['type']}", None)
        if handler is None:
            self.push("", {"type": "error", "code": "frame.not_understood"})
            return
        await handler(frame)

    async def on_watch(self, frame: dict[str, Any]) -> None:
        subject = stream.parse(frame.get("subject"))
        if subject is None or len(self.watched) >= MAX_WATCHED:
            self.push("", {"type": "refused", "subject": frame.get("subject"), "code": "not_found"})
            return
        text = stream.name(subject)
        # Subscribe first, then look: what commits in between arrives by the subscription.
        await stream.hub().join(text, self)
        may, head = await database_sync_to_async(_look)(self.actor, subject)
        if not may:
            await stream.hub().leave(text, self)
            self.push("", {"type": "refused", "subject": text, "code": "not_found"})
            return
        self.watched[text] = subject
        self.push(text, {"type": "watching", "subject": text, "head": head})
        await self.watching(subject, frame)

    async def watching(self, subject: stream.Ref, frame: dict[str, Any]) -> None:
        """Hook: a subject has just been joined."""

    async def on_unwatch(self, frame: dict[str, Any]) -> None:
        subject = stream.parse(frame.get("subject"))
        if subject is not None:
            await self._drop(stream.name(subject))

    async def on_ping(self, frame: dict[str, Any]) -> None:
        self.push("", {"type": "pong"})

    async def _drop(self, subject: str) -> None:
        self.watched.pop(subject, None)
        await stream.hub().leave(subject, self)

    async def _write(self) -> None:
        while True:
            frame = await self.queue.get()
            if frame.get("type") == "revoked":
                await self._revoked(frame)
                continue
            subject = frame.get("subject")
            if (
                isinstance(subject, str)
                and frame["type"] == "event"
                and subject not in self.watched
            ):
                continue
            await self.send(text_data=json.dumps(frame))

    async def _revoked(self, frame: dict[str, Any]) -> None:
        """Access has ended: say so and stop delivering, a room closes its socket."""
        subject = str(frame["subject"])
        if subject not in self.watched:
            return
        await self._drop(subject)
        await self.send(text_data=json.dumps({"type": "revoked", "subject": subject}))
        if subject.partition(":")[0] in self.closes_on_loss:
            await self.close(ACCESS_ENDED)

    async def _beat(self) -> None:
        """Every 15 s the head of each watched subject: a lost hint heals in a quiet room too."""
        while True:
            await asyncio.sleep(BEAT_IN_SECONDS)
            heads = await database_sync_to_async(_heads)(list(self.watched.values()))
            self.push("", {"type": "beat", "heads": heads})

    async def _guard(self) -> None:
        """Every 5 s: is the person still signed in and each subject still open to them?"""
        while True:
            await asyncio.sleep(RECHECK_IN_SECONDS)
            actor = await database_sync_to_async(_resolve)(self.scope)
            if actor is None or actor.member_id != self.actor.member_id:
                await self.close(SIGN_IN)
                return
            self.actor = actor
            for text, subject in list(self.watched.items()):
                may, _head = await database_sync_to_async(_look)(actor, subject)
                if not may:
                    member = str(actor.member_id)
                    self.push(text, {"type": "revoked", "subject": text, "members": [member]})


def _resolve(asgi_scope: dict[str, Any]) -> Actor | None:
    resolver = import_string(settings.SOCKET_ACTOR_RESOLVER)
    actor: Actor | None = resolver(asgi_scope)
    return actor


def _look(actor: Actor, subject: stream.Ref) -> tuple[bool, int]:
    known = subjects.get(subject[0])
    with scope.acting(actor):
        if known is None or not known.may_watch(actor, subject[1]):
            return False, 0
        return True, _heads([subject]).get(stream.name(subject), 0)


def _heads(watched: list[stream.Ref]) -> dict[str, int]:
    wanted: dict[str, list[UUID]] = {}
    for kind, ident in watched:
        wanted.setdefault(kind, []).append(ident)
    heads: dict[str, int] = {}
    for kind, idents in wanted.items():
        for head in Head.objects.filter(subject_type=kind, subject_id__in=idents):
            heads[stream.name((kind, head.subject_id))] = head.seq
    return heads
