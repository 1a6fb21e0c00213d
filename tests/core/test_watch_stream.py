"""The stream's socket over a real server: hints to those who may, silence to the rest."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from django.db import transaction
from websockets.exceptions import InvalidStatus

from apps.core import scope, stream
from apps.core.actor import Actor
from apps.core.events import Fact, Ref, emit
from apps.core.ids import uuid7
from apps.members import services
from apps.members.models import Member, User
from apps.sharing import services as sharing
from tests.chat.live import closed, cookie_of, hear, say, serving
from tests.chat.live import socket as any_socket
from tests.factories.world import NOON, client_of, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, kw_only=True)
class LampLit(Fact):
    name: ClassVar[str] = "lamp.lit"
    subject_type: ClassVar[str] = "desk"
    feeds: ClassVar[bool] = True

    secret: str = "content that no hint carries"


@pytest.fixture
def port() -> Iterator[int]:
    with serving() as port:
        yield port


@pytest.fixture
def no_recheck(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ends a watch now is what was said, not the look every 5 s."""
    monkeypatch.setattr("apps.core.rounds.RECHECK_IN_SECONDS", 3600)


@pytest.fixture
def desk(ana: Actor, bo: Actor) -> Ref:
    """Something of ana's that bo may read, and cy may not."""
    subject = ("desk", uuid7())
    with scope.acting(ana):
        sharing.own_subject(subject, member_id=ana.member_id, at=NOON)
        sharing.give_access(
            subject, owner_id=ana.member_id, viewer_id=bo.member_id, level=3, at=NOON
        )
    return subject


def socket(port: int, cookie: str = "", **more: Any) -> Any:
    return any_socket(port, cookie, path="/ws/stream/", **more)


def light(desk: Ref, actor: Actor) -> None:
    with scope.acting(actor):
        emit(LampLit(subject_id=desk[1]), actor=actor, at=NOON)


def test_ally_hears_of_each_event_in_order(desk: Ref, port: int, ana: Actor, bo: Actor) -> None:
    cookie = cookie_of(bo)

    async def scene() -> list[dict[str, Any]]:
        async with socket(port, cookie) as ws:
            await hear(ws, "hello")
            await say(ws, type="watch", subject=stream.name(desk), after=None)
            assert (await hear(ws, "watching"))["head"] == 0
            for _time in range(3):
                await asyncio.to_thread(light, desk, ana)
            return [await hear(ws, "event") for _time in range(3)]

    heard = asyncio.run(scene())

    assert [frame["seq"] for frame in heard] == [1, 2, 3]
    assert "content that no hint carries" not in str(heard)


def test_stranger_and_absent_subject_get_the_same_refusal(desk: Ref, port: int, cy: Actor) -> None:
    cookie = cookie_of(cy)
    names = [stream.name(desk), stream.name(("desk", uuid7())), "desk:nonsense", "account:x", 7]

    async def scene() -> list[dict[str, Any]]:
        async with socket(port, cookie) as ws:
            for name in names:
                await say(ws, type="watch", subject=name, after=0)
            return [await hear(ws, "refused") for _name in names]

    assert [frame["code"] for frame in asyncio.run(scene())] == ["not_found"] * len(names)


def test_stranger_hears_nothing_even_if_she_keeps_listening(
    desk: Ref, port: int, ana: Actor, cy: Actor
) -> None:
    cookie, own = cookie_of(cy), stream.name(("member", cy.member_id))

    async def scene() -> dict[str, Any]:
        async with socket(port, cookie) as ws:
            await say(ws, type="watch", subject=stream.name(desk), after=0)
            await hear(ws, "refused")
            await say(ws, type="watch", subject=own, after=0)
            await hear(ws, "watching")
            await asyncio.to_thread(light, desk, ana)
            await asyncio.to_thread(stream.publish, [(("member", cy.member_id), {"type": "event"})])
            return await hear(ws, "event")

    assert "subject" not in asyncio.run(scene())


def test_feed_of_a_member_and_line_of_a_person_are_their_own(
    port: int, ana: Actor, bo: Actor, mia: Actor
) -> None:
    cookie = cookie_of(ana)
    asked = {
        f"member:{ana.member_id}": "watching",
        f"person:{ana.user_id}": "watching",
        f"member:{bo.member_id}": "refused",
        f"person:{mia.user_id}": "refused",
        f"account:{ana.user_id}": "refused",
    }

    async def scene() -> dict[str, str]:
        answers = {}
        async with socket(port, cookie) as ws:
            for name, kind in asked.items():
                await say(ws, type="watch", subject=name, after=0)
                answers[(await hear(ws, kind))["subject"]] = kind
        return answers

    assert asyncio.run(scene()) == asked


def test_feed_of_every_viewer_hears_that_something_is_new(
    desk: Ref, port: int, ana: Actor, bo: Actor
) -> None:
    cookie, feed = cookie_of(bo), f"member:{bo.member_id}"

    async def scene() -> dict[str, Any]:
        async with socket(port, cookie) as ws:
            await say(ws, type="watch", subject=feed, after=0)
            await hear(ws, "watching")
            await asyncio.to_thread(light, desk, ana)
            return await hear(ws, "event")

    heard = asyncio.run(scene())

    assert (heard["subject"], heard["name"], heard["seq"]) == (feed, "lamp.lit", None)


def test_lost_access_is_said_at_once_and_then_there_is_silence(
    desk: Ref, port: int, ana: Actor, bo: Actor, no_recheck: None
) -> None:
    cookie = cookie_of(bo)

    def end() -> None:
        with scope.acting(ana):
            sharing.take_access(desk, viewer_id=bo.member_id)

    async def scene() -> list[str]:
        async with socket(port, cookie) as ws:
            await say(ws, type="watch", subject=stream.name(desk), after=0)
            await hear(ws, "watching")
            await asyncio.to_thread(end)
            assert (await hear(ws, "revoked"))["subject"] == stream.name(desk)
            await asyncio.to_thread(light, desk, ana)
            await say(ws, type="ping")
            return [(await hear(ws, "pong"))["type"]]

    assert asyncio.run(scene()) == ["pong"]


def end_membership(actor: Actor) -> None:
    admin = make_person("Ada Conti", Member.objects.get(pk=actor.member_id), role="admin")
    with scope.binding(admin):
        services.end_membership(actor.user_id, actor=admin, at=NOON)


ENDS = {
    "signing out everywhere": lambda actor: services.sign_out_everywhere(
        User.objects.get(pk=actor.user_id)
    ),
    "the end of the membership": end_membership,
    "the member's suspension": lambda actor: services.suspend_member(
        actor.member_id, by=None, at=NOON
    ),
}


@pytest.mark.parametrize("how", ENDS)
def test_socket_closes_at_once_with(port: int, ana: Actor, no_recheck: None, how: str) -> None:
    cookie = cookie_of(ana)

    def end() -> None:
        with transaction.atomic():
            ENDS[how](ana)

    async def scene() -> int:
        async with socket(port, cookie) as ws:
            await hear(ws, "hello")
            await asyncio.to_thread(end)
            return (await closed(ws))[0]

    assert asyncio.run(scene()) == 4401


def test_sign_out_in_the_browser_closes_its_socket(port: int, ana: Actor, no_recheck: None) -> None:
    browser = client_of(ana)
    cookie = f"sessionid={browser.cookies['sessionid'].value}"

    async def scene() -> int:
        async with socket(port, cookie) as ws:
            await hear(ws, "hello")
            await asyncio.to_thread(browser.post, "/sign-out/")
            return (await closed(ws))[0]

    assert asyncio.run(scene()) == 4401


def test_nobody_signed_in_is_sent_to_the_door(port: int) -> None:
    async def scene() -> int:
        async with socket(port) as ws:
            return (await closed(ws))[0]

    assert asyncio.run(scene()) == 4401


def test_page_of_another_site_gets_no_socket(port: int, ana: Actor) -> None:
    cookie = cookie_of(ana)

    async def scene() -> int:
        try:
            async with socket(port, cookie, origin="https://evil.example"):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    assert asyncio.run(scene()) == 403
