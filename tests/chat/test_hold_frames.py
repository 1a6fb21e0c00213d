"""The socket's queue: closed before the gate has answered, bounded behind it."""

import asyncio
import json
from typing import Any

import pytest

from apps.chat.consumers import ChatConsumer
from apps.core.actor import Actor
from apps.core.consumers import FRAMES_BURST, StreamConsumer
from apps.core.ids import uuid7
from apps.core.outlets import MAX_CHARS, MAX_FRAMES
from apps.core.seats import Seat

ROOM = f"room:{uuid7()}"


class Wire:
    """The other end of a socket that reads when it is let."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.is_reading = asyncio.Event()
        self.closed_with = 0

    async def send(self, message: dict[str, Any]) -> None:
        await self.is_reading.wait()
        if message["type"] == "websocket.close":
            self.closed_with = message["code"]
        else:
            self.heard.append(json.loads(message["text"]))

    async def all(self) -> list[dict[str, Any]]:
        self.is_reading.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return self.heard


def joined(kind: type[StreamConsumer] = ChatConsumer, *, watching: bool = True) -> Any:
    """A socket whose reader has not begun to read."""
    consumer = kind()
    consumer.wire = Wire()
    consumer.outlet.send = consumer.wire.send
    if watching:
        consumer.watched[ROOM] = ("room", uuid7())
    return consumer


async def test_frame_of_a_subject_not_joined_is_dropped() -> None:
    consumer = joined(watching=False)

    consumer.push(ROOM, {"type": "event", "subject": ROOM})

    assert await consumer.wire.all() == []


async def test_frame_is_held_while_the_gate_is_asked() -> None:
    consumer = joined(watching=False)
    consumer.joining[ROOM] = []

    consumer.push(ROOM, {"type": "event", "subject": ROOM})

    assert await consumer.wire.all() == []
    assert len(consumer.joining[ROOM]) == 1


async def test_held_frames_are_bounded() -> None:
    consumer = joined(watching=False)
    consumer.joining[ROOM] = []

    for _ in range(3 * MAX_FRAMES):
        consumer.push(ROOM, {"type": "event", "subject": ROOM})

    assert len(consumer.joining[ROOM]) <= MAX_FRAMES


@pytest.mark.parametrize(("count", "size"), [(10_000, 10), (100, 60_000)])
async def test_slow_reader_costs_bounded_memory_and_is_told(count: int, size: int) -> None:
    consumer = joined()

    for seq in range(count):
        consumer.push(
            ROOM, {"type": "message", "kind": "message", "seq": seq + 1, "body": "x" * size}
        )

    assert len(consumer.outlet) <= MAX_FRAMES
    assert consumer.outlet.chars <= MAX_CHARS
    assert {"type": "resync"} in await consumer.wire.all()


async def test_reader_that_takes_nothing_for_ten_seconds_is_cut() -> None:
    consumer, now = joined(), asyncio.get_running_loop().time()

    consumer.push(ROOM, {"type": "event", "subject": ROOM})

    assert [consumer.is_stuck(now + seconds) for seconds in (9.9, 10.2)] == [False, True]
    await consumer.wire.all()
    assert not consumer.is_stuck(now + 1000)


async def test_socket_that_sends_without_end_is_closed() -> None:
    consumer = joined()

    for _ in range(FRAMES_BURST + 5):
        await consumer.receive('{"type": "ping"}')
    heard = await consumer.wire.all()

    assert consumer.wire.closed_with == 1008
    assert len(heard) <= FRAMES_BURST


async def test_message_that_the_resume_has_sent_is_not_sent_twice() -> None:
    consumer = joined()
    consumer.resumed[ROOM] = 7

    for seq in (6, 7, 8):
        consumer.push(ROOM, {"type": "message", "kind": "message", "seq": seq})

    assert [frame["seq"] for frame in await consumer.wire.all()] == [8]


async def test_notice_is_said_in_the_readers_language() -> None:
    consumer = joined()
    consumer.seat = Seat(Actor.public(), "en")
    notice = {"type": "message", "seq": 1, "kind": "notice", "code": "custody.held"}

    consumer.push(ROOM, {**notice, "params": {"desk": "São Paulo"}, "body": "in another language"})

    said = (await consumer.wire.all())[0]
    assert said["body"] == "Nobody is on duty to take over: São Paulo still holds the case."
    assert said["html"].startswith("<p>")


async def test_frame_that_waited_while_access_ended_is_not_sent() -> None:
    consumer = joined(StreamConsumer)
    consumer.say({"type": "is on the line already"})

    consumer.push(ROOM, {"type": "event", "subject": ROOM})
    consumer.watched.clear()
    consumer.say({"type": "pong"})

    assert [frame["type"] for frame in await consumer.wire.all()][1:] == ["pong"]


async def test_answer_that_is_longer_than_the_queue_waits_for_its_reader() -> None:
    consumer = joined()

    async def answer() -> None:
        for seq in range(3 * MAX_FRAMES):
            await consumer.outlet.offer(ROOM, json.dumps({"seq": seq}))

    asking = asyncio.create_task(answer())
    await asyncio.sleep(0.01)
    assert len(consumer.outlet) <= MAX_FRAMES
    consumer.wire.is_reading.set()
    await asyncio.wait_for(asking, 5)
    await consumer.wire.all()

    assert [frame["seq"] for frame in consumer.wire.heard] == list(range(3 * MAX_FRAMES))
