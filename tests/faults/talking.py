"""People who talk through real web processes: each with an outbox, a memory and much patience."""

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import requests
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from alliance.embedded.processes import bytecode, child_setup
from tests.chat.live import Reader, say, socket
from tests.faults.processes import ROOT, wait_until
from tests.faults.workers import environment

# What a browser meets when a server is gone, and tries again after.
AWAY = (OSError, ConnectionClosed, InvalidHandshake, TimeoutError, EOFError)


class Web:
    """A real web process on a port of its own, to kill and to start again."""

    def __init__(self, port: int, **more: str) -> None:
        self.port = port
        self._more = more
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "uvicorn", "tests.faults.web:application"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--lifespan", "off"]
        command += ["--ws", "websockets-sansio", "--no-access-log", "--log-level", "critical"]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(**bytecode(), LOG_LEVEL="CRITICAL", **self._more),
            preexec_fn=child_setup(signal.SIGTERM),
        )

    def is_up(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            answer = requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5)
            return answer.status_code == 200
        return False

    def die(self) -> None:
        """At once: nothing is finished, nothing is said."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def lines(self) -> int:
        """How many connections to its port stand now, seen from its end."""
        table = Path("/proc/net/tcp").read_text().splitlines()[1:]
        ends = [line.split()[1:4:2] for line in table]
        return sum(local.endswith(f":{self.port:04X}") and state == "01" for local, state in ends)


@contextlib.contextmanager
def webs(*all_of_them: Web) -> Iterator[None]:
    for web in all_of_them:
        web.start()
    try:
        for web in all_of_them:
            assert wait_until(web.is_up, patience=60)
        yield
    finally:
        for web in all_of_them:
            web.die()


@dataclass
class Person:
    """Somebody in a room, as the browser's script keeps him there."""

    web: Web
    cookie: str
    reader: Reader
    outbox: list[tuple[UUID, str]] = field(default_factory=list)
    ended: bool = False
    acks: set[UUID] = field(default_factory=set)
    may_send: bool = False

    @property
    def subject(self) -> str:
        return f"room:{self.reader.room_id}"

    def write(self, body: str) -> None:
        self.outbox.append((uuid4(), body))

    async def stay(self) -> None:
        """Come back whenever the line is lost, until access has ended."""
        while not self.ended:
            with contextlib.suppress(*AWAY):
                async with socket(self.web.port, self.cookie, open_timeout=5) as ws:
                    await self._talk(ws)
            await asyncio.sleep(0.1)

    async def _talk(self, ws: ClientConnection) -> None:
        await say(ws, type="watch", subject=self.subject, after=self.reader.last)
        mending = asyncio.create_task(self._mend())
        try:
            while True:
                self._take(json.loads(await ws.recv()))
                await self._send_next(ws)
        except ConnectionClosed as end:
            if end.rcvd is not None and end.rcvd.code == 4403:
                self.ended = True
        finally:
            mending.cancel()

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame["type"]
        if kind == "message":
            self.reader.take(frame)
        elif kind == "ack":
            self.acks.add(UUID(str(frame["cid"])))
            self.outbox = [item for item in self.outbox if str(item[0]) != frame["cid"]]
        elif kind == "beat":
            self.reader.head = max(self.reader.head, frame["heads"].get(self.subject, 0))
        elif kind == "refused" and frame.get("subject") == self.subject:
            self.ended = True
        elif kind in {"resync", "reset"}:
            self.reader.head = max(self.reader.head, self.reader.last + 1)
        if kind in {"watching", "ack", "refused", "beat"}:
            self.may_send = True

    async def _send_next(self, ws: ClientConnection) -> None:
        if self.may_send and self.outbox:
            self.may_send = False
            cid, body = self.outbox[0]
            await say(ws, type="send", room=self.reader.room_id, cid=cid, body=body)

    async def _mend(self) -> None:
        """A hole that does not close within 300 ms is asked for, as the browser does."""
        while True:
            before = self.reader.last
            await asyncio.sleep(0.3)
            if self.reader.last == before and self.reader.is_behind:
                with contextlib.suppress(requests.RequestException):
                    for frame in await asyncio.to_thread(self._missed, before):
                        self.reader.take(frame)

    def _missed(self, after: int) -> list[dict[str, Any]]:
        base = f"http://127.0.0.1:{self.web.port}/api/v1/rooms/{self.reader.room_id}/messages/"
        answer = requests.get(f"{base}?after={after}", headers={"Cookie": self.cookie}, timeout=5)
        return list(answer.json()["results"]) if answer.status_code == 200 else []
