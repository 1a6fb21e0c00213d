"""The product as `bench_chat` loads it: as in production, with a pool of connections.

The flood limit is asked for every message and never met: a closed loop writes faster than people
may.
"""

from alliance.settings import test

test.DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 12, "timeout": 20}

from alliance.asgi import application  # noqa: E402
from apps.chat import flood  # noqa: E402

flood.BURST = flood.ROOM_BURST = flood.MEMBER_BURST = 1_000_000

__all__ = ["application"]
