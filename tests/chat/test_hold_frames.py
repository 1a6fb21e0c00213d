"""The socket's queue: closed before the gate has answered, bounded behind it."""

import asyncio
import json
from typing import Any

import pytest

from apps.chat.consumers import ChatConsumer
from apps.core.consumers import MAX_QUEUE, MAX_QUEUE_CHARS, StreamConsumer
from apps.core.ids import uuid7

ROOM = f"room:{uuid7()}"


def waiting(consumer: StreamConsumer) -> list[dict[str, Any]]:
    frames = []
    while not consumer.queue.empty():
        frames.append(json.loads(consumer.queue.get_nowait()[1]))
    return frames


@pytest.fixture
def consumer() -> ChatConsumer:
    return ChatConsumer()


async def test_frame_of_a_subject_not_joined_is_dropped(consumer: ChatConsumer) -> None:
    consumer.push(ROOM, {"type": "event", "subject": ROOM})

    assert waiting(consumer) == []


async def test_frame_is_held_while_the_gate_is_asked(consumer: ChatConsumer) -> None:
    consumer.joining[ROOM] = []

    consumer.push(ROOM, {"type": "event", "subject": ROOM})

    assert waiting(consumer) == []
    assert len(consumer.joining[ROOM]) == 1


async def test_held_frames_are_bounded(consumer: ChatConsumer) -> None:
    consumer.joining[ROOM] = []

    for _ in range(3 * MAX_QUEUE):
        consumer.push(ROOM, {"type": "event", "subject": ROOM})

    assert len(consumer.joining[ROOM]) <= MAX_QUEUE


@pytest.mark.parametrize(("count", "size"), [(10_000, 10), (100, 60_000)])
async def test_slow_reader_costs_bounded_memory_and_is_told(
    consumer: ChatConsumer, count: int, size: int
) -> None:
    consumer.watched[ROOM] = ("room", uuid7())

    for seq in range(count):
        consumer.push(ROOM, {"type": "message", "seq": seq + 1, "body": "x" * size})

    assert consumer.queue.qsize() <= MAX_QUEUE
    assert consumer.queued_chars <= MAX_QUEUE_CHARS
    assert {"type": "resync"} in waiting(consumer)


async def test_message_that_the_resume_has_sent_is_not_sent_twice(consumer: ChatConsumer) -> None:
    consumer.watched[ROOM] = ("room", uuid7())
    consumer.resumed[ROOM] = 7

    for seq in (6, 7, 8):
        consumer.push(ROOM, {"type": "message", "seq": seq})

    assert [frame["seq"] for frame in waiting(consumer)] == [8]


async def test_notice_is_said_in_the_readers_language(consumer: ChatConsumer) -> None:
    consumer.watched[ROOM] = ("room", uuid7())
    notice = {"type": "message", "seq": 1, "kind": "notice", "code": "custody.held"}

    consumer.push(ROOM, {**notice, "params": {"desk": "São Paulo"}, "body": "in another language"})

    said = waiting(consumer)[0]
    assert said["body"] == "Nobody is on duty to take over: São Paulo still holds the case."
    assert said["html"].startswith("<p>")


async def test_frame_that_waited_while_access_ended_is_not_sent() -> None:
    sent: list[str] = []
    stream = StreamConsumer()
    stream.watched[ROOM] = ("room", uuid7())

    async def send(text_data: str) -> None:
        sent.append(json.loads(text_data)["type"])

    stream.send = send
    stream.push(ROOM, {"type": "event", "subject": ROOM})
    stream.watched.clear()
    stream.say({"type": "pong"})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(stream._write(), 0.05)

    assert sent == ["pong"]
