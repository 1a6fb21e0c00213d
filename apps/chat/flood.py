"""A token bucket per sender in Redis: ten at once, then two a second."""

from functools import lru_cache

import redis
import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import DomainError

log = structlog.get_logger(__name__)

BURST = 10
PER_SECOND = 2.0

# Redis' own clock: the limit is about real load, which the demo's moved clock does not change.
_SCRIPT = """
local now = redis.call('TIME')
local t = tonumber(now[1]) + tonumber(now[2]) / 1000000
local burst, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(kept[1]) or burst
local at = tonumber(kept[2]) or t
tokens = math.min(burst, tokens + math.max(0, t - at) * rate)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) / rate end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(t))
redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 1)
return tostring(wait)
"""


@lru_cache(maxsize=1)
def _redis() -> "redis.Redis":
    return redis.from_url(settings.REDIS_URL, socket_timeout=2)


def check(actor: Actor) -> None:
    """Take one token. Raises DomainError `chat.flood` with `retry_after` in seconds."""
    if actor.via not in {"session", "api_key"}:
        return
    key = f"alliance:flood:{actor.user_id or actor.member_id}"
    try:
        wait = float(_redis().eval(_SCRIPT, 1, key, BURST, PER_SECOND))
    except redis.RedisError as error:
        # Without Redis messages are kept all the same; the request limits still hold.
        log.warning("chat.flood_unchecked", error=str(error))
        return
    if wait > 0:
        raise DomainError(
            "chat.flood",
            _("Too many messages at once: wait a moment and send again."),
            status=429,
            extra={"retry_after": round(wait, 2)},
        )
