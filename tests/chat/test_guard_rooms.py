"""A socket gets what its person may read now, and nothing else; hostile frames harm nobody."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F
from websockets.exceptions import InvalidStatus

from apps.chat.models import Message, Room
from apps.core import scope, stream
from apps.core.actor import Actor
from apps.core.events import Ref
from apps.core.ids import uuid7
from apps.members.models import User
from apps.sharing import services as sharing
from tests.chat.conftest import Post, share
from tests.chat.live import closed, cookie_of, hear, say, serving, socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port() -> Iterator[int]:
    with serving() as port:
        yield port


@pytest.fixture
def no_recheck(monkeypatch: pytest.MonkeyPatch) -> None:
    """What closes a socket now is the hint, not the look every 5 s."""
    monkeypatch.setattr("apps.core.rounds.RECHECK_IN_SECONDS", 3600)


@pytest.fixture
def no_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.core.stream.revoke", lambda *_args: None)


@pytest.fixture
def quick_recheck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.core.rounds.RECHECK_IN_SECONDS", 0.2)
    monkeypatch.setattr("apps.core.rounds.RESEAT_IN_SECONDS", 0.2)


def end_access(subject: Ref, owner: Actor, ally: Actor) -> None:
    with scope.acting(owner):
        sharing.take_access(subject, viewer_id=ally.member_id)


def test_stranger_and_absent_room_get_the_same_answer(room: Room, port: int, cy: Actor) -> None:
    cookie, absent = cookie_of(cy), uuid7()

    async def ask(room_id: object) -> list[dict[str, Any]]:
        async with socket(port, cookie) as ws:
            await say(ws, type="watch", subject=f"room:{room_id}", after=0)
            first = await hear(ws, "refused")
            await say(ws, type="send", room=room_id, cid="0" * 32, body="let me in")
            second = await hear(ws, "refused")
            await say(ws, type="read", room=room_id, seq=1)
            third = await hear(ws, "refused")
            return [
                {k: v for k, v in frame.items() if k not in {"room", "subject"}}
                for frame in (first, second, third)
            ]

    there, not_there = asyncio.run(ask(room.pk)), asyncio.run(ask(absent))
    assert there == not_there
    assert {frame["code"] for frame in there} == {"not_found"}


def test_nobody_signed_in_is_told_to_sign_in(port: int) -> None:
    async def scene() -> int:
        async with socket(port) as ws:
            return (await closed(ws))[0]

    assert asyncio.run(scene()) == 4401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.test"])
@pytest.mark.parametrize("path", ["/ws/chat/", "/ws/stream/"])
def test_socket_from_another_origin_is_refused(
    port: int, ana: Actor, origin: str, path: str
) -> None:
    cookie = cookie_of(ana)

    async def scene() -> int:
        with pytest.raises(InvalidStatus) as refusal:
            async with socket(port, cookie, origin=origin, path=path):
                pass
        return refusal.value.response.status_code

    assert asyncio.run(scene()) == 403


@pytest.mark.usefixtures("no_recheck")
def test_revoked_ally_is_closed_by_the_hint_and_hears_nothing_more(
    room: Room, port: int, post: Post, ana: Actor, bo: Actor
) -> None:
    cookie = cookie_of(bo)

    async def scene() -> tuple[int, list[dict[str, Any]]]:
        async with socket(port, cookie) as ws:
            await say(ws, type="watch", subject=f"room:{room.pk}", after=0)
            await hear(ws, "watching")
            await asyncio.to_thread(end_access, room.root, ana, bo)
            await asyncio.to_thread(post, ana, "after the end")
            return await closed(ws)

    code, frames = asyncio.run(scene())
    assert code == 4403
    assert frames[-1] == {"type": "revoked", "subject": f"room:{room.pk}"}
    assert "after the end" not in json.dumps(frames)


@pytest.mark.usefixtures("no_recheck")
def test_ally_whose_access_is_lowered_is_closed_at_once_with_a_reason(
    room: Room, port: int, ana: Actor, bo: Actor
) -> None:
    cookie = cookie_of(bo)

    def lower() -> None:
        with scope.acting(ana):
            share(room.root, ana, bo, level=2)

    async def scene() -> tuple[int, str]:
        async with socket(port, cookie) as ws:
            await say(ws, type="watch", subject=f"room:{room.pk}", after=0)
            await hear(ws, "watching")
            await asyncio.to_thread(lower)
            code, _frames = await closed(ws)
            return code, ws.close_reason or ""

    assert asyncio.run(scene()) == (4403, "Your access to this room has ended.")


@pytest.mark.usefixtures("no_recheck", "no_hint")
def test_message_committed_after_the_end_is_kept_from_a_socket_that_was_not_told(
    room: Room, port: int, post: Post, ana: Actor, bo: Actor
) -> None:
    cookie = cookie_of(bo)

    async def scene() -> list[str]:
        async with socket(port, cookie) as ws:
            await say(ws, type="watch", subject=f"room:{room.pk}", after=0)
            await hear(ws, "watching")
            await asyncio.to_thread(post, ana, "before the end")
            await asyncio.to_thread(end_access, room.root, ana, bo)
            await asyncio.to_thread(post, ana, "after the end")
            heard = [await hear(ws, "message")]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.3):
                    heard.append(await hear(ws, "message"))
            return [frame["body"] for frame in heard]

    assert asyncio.run(scene()) == ["before the end"]


@pytest.mark.usefixtures("quick_recheck")
def test_lost_hint_is_made_good_by_the_next_look(
    room: Room, port: int, ana: Actor, bo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = cookie_of(bo)
    monkeypatch.setattr("apps.core.stream.revoke", lambda *_args: None)

    async def scene() -> int:
        async with socket(port, cookie) as ws:
            await say(ws, type="watch", subject=f"room:{room.pk}", after=0)
            await hear(ws, "watching")
            await asyncio.to_thread(end_access, room.root, ana, bo)
            return (await closed(ws))[0]

    assert asyncio.run(scene()) == 4403


@pytest.mark.usefixtures("no_recheck")
def test_sending_asks_again_though_the_socket_is_open(
    room: Room, port: int, ana: Actor, bo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = cookie_of(bo)
    monkeypatch.setattr("apps.core.stream.revoke", lambda *_args: None)

    async def scene() -> dict[str, Any]:
        async with socket(port, cookie) as ws:
            await say(ws, type="watch", subject=f"room:{room.pk}", after=0)
            await hear(ws, "presence")
            await asyncio.to_thread(end_access, room.root, ana, bo)
            await say(ws, type="send", room=room.pk, cid=uuid4(), body="still here?")
            return await hear(ws, "refused")

    assert asyncio.run(scene())["code"] == "not_found"
    with scope.acting(ana):
        assert not Message.objects.exists()


@pytest.mark.usefixtures("quick_recheck")
def test_sign_out_everywhere_closes_open_sockets(room: Room, port: int, ana: Actor) -> None:
    cookie = cookie_of(ana)

    async def scene() -> int:
        async with socket(port, cookie) as ws:
            await hear(ws, "hello")
            await asyncio.to_thread(
                User.objects.filter(pk=ana.user_id).update, session_epoch=F("session_epoch") + 1
            )
            return (await closed(ws))[0]

    assert asyncio.run(scene()) == 4401


HOSTILE = [
    "",
    "nonsense",
    "[]",
    "null",
    "7",
    '"watch"',
    "{}",
    '{"type": 7}',
    '{"type": null}',
    '{"type": ["watch"]}',
    '{"type": "disconnect"}',
    '{"type": "__class__"}',
    '{"type": "watch"}',
    '{"type": "watch", "subject": {"a": 1}}',
    '{"type": "watch", "subject": "room:nope"}',
    '{"type": "watch", "subject": "\\ud800:\\u0000"}',
    '{"type": "unwatch", "subject": [1]}',
    '{"type": "send"}',
    '{"type": "send", "room": {}, "cid": {}, "body": {}}',
    '{"type": "read", "room": [[]], "seq": "x"}',
    '{"type": "typing", "room": 1e400}',
    '{"type": "typing"}',
    '{"a":' * 9000 + "1" + "}" * 9000,
    "[" * 60_000,
    '{"type": "watch", "after": ' + "9" * 5000 + "}",
]


def test_hostile_frames_are_answered_and_the_socket_lives(port: int, ana: Actor) -> None:
    cookie = cookie_of(ana)

    async def scene() -> None:
        async with socket(port, cookie) as ws:
            for frame in HOSTILE:
                await ws.send(frame)
                await say(ws, type="ping")
                await hear(ws, "pong")

    asyncio.run(scene())


def test_hostile_values_in_a_room_of_ones_own_are_refused(
    room: Room, port: int, ana: Actor
) -> None:
    cookie = cookie_of(ana)
    bad: list[dict[str, Any]] = [
        {"cid": 7, "body": "x"},
        {"cid": str(uuid4()), "body": None},
        {"cid": str(uuid4()), "body": "x" * 9000},
        {"cid": str(uuid4()), "body": "x", "reply_to": 2**80},
        {"cid": str(uuid4()), "body": "\ud800"},
    ]

    async def scene() -> list[str]:
        async with socket(port, cookie) as ws:
            codes = []
            for values in bad:
                await say(ws, type="send", room=room.pk, **values)
                codes.append((await hear(ws, "refused"))["code"])
            await say(ws, type="watch", subject=f"room:{room.pk}", after=10**30)
            await hear(ws, "watching")
            await say(ws, type="read", room=room.pk, seq=10**30)
            assert (await hear(ws, "read"))["seq"] == 0
            return codes

    assert asyncio.run(scene()) == ["invalid"] * 5


@pytest.mark.parametrize("size", [66_000, 2_000_000])
def test_oversized_frame_closes_the_socket(port: int, ana: Actor, size: int) -> None:
    cookie = cookie_of(ana)

    async def scene() -> int:
        async with socket(port, cookie) as ws:
            await ws.send('{"type": "' + "x" * size + '"}')
            return (await closed(ws))[0]

    assert asyncio.run(scene()) == 1009


def test_reader_who_stops_reading_is_cut_and_the_others_are_served(
    room: Room, port: int, ana: Actor, bo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.core.outlets.STUCK_IN_SECONDS", 0.5)
    subject = ("room", room.pk)
    hers, his = cookie_of(ana), cookie_of(bo)
    frame = {"type": "typing", "subject": stream.name(subject), "padding": "x" * 60_000}

    async def scene() -> int:
        async with socket(port, hers) as stuck, socket(port, his) as healthy:
            for ws in (stuck, healthy):
                await say(ws, type="watch", subject=stream.name(subject))
                await hear(ws, "watching")
            stuck.transport.pause_reading()
            heard = 0
            while len(sinks(subject)) == 2:
                await asyncio.to_thread(stream.publish, [(subject, frame)])
                await hear(healthy, "typing")
                heard += 1
            stuck.transport.abort()
            return heard

    assert asyncio.run(scene()) > 0


def sinks(subject: Ref) -> set[stream.Sink]:
    """The sockets of this process that are in a subject."""
    found = [hub._sinks.get(stream.name(subject), set()) for hub in stream._hubs.values()]
    return set().union(*found)
