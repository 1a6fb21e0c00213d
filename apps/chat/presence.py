"""Who is in a room now: one Redis hash per room, each socket's entry alive for 45 s."""

import json
import time
from functools import lru_cache
from typing import Any
from uuid import UUID

import redis
import structlog
from django.conf import settings

from apps.core import stream

log = structlog.get_logger(__name__)

ALIVE_IN_SECONDS = 45


@lru_cache(maxsize=1)
def _redis() -> "redis.Redis":
    return redis.from_url(settings.REDIS_URL, socket_timeout=2)


def _key(room_id: UUID) -> str:
    return f"alliance:present:{room_id}"


def enter(room_id: UUID, socket: str, person: dict[str, Any]) -> None:
    """Be there, or stay there, for another 45 s."""
    entry = json.dumps({"until": time.time() + ALIVE_IN_SECONDS, "person": person})
    try:
        pipe = _redis().pipeline(transaction=False)
        pipe.hset(_key(room_id), socket, entry)
        pipe.expire(_key(room_id), ALIVE_IN_SECONDS)
        pipe.execute()
    except redis.RedisError as error:
        log.warning("presence.unknown", error=str(error))


def leave(room_id: UUID, socket: str) -> None:
    try:
        _redis().hdel(_key(room_id), socket)
    except redis.RedisError as error:
        log.warning("presence.unknown", error=str(error))


def people(room_id: UUID) -> list[dict[str, Any]]:
    """The people in a room, each once however many windows are open, by name."""
    try:
        entries: dict[bytes, bytes] = _redis().hgetall(_key(room_id))  # type: ignore[assignment]
    except redis.RedisError as error:
        log.warning("presence.unknown", error=str(error))
        return []
    now = time.time()
    found = {}
    for entry in map(json.loads, entries.values()):
        if entry["until"] > now:
            person = entry["person"]
            found[person["id"], person["member"]] = person
    return sorted(found.values(), key=lambda person: (person["name"], person["id"]))


def announce(room_id: UUID) -> None:
    """Show the room's watchers who is there now."""
    subject = ("room", room_id)
    frame = {
        "type": "presence",
        "subject": stream.name(subject),
        "room": str(room_id),
        "people": people(room_id),
    }
    stream.publish([(subject, frame)])
