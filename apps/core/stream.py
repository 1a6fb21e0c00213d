"""The one real-time path: hints over Redis to the sockets that watch a subject.

A hint carries no content (rooms excepted, whose watchers passed the gate). Redis may lose one:
sequence numbers and the 15 s beat make a loss a delay, never a hole.
"""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

import redis
import redis.asyncio
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

Ref = tuple[str, UUID]
PREFIX = "alliance:s:"
CONFIRM_IN_SECONDS = 2


def name(subject: Ref) -> str:
    """The subject's name on the wire: `investigation:0192...`."""
    return f"{subject[0]}:{subject[1]}"


def account(user_id: UUID) -> Ref:
    """The private line to a person's own sockets; nobody can watch it."""
    return ("account", user_id)


def parse(text: object) -> Ref | None:
    """The subject behind a name sent by a client, or None."""
    if not isinstance(text, str):
        return None
    kind, _, ident = text.partition(":")
    try:
        return kind, UUID(ident)
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _redis() -> "redis.Redis":
    return redis.from_url(settings.REDIS_URL, socket_timeout=2)


def publish(hints: Iterable[tuple[Ref, dict[str, Any]]]) -> None:
    """Send hints after commit; a dead Redis costs freshness, never the request."""
    publish_texts([(subject, json.dumps(hint)) for subject, hint in hints])


def publish_texts(texts: Iterable[tuple[Ref, str]]) -> None:
    """Send what is encoded already."""
    try:
        pipe = _redis().pipeline(transaction=False)
        for subject, text in texts:
            pipe.publish(PREFIX + name(subject), text)
        pipe.execute()
    except redis.RedisError as error:
        log.warning("stream.publish_failed", error=str(error))


def for_readers(readers: Iterable[str], hint: dict[str, Any]) -> str:
    """The hint encoded for these viewers alone: whoever might read the subject at its commit.

    Their line goes as far as the hub, never to a socket.
    """
    return f"{json.dumps(list(readers))}\n{json.dumps(hint)}"


def revoke(subject: Ref, member_ids: Iterable[UUID]) -> None:
    """Tell every socket of these members that the subject is closed to them."""
    members = [str(member) for member in member_ids]
    publish([(subject, {"type": "revoked", "subject": name(subject), "members": members})])


def look_again(subjects: Iterable[Ref]) -> None:
    """Have every socket in these subjects ask at once whether they are still open to it."""
    publish([(subject, {"type": "look", "subject": name(subject)}) for subject in subjects])


class Sink(Protocol):
    """One socket's end: takes frames without blocking; `text` is the frame as encoded once.

    `viewers` are the member and the person that look through it.
    """

    @property
    def viewers(self) -> frozenset[str]: ...

    def push(self, subject: str, frame: dict[str, Any], text: str | None = None) -> None: ...


class Hub:
    """One per process: one Redis subscription per watched subject, handed to its sinks."""

    def __init__(self) -> None:
        self._sinks: dict[str, set[Sink]] = defaultdict(set)
        self._pubsub: redis.asyncio.client.PubSub | None = None
        self._reader: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._holds: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def join(self, subject: str, sink: Sink) -> None:
        """Deliver the subject's frames to the sink; returns when the subscription holds."""
        async with self._lock:
            fresh = not self._sinks[subject]
            self._sinks[subject].add(sink)
            if self._reader is None or self._reader.done():
                await self._open()
            elif fresh and self._pubsub is not None:
                with contextlib.suppress(redis.RedisError):
                    await self._pubsub.subscribe(PREFIX + subject)
            holds = self._holds[subject]
        # Sent is not yet subscribed: what is published until Redis confirms would be missed by
        # both the subscription and the reading that follows.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONFIRM_IN_SECONDS):
                await holds.wait()

    async def leave(self, subject: str, sink: Sink) -> None:
        async with self._lock:
            sinks = self._sinks.get(subject)
            if sinks is None:
                return
            sinks.discard(sink)
            if not sinks:
                del self._sinks[subject]
                self._holds.pop(subject, None)
                if self._pubsub is not None:
                    with contextlib.suppress(redis.RedisError):
                        await self._pubsub.unsubscribe(PREFIX + subject)

    async def _open(self) -> None:
        client = redis.asyncio.from_url(settings.REDIS_URL)
        self._pubsub = client.pubsub()
        with contextlib.suppress(redis.RedisError):
            await self._pubsub.subscribe(*[PREFIX + s for s in self._sinks])
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        """Forward until cancelled; when Redis returns, every sink is told to catch up.

        A line that is dead without saying so costs no more than the beat's 15 s.
        """
        while self._pubsub is not None:
            try:
                message = await self._pubsub.get_message(timeout=None)
                if message is not None:
                    self._take(message)
            except (redis.ConnectionError, redis.TimeoutError, RuntimeError) as error:
                log.warning("stream.reconnecting", error=str(error))
                await asyncio.sleep(0.5)
                await self._resubscribe()

    async def _resubscribe(self) -> None:
        if self._pubsub is None or not self._sinks:
            return
        with contextlib.suppress(redis.RedisError, OSError):
            await self._pubsub.subscribe(*[PREFIX + s for s in self._sinks])
            for subject, sinks in list(self._sinks.items()):
                for sink in list(sinks):
                    sink.push(subject, {"type": "resync", "subject": subject})

    def _take(self, message: dict[str, Any]) -> None:
        subject = message["channel"].decode()[len(PREFIX) :]
        if message["type"] == "message":
            self._deliver(subject, message["data"])
        elif message["type"] == "subscribe" and subject in self._sinks:
            self._holds[subject].set()

    def _deliver(self, subject: str, data: bytes) -> None:
        """Decoded once for all sinks of this process, and sent as it came.

        A line of readers before it says who might read it when it was committed: a socket whose
        access had ended by then gets nothing, whatever it has been told meanwhile.
        """
        first, is_named, rest = data.decode().partition("\n")
        text = rest if is_named else first
        frame, readers = json.loads(text), frozenset(json.loads(first)) if is_named else None
        for sink in list(self._sinks.get(subject, ())):
            if readers is None or not sink.viewers.isdisjoint(readers):
                sink.push(subject, frame, text)


_hubs: dict[int, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop (one per process in production)."""
    loop = asyncio.get_running_loop()
    return _hubs.setdefault(id(loop), Hub())
