"""Who is in the room now, with zone and duty, once each."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from apps.chat.models import Room
from apps.core.actor import Actor
from tests.chat.live import cookie_of, hear, say, serving, socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_quick_succession(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.chat.presence.APART_IN_SECONDS", 0.1)
    monkeypatch.setattr("apps.chat.presence.COALESCE_IN_SECONDS", 0.05)


@pytest.fixture
def port() -> Iterator[int]:
    with serving() as port:
        yield port


async def names(ws: Any, wanted: list[str]) -> list[dict[str, Any]]:
    """The people, as soon as they are those."""
    while True:
        people: list[dict[str, Any]] = (await hear(ws, "presence"))["people"]
        if [person["name"] for person in people] == wanted:
            return people


def test_people_come_and_go(room: Room, port: int, ana: Actor, bo: Actor) -> None:
    hers, his = cookie_of(ana), cookie_of(bo)

    async def scene() -> list[dict[str, Any]]:
        async with socket(port, hers) as one, socket(port, hers) as other_window:
            for ws in (one, other_window):
                await say(ws, type="watch", subject=f"room:{room.pk}")
            async with socket(port, his) as ws:
                await say(ws, type="watch", subject=f"room:{room.pk}")
                both = await names(one, ["Ana Lin", "Bo Duarte"])
            await names(one, ["Ana Lin"])
            return both

    ana_there, bo_there = asyncio.run(scene())
    assert ana_there["zone"] == "Asia/Shanghai"
    assert (bo_there["member"], bo_there["zone"]) == ("Solmara", "America/Sao_Paulo")
    assert ana_there["on_duty"] is False


def test_typing_is_told_once_in_three_seconds_and_only_from_inside(
    room: Room, port: int, ana: Actor, bo: Actor, cy: Actor
) -> None:
    cookies = [cookie_of(actor) for actor in (ana, bo, cy)]

    async def scene() -> dict[str, Any]:
        async with (
            socket(port, cookies[0]) as one,
            socket(port, cookies[1]) as two,
            socket(port, cookies[2]) as outsider,
        ):
            await say(one, type="watch", subject=f"room:{room.pk}")
            await hear(one, "watching")
            await say(two, type="watch", subject=f"room:{room.pk}")
            await hear(two, "watching")
            await say(outsider, type="typing", room=room.pk)
            await say(outsider, type="ping")
            await hear(outsider, "pong")
            await say(two, type="typing", room=room.pk)
            return await hear(one, "typing")

    assert asyncio.run(scene())["person"]["name"] == "Bo Duarte"
