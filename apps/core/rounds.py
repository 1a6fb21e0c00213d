"""What is asked for all sockets of a process at once, however many there are.

Each second those whose turn it is: every 15 s a socket hears the heads of what it watches, so that
a lost hint heals in a quiet room too; every 5 s, or when told, each subject is asked for once per
viewer whether it is still open; every 30 s, or when told, session and account are read afresh.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError

from apps.core import clock, scope, stream
from apps.core.actor import Actor
from apps.core.gathered import Gathered
from apps.core.models import Head
from apps.core.registries import subjects
from apps.core.seats import Seat

log = structlog.get_logger(__name__)

TICK_IN_SECONDS = 1.0
BEAT_IN_SECONDS = 15.0
RECHECK_IN_SECONDS = 5.0
RESEAT_IN_SECONDS = 30.0
# Of a thousand sockets not all are asked about in the same second.
MOST_AT_ONCE = 100


class Socket(Protocol):
    """What the rounds need of a socket."""

    watched: dict[str, stream.Ref]
    session_key: str
    seat: Seat
    beaten_at: float
    seated_at: float

    def is_stuck(self, now: float) -> bool: ...
    def abandon(self) -> None: ...
    def say(self, frame: dict[str, Any]) -> None: ...
    def lose(self, subject: str) -> None: ...
    def reseat(self, seat: Seat | None) -> None: ...


def _run_all(works: "Iterable[Callable[[], Any]]") -> list[Any]:
    return [work() for work in works]


_thread: Gathered[Callable[[], Any], Any] = Gathered(_run_all, thread="rounds")


class Rounds:
    """One per event loop; goes round as long as there is a socket."""

    def __init__(self, seats: "Callable[[Collection[str]], list[Seat | None]]") -> None:
        self._seats = seats
        self._sockets: set[Socket] = set()
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._looked_at = 0.0

    def enter(self, socket: Socket) -> None:
        socket.beaten_at = socket.seated_at = asyncio.get_running_loop().time()
        self._sockets.add(socket)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._go())

    def leave(self, socket: Socket) -> None:
        self._sockets.discard(socket)

    def look_soon(self) -> None:
        """Ask now whether what is watched is still open."""
        self._looked_at = float("-inf")
        self._wake.set()

    def reseat_soon(self, socket: Socket) -> None:
        """Read now who sits there, and what is open to him."""
        socket.seated_at = float("-inf")
        self.look_soon()

    async def _go(self) -> None:
        while self._sockets:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(
                    min(TICK_IN_SECONDS, RECHECK_IN_SECONDS, RESEAT_IN_SECONDS)
                ):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self._once(asyncio.get_running_loop().time())
            except (DatabaseError, InterfaceError) as error:
                # Nothing new is committed either while the database is away.
                log.warning("sockets.unchecked", error=str(error))
                self._looked_at = float("-inf")
            except Exception:
                # One bad subject must not end the rounds of all sockets.
                log.exception("sockets.unchecked")

    async def _once(self, now: float) -> None:
        moment = time.monotonic()
        for socket in [socket for socket in self._sockets if socket.is_stuck(moment)]:
            socket.abandon()
        await self._reseat(self._due("seated_at", now - RESEAT_IN_SECONDS))
        if now - self._looked_at >= RECHECK_IN_SECONDS:
            self._looked_at = now
            await self._look()
        await self._beat(self._due("beaten_at", now - BEAT_IN_SECONDS))

    def _due(self, attribute: str, before: float) -> list[Socket]:
        due = [socket for socket in self._sockets if getattr(socket, attribute) <= before]
        due.sort(key=lambda socket: float(getattr(socket, attribute)))
        if len(due) > MOST_AT_ONCE:
            self._wake.set()
        return due[:MOST_AT_ONCE]

    async def _reseat(self, sockets: list[Socket]) -> None:
        if not sockets:
            return
        now, keys = asyncio.get_running_loop().time(), [s.session_key for s in sockets]
        seats = await _thread.ask(lambda: self._seats(keys))
        for socket, seat in zip(sockets, seats, strict=True):
            socket.seated_at = now
            socket.reseat(seat)

    async def _look(self) -> None:
        wanted: dict[Actor, set[stream.Ref]] = {}
        watching = [(socket, dict(socket.watched)) for socket in self._sockets]
        for socket, watched in watching:
            wanted.setdefault(socket.seat.actor, set()).update(watched.values())
        open_ones = await _thread.ask(lambda: still_open(wanted))
        for socket, watched in watching:
            for text, subject in watched.items():
                if subject not in open_ones.get(socket.seat.actor, ()) and text in socket.watched:
                    socket.lose(text)

    async def _beat(self, sockets: list[Socket]) -> None:
        if not sockets:
            return
        now = asyncio.get_running_loop().time()
        every = {subject for socket in sockets for subject in socket.watched.values()}
        found = await _thread.ask(lambda: heads(every))
        for socket in sockets:
            socket.beaten_at = now
            mine = {text: found[text] for text in socket.watched if text in found}
            socket.say({"type": "beat", "heads": mine})


def may_watch(actor: Actor, subject: stream.Ref) -> bool:
    """Whether the subject is open to the actor; the actor is bound."""
    known = subjects.get(subject[0])
    return known is not None and known.may_watch(actor, subject[1])


def still_open(wanted: Mapping[Actor, set[stream.Ref]]) -> dict[Actor, set[stream.Ref]]:
    """What of the wanted subjects each actor may watch now.

    What is open to a whole member is asked once for all its people.
    """
    found: dict[Actor, set[stream.Ref]] = {}
    by_member: dict[UUID, list[Actor]] = {}
    for actor in wanted:
        by_member.setdefault(actor.member_id, []).append(actor)
    for actors in by_member.values():
        every = set().union(*[wanted[actor] for actor in actors])
        with scope.acting(actors[0]), clock.one_instant():
            together = _open_to_member(actors[0], every)
            for actor in actors:
                rest = wanted[actor] - together
                with scope.binding(actor):
                    alone = {subject for subject in rest if may_watch(actor, subject)}
                found[actor] = wanted[actor] & together | alone
    return found


def _open_to_member(actor: Actor, refs: set[stream.Ref]) -> set[stream.Ref]:
    kinds: dict[str, list[UUID]] = {}
    for kind, ident in refs:
        kinds.setdefault(kind, []).append(ident)
    found: set[stream.Ref] = set()
    for kind, idents in kinds.items():
        known = subjects.get(kind)
        if known is not None and known.open_to_member is not None:
            found |= {(kind, ident) for ident in known.open_to_member(actor, idents)}
    return found


def heads(watched: Iterable[stream.Ref]) -> dict[str, int]:
    """The last number of each subject that has one, by its name on the wire."""
    wanted: dict[str, list[UUID]] = {}
    for kind, ident in watched:
        wanted.setdefault(kind, []).append(ident)
    found: dict[str, int] = {}
    for kind, idents in wanted.items():
        for head in Head.objects.filter(subject_type=kind, subject_id__in=idents):
            found[stream.name((kind, head.subject_id))] = head.seq
    return found


_rounds: dict[asyncio.AbstractEventLoop, Rounds] = {}


def rounds(seats: "Callable[[Collection[str]], list[Seat | None]]") -> Rounds:
    """The rounds of the running event loop (one per process in production)."""
    loop = asyncio.get_running_loop()
    if loop not in _rounds:
        for closed in [known for known in _rounds if known.is_closed()]:
            del _rounds[closed]
        _rounds[loop] = Rounds(seats)
    return _rounds[loop]
