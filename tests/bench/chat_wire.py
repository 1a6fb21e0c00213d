"""A load generator for rooms: sockets that cost the machine little, and what each of them was told.

It speaks the WebSocket protocol by hand, so that of two cores most is left for what is measured.
"""

import asyncio
import base64
import json
import os
import re
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

_MESSAGE = re.compile(rb'"seq": (\d+).*?"cid": "([0-9a-f-]{36})"')
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


@dataclass
class Talk:
    """One room as the generator sees it: what was sent, who has it, and how long that took."""

    room_id: UUID
    peers: list["Peer"] = field(default_factory=list)
    sent_at: dict[bytes, float] = field(default_factory=dict)
    counted: dict[int, int] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    delivered: int = 0
    refused: int = 0
    turn: int = 0
    done: Callable[["Talk"], None] | None = None

    def say(self, at: float | None = None) -> None:
        """The next person in turn writes 120 characters."""
        peer = self.peers[self.turn % len(self.peers)]
        self.turn += 1
        cid = str(uuid4())
        self.sent_at[cid.encode()] = time.perf_counter() if at is None else at
        body = f"{self.turn:08d} ".ljust(120, "x")
        peer.send({"type": "send", "room": str(self.room_id), "cid": cid, "body": body})

    def heard(self, seq: int, cid: bytes) -> None:
        self.delivered += 1
        count = self.counted.get(seq, 0) + 1
        self.counted[seq] = count
        if count == len(self.peers):
            since = self.sent_at.pop(cid, None)
            if since is not None:
                self.took.append(time.perf_counter() - since)
                if self.done is not None:
                    self.done(self)

    @property
    def waiting(self) -> int:
        return len(self.sent_at)


class Peer(asyncio.Protocol):
    """One socket of one person in one room."""

    def __init__(self, talk: Talk, path: str, cookie: str, *, after: int | None) -> None:
        self.talk, self.path, self.cookie, self.after = talk, path, cookie, after
        self.buffer = b""
        self.is_open = False
        self.last = after or 0
        self.early: set[int] = set()
        self.crossed = 0
        self.repeats = 0
        self.code = 0
        self.reason = ""
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        host = "{}:{}".format(*transport.get_extra_info("peername")[:2])
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: http://{host}\r\nCookie: {self.cookie}\r\n\r\n".encode()
        )

    def send(self, frame: dict[str, object]) -> None:
        # The protocol wants a mask; one of zeros leaves the text as it is.
        self._write(_TEXT, json.dumps(frame).encode())

    def _write(self, opcode: int, data: bytes) -> None:
        if len(data) < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | len(data))
        else:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, len(data))
        self.transport.write(head + b"\0\0\0\0" + data)

    def data_received(self, data: bytes) -> None:
        buffer = self.buffer + data if self.buffer else data
        if not self.is_open:
            head, found, rest = buffer.partition(b"\r\n\r\n")
            if not found:
                self.buffer = buffer
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self._fail(head.split(b"\r\n", 1)[0].decode())
                return
            self.is_open, buffer = True, rest
        self.buffer = self._frames(buffer)

    def _frames(self, buffer: bytes) -> bytes:
        start, end = 0, len(buffer)
        while end - start >= 2:
            opcode, size, body = buffer[start] & 15, buffer[start + 1] & 127, start + 2
            if size == 126:
                if end - body < 2:
                    break
                size, body = int.from_bytes(buffer[body : body + 2], "big"), body + 2
            elif size == 127:
                if end - body < 8:
                    break
                size, body = int.from_bytes(buffer[body : body + 8], "big"), body + 8
            if end - body < size:
                break
            self._frame(opcode, buffer[body : body + size])
            start = body + size
        return buffer[start:]

    def _frame(self, opcode: int, data: bytes) -> None:
        if opcode == _PING:
            self._write(_PONG, data)
        elif opcode == _CLOSE:
            self.code = int.from_bytes(data[:2], "big")
            self.reason = data[2:].decode()
        elif data.startswith(b'{"type": "message"'):
            self._message(data)
        else:
            self._other(json.loads(data))

    def _message(self, data: bytes) -> None:
        found = _MESSAGE.search(data)
        assert found is not None
        seq = int(found[1])
        if seq <= self.last or seq in self.early:
            self.repeats += 1
            return
        if seq != self.last + 1:
            self.crossed += 1
        self.early.add(seq)
        while self.last + 1 in self.early:
            self.last += 1
            self.early.discard(self.last)
        self.talk.heard(seq, found[2])

    def _other(self, frame: dict[str, object]) -> None:
        kind = frame["type"]
        if kind == "hello":
            self.send(
                {"type": "watch", "subject": f"room:{self.talk.room_id}", "after": self.after}
            )
        elif kind == "watching":
            if self.after is None:
                self.last = int(str(frame["head"]))
            if not self.ready.done():
                self.ready.set_result(None)
        elif kind == "refused":
            self.talk.refused += 1

    def _fail(self, why: str) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(why))

    def connection_lost(self, error: Exception | None) -> None:
        self._fail("closed")
        # Nobody is waiting for a socket that was ready long ago.
        if self.ready.done() and not self.ready.cancelled():
            self.ready.exception()


async def join(talk: Talk, port: int, path: str, cookie: str, *, after: int | None = None) -> Peer:
    """Connect one more person and wait until he is in the room."""
    loop = asyncio.get_running_loop()
    _transport, peer = await loop.create_connection(
        lambda: Peer(talk, path, cookie, after=after), "127.0.0.1", port
    )
    talk.peers.append(peer)
    await peer.ready
    return peer


def leave(peers: list[Peer]) -> None:
    for peer in peers:
        peer.transport.abort()
