"""What waits to go out of one socket: bounded, and sent by one writer while there is something."""

import asyncio
import json
import time
import types
from collections import deque
from collections.abc import Awaitable, Callable, Container, Coroutine, Generator
from typing import Any

import structlog

log = structlog.get_logger(__name__)

MAX_FRAMES = 256
MAX_CHARS = 1024 * 1024
STUCK_IN_SECONDS = 10

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Outlet:
    """One socket's frames, in order. A frame whose subject is no longer open is not sent.

    A reader too slow to keep up loses what waits and is told to resynchronise; one that takes
    nothing for ten seconds is cut.
    """

    __slots__ = (
        "_last",
        "_moved_at",
        "_space",
        "_waiting",
        "_writer",
        "chars",
        "cut",
        "open",
        "send",
    )

    # The server's own end, known as soon as it calls.
    send: Send

    def __init__(self, open_subjects: Container[str], cut: Callable[[], None]) -> None:
        self._waiting: deque[tuple[str, str]] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._space: asyncio.Event | None = None
        self._last: dict[str, Any] | None = None
        self._moved_at = 0.0
        self.chars = 0
        self.open = open_subjects
        self.cut = cut

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, subject: str, text: str) -> None:
        """Send as soon as it goes; `subject` is empty for an answer to this socket alone."""
        if self._is_full(len(text)):
            self.clear()
            subject, text = "", json.dumps({"type": "resync"})
        self._waiting.append((subject, text))
        self.chars += len(text)
        self._start()

    async def offer(self, subject: str, text: str) -> None:
        """Wait for a slow reader instead of overflowing: for what the reader itself asked for."""
        while self._is_full(len(text)):
            self._space = asyncio.Event()
            await self._space.wait()
        self.put(subject, text)

    def clear(self) -> None:
        self._waiting.clear()
        self.chars = 0

    def close(self, code: int, reason: str) -> None:
        """Send what waits, then the end."""
        self._last = {"type": "websocket.close", "code": code, "reason": reason}
        self._start()

    def is_stuck(self, now: float) -> bool:
        """Whether the reader has taken nothing for too long, by the monotonic clock."""
        return self._writer is not None and now - self._moved_at > STUCK_IN_SECONDS

    def end(self) -> None:
        """Nothing more goes out."""
        self.clear()
        if self._writer is not None:
            self._writer.cancel()

    def _is_full(self, more: int) -> bool:
        if not self._waiting:
            return False
        return len(self._waiting) >= MAX_FRAMES or self.chars + more > MAX_CHARS

    def _start(self) -> None:
        """Write at once, as far as the line takes it; a task waits only where the line makes wait.

        Nearly every frame of nearly every socket goes out here: a task for each costs more than
        the frame.
        """
        if self._writer is not None:
            return
        self._moved_at = time.monotonic()
        writing = self._write()
        try:
            waits_for = writing.send(None)
        except StopIteration:
            return
        self._writer = asyncio.create_task(_go_on(writing, waits_for))

    async def _write(self) -> None:
        try:
            await self._write_all()
        except OSError:
            # A peer that vanished is ordinary.
            self.cut()
        except Exception:
            log.exception("socket.failed")
            self.cut()
        finally:
            self._writer = None

    async def _write_all(self) -> None:
        while self._waiting:
            subject, text = self._waiting.popleft()
            self.chars -= len(text)
            # What waited while its subject was lost is not sent.
            if not subject or subject in self.open:
                await self.send({"type": "websocket.send", "text": text})
                self._moved_at = time.monotonic()
            if self._space is not None and len(self._waiting) <= MAX_FRAMES // 2:
                self._space.set()
        if self._last is not None:
            await self.send(self._last)


@types.coroutine
def _go_on(begun: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """What was begun outside of a task, from where it first had to wait."""
    try:
        yield waits_for
    except BaseException:
        begun.close()
        raise
    yield from begun
