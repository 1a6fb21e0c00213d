"""Who is in a room now: one Redis hash per room, each socket's entry alive for 45 s.

A process says for all its sockets at once who came, stays and left; a room hears of it only when
its people have changed, and a lively one every five seconds at most.
"""

import asyncio
import contextlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

import redis
import structlog
from django.conf import settings

from apps.core import stream
from apps.core.gathered import Gathered

log = structlog.get_logger(__name__)

ALIVE_IN_SECONDS = 45
STAY_IN_SECONDS = 15.0
COALESCE_IN_SECONDS = 0.5
APART_IN_SECONDS = 5.0

Person = dict[str, Any]
People = list[Person]
Tell = Callable[[str], None]


@lru_cache(maxsize=1)
def _redis() -> "redis.Redis":
    return redis.from_url(settings.REDIS_URL, socket_timeout=2)


def _key(room_id: UUID) -> str:
    return f"alliance:present:{room_id}"


def sync(
    staying: Mapping[UUID, Mapping[str, Person]],
    leaving: Iterable[tuple[UUID, str]],
    rooms: Collection[UUID],
) -> dict[UUID, People]:
    """Keep and drop entries, and read who is in the rooms: one round trip."""
    until = time.time() + ALIVE_IN_SECONDS
    try:
        pipe = _redis().pipeline(transaction=False)
        for room_id, key in leaving:
            pipe.hdel(_key(room_id), key)
        for room_id, people in staying.items():
            entries: dict[Any, Any] = {
                key: json.dumps({"until": until, "person": person})
                for key, person in people.items()
            }
            pipe.hset(_key(room_id), mapping=entries)
            pipe.expire(_key(room_id), ALIVE_IN_SECONDS)
        for room_id in rooms:
            pipe.hvals(_key(room_id))
        found = pipe.execute()
    except redis.RedisError as error:
        log.warning("presence.unknown", error=str(error))
        return {}
    values = found[len(found) - len(rooms) :] if rooms else []
    return {room_id: _people(entries) for room_id, entries in zip(rooms, values, strict=True)}


def people(room_id: UUID) -> People:
    """The people in a room, each once however many windows are open, by name."""
    return sync({}, [], [room_id]).get(room_id, [])


def _people(entries: "Iterable[bytes]") -> People:
    now, found = time.time(), {}
    for entry in map(json.loads, entries):
        if entry["until"] > now:
            person = entry["person"]
            found[person["id"], person["member"]] = person
    return sorted(found.values(), key=lambda person: (person["name"], person["id"]))


def frame(room_id: UUID, here: People) -> dict[str, Any]:
    return {
        "type": "presence",
        "subject": stream.name(("room", room_id)),
        "room": str(room_id),
        "people": here,
        "count": len(here),
    }


def _work(works: "Iterable[Callable[[], Any]]") -> list[Any]:
    return [work() for work in works]


_thread: Gathered[Callable[[], Any], Any] = Gathered(_work, thread="hints")


class Attendance:
    """The sockets of one process and the rooms they are in."""

    def __init__(self) -> None:
        self._here: dict[UUID, dict[str, Person]] = defaultdict(dict)
        self._fresh: dict[UUID, dict[str, Person]] = defaultdict(dict)
        self._gone: set[tuple[UUID, str]] = set()
        # Who has just come and wants to know, and when a room may be told again.
        self._asking: dict[UUID, list[Tell]] = defaultdict(list)
        self._changed: dict[UUID, float] = {}
        self._told: dict[UUID, tuple[float, People]] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._round_at = 0.0

    def enter(self, room_id: UUID, key: str, person: Person, tell: Tell) -> None:
        """Somebody is there; `tell` gets the frame of its people once, soon."""
        self._gone.discard((room_id, key))
        self._here[room_id][key] = self._fresh[room_id][key] = person
        self._asking[room_id].append(tell)
        self._stir(room_id)

    def leave(self, room_id: UUID, key: str) -> None:
        self._fresh[room_id].pop(key, None)
        if self._here[room_id].pop(key, None) is not None:
            self._gone.add((room_id, key))
            self._stir(room_id)
        if not self._here[room_id]:
            del self._here[room_id]

    def _stir(self, room_id: UUID) -> None:
        told_at = self._told.get(room_id, (0.0, []))[0]
        self._changed.setdefault(room_id, told_at + APART_IN_SECONDS)
        self._wake.set()
        if self._task is None or self._task.done():
            self._round_at = asyncio.get_running_loop().time() + STAY_IN_SECONDS
            self._task = asyncio.create_task(self._go())

    async def _go(self) -> None:
        loop = asyncio.get_running_loop()
        while self._here or self._changed:
            due = min([self._round_at, *self._changed.values()])
            if not (self._fresh or self._gone or self._asking):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, due - loop.time())):
                        await self._wake.wait()
            self._wake.clear()
            await asyncio.sleep(COALESCE_IN_SECONDS)
            await self._once(loop.time())

    async def _once(self, now: float) -> None:
        is_round = now >= self._round_at
        if is_round:
            self._round_at = now + STAY_IN_SECONDS
        staying = {room: dict(p) for room, p in (self._here if is_round else self._fresh).items()}
        leaving, asking = list(self._gone), dict(self._asking)
        due = {room for room, at in self._changed.items() if at <= now} | set(
            self._here if is_round else ()
        )
        self._fresh.clear()
        self._gone.clear()
        self._asking.clear()
        rooms = [*due | asking.keys()]
        found = await _thread.ask(
            lambda: sync({r: p for r, p in staying.items() if p}, leaving, rooms)
        )
        news = []
        for room_id, here in found.items():
            self._greet(asking.get(room_id, ()), room_id, here)
            if room_id in due and self._told.get(room_id, (0.0, None))[1] != here:
                self._told[room_id] = (now, here)
                news.append((("room", room_id), frame(room_id, here)))
        self._forget(due)
        if news:
            await _thread.ask(lambda: stream.publish(news))

    def _greet(self, newcomers: Collection[Tell], room_id: UUID, here: People) -> None:
        text = json.dumps(frame(room_id, here)) if newcomers else ""
        for tell in newcomers:
            tell(text)

    def _forget(self, told: Collection[UUID]) -> None:
        for room_id in told:
            self._changed.pop(room_id, None)
            if room_id not in self._here:
                self._told.pop(room_id, None)


_attendances: dict[asyncio.AbstractEventLoop, Attendance] = {}


def attendance() -> Attendance:
    """The attendance of the running event loop (one per process in production)."""
    loop = asyncio.get_running_loop()
    if loop not in _attendances:
        for closed in [known for known in _attendances if known.is_closed()]:
            del _attendances[closed]
        _attendances[loop] = Attendance()
    return _attendances[loop]
