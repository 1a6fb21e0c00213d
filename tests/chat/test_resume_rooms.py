"""Over real sockets: two senders, a line that is cut, every message once and in order."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from apps.chat.models import Message, Room
from apps.core import scope
from apps.core.actor import Actor
from tests.chat.conftest import Post
from tests.chat.live import PATIENCE, Reader, cookie_of, hear, say, serving, socket

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("without_flood_limit"),
]


@pytest.fixture
def port() -> Iterator[int]:
    with serving() as port:
        yield port


def kept(room: Room, actor: Actor) -> list[tuple[int, str]]:
    with scope.acting(actor):
        return list(Message.objects.filter(room=room).order_by("seq").values_list("seq", "body"))


async def write(port: int, cookie: str, room: Room, name: str, count: int) -> None:
    async with socket(port, cookie) as ws:
        for n in range(count):
            await say(ws, type="send", room=room.pk, cid=uuid4(), body=f"{name} {n}")
            await hear(ws, "ack")


async def read(port: int, cookie: str, reader: Reader, *, until: int, cuts: list[int]) -> None:
    """Read until the end, cutting the line each time the count of a cut is reached."""
    while reader.last < until:
        async with socket(port, cookie) as ws:
            await say(ws, type="watch", subject=f"room:{reader.room_id}", after=reader.last)
            with contextlib.suppress(ConnectionClosed):
                while reader.last < until:
                    frame = json.loads(await ws.recv())
                    if frame["type"] == "message":
                        reader.take(frame)
                    if cuts and reader.last >= cuts[0]:
                        cuts.pop(0)
                        ws.transport.abort()


def test_200_messages_are_shown_once_in_order_though_the_line_is_cut_ten_times(
    room: Room, port: int, ana: Actor, bo: Actor
) -> None:
    reader, cuts = Reader(room.pk), [9, 21, 40, 61, 80, 99, 120, 141, 160, 181]
    hers, his = cookie_of(ana), cookie_of(bo)

    async def scene() -> None:
        async with asyncio.timeout(3 * PATIENCE):
            await asyncio.gather(
                write(port, hers, room, "ana", 100),
                write(port, his, room, "bo", 100),
                read(port, his, reader, until=200, cuts=cuts),
            )

    asyncio.run(scene())
    assert cuts == []
    assert reader.shown == [body for _seq, body in kept(room, ana)]
    assert [seq for seq, _body in kept(room, ana)] == list(range(1, 201))
    for name in ("ana", "bo"):
        mine = [body for body in reader.shown if body.startswith(name)]
        assert mine == [f"{name} {n}" for n in range(100)]


def test_twenty_simultaneous_copies_are_one_message(
    room: Room, port: int, ana: Actor, bo: Actor
) -> None:
    cookie, cids = cookie_of(ana), [uuid4() for _ in range(5)]

    async def copy(times: int) -> list[dict[str, object]]:
        async with socket(port, cookie) as ws:
            for cid in cids * times:
                await say(ws, type="send", room=room.pk, cid=cid, body=f"copy {cid}")
            return [await hear(ws, "ack") for _ in cids * times]

    async def scene() -> list[list[dict[str, object]]]:
        return await asyncio.gather(*[copy(2) for _ in range(10)])

    acks = [ack for answers in asyncio.run(scene()) for ack in answers]
    assert [seq for seq, _body in kept(room, ana)] == [1, 2, 3, 4, 5]
    assert len(acks) == 100
    assert sum(not ack["dup"] for ack in acks) == 5
    assert len({(ack["cid"], ack["seq"]) for ack in acks}) == 5


def test_what_was_missed_comes_before_what_is_new(
    room: Room, port: int, post: Post, ana: Actor, bo: Actor
) -> None:
    for n in range(5):
        post(ana, f"missed {n}")

    async def scene() -> list[int]:
        async with socket(port, cookie_of_bo) as ws:
            await say(ws, type="watch", subject=f"room:{room.pk}", after=2)
            await asyncio.to_thread(post, ana, "new")
            return [(await hear(ws, "message"))["seq"] for _ in range(4)]

    cookie_of_bo = cookie_of(bo)
    assert asyncio.run(scene()) == [3, 4, 5, 6]


def test_too_much_missed_asks_the_reader_to_read_anew(
    room: Room, port: int, post: Post, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.chat.joining.RESUME_LIMIT", 3)
    for _ in range(4):
        post(ana)
    cookie = cookie_of(ana)

    async def scene() -> dict[str, object]:
        async with socket(port, cookie) as ws:
            await say(ws, type="watch", subject=f"room:{room.pk}", after=0)
            return await hear(ws, "reset")

    found = asyncio.run(scene())
    assert (found["subject"], found["head"]) == (f"room:{room.pk}", 4)
