"""Token buckets in Redis: of a person, of a room, of a member. A message takes one of each."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import redis
import structlog
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.actor import Actor
from apps.core.errors import DomainError

log = structlog.get_logger(__name__)

BURST, PER_SECOND = 10, 2.0
ROOM_BURST, ROOM_PER_SECOND = 100, 50.0
MEMBER_BURST, MEMBER_PER_SECOND = 200, 50.0

# Redis' own clock: the limit is about real load, which the demo's moved clock does not change. A
# message that one bucket refuses takes nothing from the others.
_SCRIPT = """
local now = redis.call('TIME')
local t = tonumber(now[1]) + tonumber(now[2]) / 1000000
local count, answers = tonumber(ARGV[1]), {}
for message = 0, #KEYS / 3 - 1 do
  local longest, which, left = 0, 0, {}
  for i = 1, 3 do
    local burst, rate = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    local kept = redis.call('HMGET', KEYS[3 * message + i], 'tokens', 'at')
    local tokens, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or t
    left[i] = math.min(burst, tokens + math.max(0, t - at) * rate)
    local wait = (count - left[i]) / rate
    if wait > longest then longest, which = wait, i end
  end
  if longest == 0 then
    for i = 1, 3 do
      local burst, rate = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
      local key, rest = KEYS[3 * message + i], tostring(math.min(burst, left[i] - count))
      redis.call('HSET', key, 'tokens', rest, 'at', tostring(t))
      redis.call('EXPIRE', key, math.ceil(burst / rate) + 1)
    end
  end
  answers[message + 1] = {tostring(longest), which}
end
return answers
"""


class Sender(NamedTuple):
    """Who writes where."""

    actor: Actor
    room_id: UUID

    @property
    def is_limited(self) -> bool:
        return self.actor.via in {"session", "api_key"}


@lru_cache(maxsize=1)
def _redis() -> "redis.Redis":
    return redis.from_url(settings.REDIS_URL, socket_timeout=2)


def check(actor: Actor, room_id: UUID) -> None:
    """Take one token of each bucket. Raises DomainError `chat.flood`."""
    refusal = take_all([Sender(actor, room_id)])[0]
    if refusal is not None:
        raise refusal


def take_all(senders: Sequence[Sender]) -> list[DomainError | None]:
    """For each message its token, or the refusal with `retry_after` in seconds; asked at once."""
    answers = _ask(senders, 1)
    return [_refusal(float(answer[0]), int(answer[1])) if answer else None for answer in answers]


def give_back(senders: Sequence[Sender]) -> None:
    """What turned out to be a repeat costs nothing."""
    _ask(senders, -1)


def _ask(senders: Sequence[Sender], count: int) -> list[Any]:
    limited = [n for n, sender in enumerate(senders) if sender.is_limited]
    found: list[Any] = [None] * len(senders)
    if not limited:
        return found
    keys = [key for n in limited for key in _buckets(senders[n])]
    rates = (BURST, PER_SECOND, ROOM_BURST, ROOM_PER_SECOND, MEMBER_BURST, MEMBER_PER_SECOND)
    try:
        answers = _redis().eval(_SCRIPT, len(keys), *keys, count, *rates)
    except redis.RedisError as error:
        # Without Redis messages are kept all the same; the request limits still hold.
        log.warning("chat.flood_unchecked", error=str(error))
        return found
    for n, answer in zip(limited, answers, strict=True):
        found[n] = answer
    return found


def _buckets(sender: Sender) -> list[str]:
    actor, room_id = sender
    buckets = (actor.user_id or actor.member_id, f"room:{room_id}", f"member:{actor.member_id}")
    # The braces keep them in one slot of a Redis Cluster, as a script wants them.
    return [f"alliance:{{flood}}:{bucket}" for bucket in buckets]


_WHY: "tuple[str | Promise, ...]" = (
    _("Too many messages at once: wait a moment and send again."),
    _("Too much is written in this room at once: wait a moment and send again."),
    _("Your organisation writes too much at once: wait a moment and send again."),
)


def _refusal(wait: float, which: int) -> DomainError | None:
    if wait <= 0:
        return None
    limit = ("person", "room", "member")[which - 1]
    log.info("chat.flood", limit=limit)
    extra = {"retry_after": round(wait, 2), "limit": limit}
    return DomainError("chat.flood", _WHY[which - 1], status=429, extra=extra)
