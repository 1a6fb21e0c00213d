"""What goes out of one socket: at once where the line takes it, in order where it makes wait."""

import asyncio
from typing import Any

from apps.core.outlets import Outlet


class Line:
    """A server's end that takes frames while it is open."""

    def __init__(self, *, error: Exception | None = None) -> None:
        self.open, self.error = asyncio.Event(), error
        self.sent: list[Any] = []
        self.cuts = 0

    async def send(self, message: dict[str, Any]) -> None:
        await self.open.wait()
        if self.error is not None:
            raise self.error
        self.sent.append(message.get("text", message["type"]))

    def outlet(self) -> Outlet:
        found = Outlet({"room:1"}, self.cut)
        found.send = self.send
        return found

    def cut(self) -> None:
        self.cuts += 1


async def test_frame_goes_out_at_once_where_the_line_takes_it() -> None:
    line = Line()
    line.open.set()
    outlet = line.outlet()

    outlet.put("room:1", "one")
    outlet.put("room:2", "of a subject that is not open")
    outlet.put("", "two")

    assert line.sent == ["one", "two"]


async def test_frames_keep_their_order_where_the_line_makes_wait() -> None:
    line = Line()
    outlet = line.outlet()
    for text in ("one", "two", "three"):
        outlet.put("room:1", text)
    await asyncio.sleep(0)
    assert line.sent == []

    line.open.set()
    outlet.put("room:1", "four")
    outlet.close(4403, "gone")
    await asyncio.sleep(0.01)
    assert line.sent == ["one", "two", "three", "four", "websocket.close"]

    outlet.put("room:1", "five")
    assert line.sent[-2] == "five"


async def test_line_that_ends_while_it_makes_wait_sends_nothing_more() -> None:
    line = Line()
    outlet = line.outlet()
    outlet.put("room:1", "one")
    await asyncio.sleep(0)
    outlet.end()
    await asyncio.sleep(0.01)
    line.open.set()
    await asyncio.sleep(0.01)

    assert (line.sent, line.cuts) == ([], 0)


async def test_line_that_is_broken_is_cut_whether_it_made_wait_or_not() -> None:
    for is_open in (True, False):
        line = Line(error=OSError("gone"))
        if is_open:
            line.open.set()
        outlet = line.outlet()
        outlet.put("room:1", "one")
        await asyncio.sleep(0)
        line.open.set()
        await asyncio.sleep(0.01)

        assert (line.sent, line.cuts) == ([], 1)
