"""The product as the fault tests serve it: what takes half a minute there takes a second here.

`python -m uvicorn tests.faults.web:application`. The flood limit is asked and never met.
"""

from alliance.asgi import application
from apps.chat import flood
from apps.core import outlets, rounds

flood.BURST = flood.ROOM_BURST = flood.MEMBER_BURST = 1_000_000
rounds.TICK_IN_SECONDS = 0.2
rounds.BEAT_IN_SECONDS = 0.5
rounds.RESEAT_IN_SECONDS = 1.0
outlets.STUCK_IN_SECONDS = 2

__all__ = ["application"]
