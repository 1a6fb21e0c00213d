"""A real server on a real port, and a client that orders, drops repeats and comes back."""

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import uvicorn
from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect

from apps.core.actor import Actor
from tests.factories.world import client_of

PATIENCE = 20


@contextlib.contextmanager
def serving() -> Iterator[int]:
    """Serve the product in a thread; yields the port."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    # Building the application loads every middleware: not before settings and folders are there.
    from alliance.asgi import application

    config = uvicorn.Config(
        application, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws_max_size=65536
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    server.force_exit = True
    thread.join(10)


def cookie_of(actor: Actor) -> str:
    session = client_of(actor).cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}"


@contextlib.asynccontextmanager
async def socket(
    port: int,
    cookie: str = "",
    *,
    origin: str | None = None,
    path: str = "/ws/chat/",
    **kwargs: Any,
) -> AsyncIterator[ClientConnection]:
    async with connect(
        f"ws://127.0.0.1:{port}{path}",
        origin=origin or f"http://127.0.0.1:{port}",
        additional_headers={"Cookie": cookie} if cookie else {},
        compression=None,
        **kwargs,
    ) as ws:
        yield ws


async def say(ws: ClientConnection, **frame: Any) -> None:
    await ws.send(json.dumps(frame, default=str))


async def hear(ws: ClientConnection, kind: str) -> dict[str, Any]:
    """The next frame of a kind; others are passed over."""
    async with asyncio.timeout(PATIENCE):
        while True:
            frame: dict[str, Any] = json.loads(await ws.recv())
            if frame["type"] == kind:
                return frame


async def closed(ws: ClientConnection) -> tuple[int, list[dict[str, Any]]]:
    """The close code, and the frames that came before it."""
    frames = []
    async with asyncio.timeout(PATIENCE):
        with contextlib.suppress(Exception):
            while True:
                frames.append(json.loads(await ws.recv()))
    return ws.close_code or 0, frames


class Reader:
    """What a browser keeps of a room: shown by number, each once, a hole waits."""

    def __init__(self, room_id: UUID) -> None:
        self.room_id = room_id
        self.shown: list[str] = []
        self.early: dict[int, str] = {}
        self.repeats = 0
        self.head = 0

    @property
    def last(self) -> int:
        return len(self.shown)

    @property
    def is_behind(self) -> bool:
        return bool(self.early) or self.head > self.last

    def take(self, frame: dict[str, Any]) -> None:
        if frame["seq"] <= self.last or frame["seq"] in self.early:
            self.repeats += 1
            return
        self.early[frame["seq"]] = frame["body"]
        while self.last + 1 in self.early:
            self.shown.append(self.early.pop(self.last + 1))
