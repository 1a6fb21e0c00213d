"""A line to the server that can go dead without a word, as a phone's does in a lift."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Wire:
    """What is sent over a dead line is lost and nobody is told; new lines are refused until then.

    A line that was open when it died stays dead: its end is told when the network is back.
    """

    def __init__(self, port: int) -> None:
        self.port = 0
        self.is_dead = False
        self._to = port
        self._cuts = 0
        self._open: set[tuple[int, asyncio.StreamWriter]] = set()
        self._loop = asyncio.new_event_loop()

    def die(self) -> None:
        self._cuts += 1
        self.is_dead = True

    def revive(self) -> None:
        self.is_dead = False
        self._loop.call_soon_threadsafe(self._tell_ends)

    def _tell_ends(self) -> None:
        for age, writer in list(self._open):
            if age < self._cuts:
                writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_dead:
            writer.close()
            return
        age = self._cuts
        there, up = await asyncio.open_connection("127.0.0.1", self._to)
        self._open |= {(age, writer), (age, up)}
        await asyncio.gather(
            self._carry(reader, up, age), self._carry(there, writer, age), return_exceptions=True
        )
        self._open -= {(age, writer), (age, up)}

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, age: int
    ) -> None:
        while data := await source.read(65536):
            if age == self._cuts:
                sink.write(data)
                await sink.drain()
        if age == self._cuts:
            sink.close()

    async def _listen(self, is_up: threading.Event) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        is_up.set()
        await server.serve_forever()

    def run(self, is_up: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._task = self._loop.create_task(self._listen(is_up))
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)


@contextmanager
def laid_to(port: int) -> Iterator[Wire]:
    """A line to a port of this machine."""
    wire, is_up = Wire(port), threading.Event()
    thread = threading.Thread(target=wire.run, args=[is_up], daemon=True)
    thread.start()
    is_up.wait(10)
    yield wire
    wire.stop()
    thread.join(10)
