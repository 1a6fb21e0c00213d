"""How often something may be asked: counted in the cache, so that all processes count together."""

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def allows(name: str, *, times: int, seconds: int) -> bool:
    """Whether `name` was asked for at most so many times in the stretch of seconds that runs.

    Without the cache nobody is refused: a limit protects the machine, no secret.
    """
    key = f"limit:{name}"
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key) <= times
    except ValueError:
        # It ran out between the two calls: a new stretch has begun.
        return True
    except RedisError:
        log.warning("limits.unavailable", name=name.partition(":")[0])
        return True
