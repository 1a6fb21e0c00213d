"""Real servers on the loopback for the courier: one that takes mail, one that takes pushes."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Mailbox(socketserver.StreamRequestHandler):
    """Enough of RFC 5321 to take a letter, to refuse one, or to say nothing at all."""

    server: "MailServer"

    def handle(self) -> None:
        if self.server.hangs:
            self.server.released.wait(30)
            return
        self.say("220 mailbox.example")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.take()
            elif verb == b"RCPT" and self.server.refusal:
                self.say(self.server.refusal)
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self) -> None:
        self.say("354 go on")
        letter = b""
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            letter += line
        self.server.letters.append(letter)
        if self.server.dies_after_taking:
            return
        self.say("250 taken")

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Mailbox)
        self.letters: list[bytes] = []
        self.refusal = ""
        self.hangs = False
        self.dies_after_taking = False
        self.released = threading.Event()


class _PushService(BaseHTTPRequestHandler):
    server: "PushServer"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.pushes.append((self.path, headers, body))
        if self.path in self.server.hanging:
            self.server.released.wait(30)
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """The tests' own output is enough."""


class PushServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _PushService)
        self.pushes: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 201
        self.hanging: set[str] = set()
        self.released = threading.Event()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running(server: Any) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
