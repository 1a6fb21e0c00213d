"""A room over two real web processes while Redis, PostgreSQL, a process and readers fail."""

import asyncio
import contextlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from websockets.asyncio.client import ClientConnection

from apps.chat import services
from apps.chat.models import Message, Room
from apps.core import scope, stream
from apps.core.actor import Actor
from apps.core.gathered import Gathered
from apps.core.ids import uuid7
from apps.core.models import Head
from apps.sharing import services as sharing
from tests.chat.conftest import share
from tests.chat.live import Reader, cookie_of, hear, say, socket
from tests.factories.world import NOON
from tests.faults.processes import free_port
from tests.faults.talking import Person, Web, webs
from tests.faults.workers import Redis, crash_postgres

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def room(ana: Actor, bo: Actor, cy: Actor) -> Room:
    """About a case of ana's that is open to bo and, for now, to cy."""
    subject = ("investigation", uuid7())
    with scope.acting(ana):
        sharing.own_subject(subject, member_id=ana.member_id, at=NOON)
        opened = services.open_room(subject, member_id=ana.member_id, actor=ana, at=NOON)
        for ally in (bo, cy):
            share(subject, ana, ally)
    return opened


@pytest.fixture
def cast(ana: Actor, cy: Actor) -> tuple[Actor, Actor]:
    return ana, cy


@pytest.fixture
def cookies(ana: Actor, bo: Actor, cy: Actor) -> dict[str, str]:
    return {"ana": cookie_of(ana), "bo": cookie_of(bo), "cy": cookie_of(cy)}


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with tempfile.TemporaryDirectory(prefix="al-") as directory:
        server = Redis(Path(directory))
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="module")
def two_webs(redis: Redis, django_db_setup: None) -> Iterator[tuple[Web, Web]]:
    one, two = (Web(free_port(), **redis.environment) for _ in range(2))
    with webs(one, two):
        yield one, two


def kept(room: Room, actor: Actor) -> list[str]:
    with scope.acting(actor):
        rows = Message.objects.filter(room=room).order_by("seq").values_list("seq", "body")
        assert [seq for seq, _body in rows] == list(range(1, len(rows) + 1))
        return [body for _seq, body in rows]


def end_access(room: Room, owner: Actor, ally: Actor) -> int:
    """The number of the last message that was committed before the access ended."""
    with scope.acting(owner):
        sharing.take_access(room.root, viewer_id=ally.member_id)
        return Head.objects.select_for_update().get(subject_type="room", subject_id=room.pk).seq


async def until(is_true: Callable[[], bool], patience: float = 60) -> None:
    async with asyncio.timeout(patience):
        while not is_true():  # noqa: ASYNC110 - people live in tasks and processes of their own
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def never_reading(web: Web, cookie: str, room: Room):
    """Somebody who joins and takes nothing from the line ever after."""
    async with socket(web.port, cookie) as ws:
        await say(ws, type="watch", subject=f"room:{room.pk}")
        await hear(ws, "watching")
        ws.transport.pause_reading()
        yield ws
        ws.transport.abort()


async def cut_in_the_middle(ws: ClientConnection, room: Room) -> None:
    """Ten messages, and the line is gone before any answer."""
    for n in range(10):
        await say(ws, type="send", room=room.pk, cid=uuid4(), body=f"cut {n}")
    ws.transport.abort()


def test_every_message_reaches_every_reader_once_in_order_whatever_fails(
    room: Room,
    redis: Redis,
    two_webs: tuple[Web, Web],
    cookies: dict[str, str],
    cast: tuple[Actor, Actor],
) -> None:
    (one, two), (ana, cy) = two_webs, cast
    people = [
        Person(web, cookies[name], Reader(room.pk))
        for name, web in (("ana", one), ("bo", two), ("ana", two), ("bo", one))
    ]
    leaving = [Person(web, cookies["cy"], Reader(room.pk)) for web in two_webs]
    written = []

    def talk(name: str, count: int = 25) -> None:
        for n in range(count):
            for who, person in enumerate(people[:2]):
                person.write(f"{name} {who} {n}")
                written.append(f"{name} {who} {n}")

    def all_is_said() -> bool:
        return not any(person.outbox for person in people)

    async def scene() -> int:
        staying = [asyncio.create_task(p.stay()) for p in [*people, *leaving]]
        async with never_reading(one, cookies["bo"], room):
            talk("first")
            await until(all_is_said)
            talk("without Redis")
            await asyncio.to_thread(redis.die)
            await until(all_is_said)
            await asyncio.to_thread(redis.start)
            talk("over a restart of PostgreSQL")
            await asyncio.to_thread(crash_postgres)
            await until(all_is_said)
            async with socket(two.port, cookies["ana"]) as ws:
                await cut_in_the_middle(ws, room)
            talk("while access ends")
            last = await asyncio.to_thread(end_access, room, ana, cy)
            await until(lambda: all(person.ended for person in leaving))
            talk("without one process")
            await asyncio.to_thread(one.die)
            await asyncio.sleep(0.3)
            # In this thread: a process ends with the thread that started it.
            one.start()
            await until(all_is_said)
            count = await asyncio.to_thread(lambda: len(kept(room, ana)))
            await until(lambda: all(person.reader.last == count for person in people))
        for task in staying:
            task.cancel()
        return last

    last = asyncio.run(scene())
    connection.close()
    stored = kept(room, ana)

    assert all(person.reader.shown == stored for person in people)
    assert Counter(body for body in stored if not body.startswith("cut")) == Counter(written)
    for who in range(2):
        mine = [body for body in written if body.split()[-2] == str(who)]
        assert [body for body in stored if body in set(mine)] == mine
    for person in leaving:
        assert person.reader.shown == stored[: person.reader.last]
        assert person.reader.last <= last
        assert not person.reader.early.keys() - range(1, last + 1)


def test_kept_connection_is_opened_anew_after_a_crash_of_postgresql(
    ana: Actor,
) -> None:
    def rooms(asked: Sequence[Actor]) -> list[int]:
        with scope.acting(asked[0]):
            return [Room.objects.count()] * len(asked)

    kept_open = Gathered(rooms, thread="test-crash")

    async def scene() -> list[int]:
        before = await kept_open.ask(ana)
        await asyncio.to_thread(crash_postgres)
        return [before, await kept_open.ask(ana)]

    before, after = asyncio.run(scene())
    connection.close()

    assert before == after


def test_fifty_ids_twenty_times_at_once_over_two_processes_are_fifty_messages(
    room: Room,
    two_webs: tuple[Web, Web],
    cookies: dict[str, str],
    ana: Actor,
) -> None:
    cookie, cids = cookies["ana"], [uuid4() for _ in range(50)]

    async def copy(web: Web) -> list[dict[str, object]]:
        async with socket(web.port, cookie) as ws:
            for cid in cids * 2:
                await say(ws, type="send", room=room.pk, cid=cid, body=f"copy {cid}")
            return [await hear(ws, "ack") for _ in cids * 2]

    async def scene() -> list[list[dict[str, object]]]:
        return await asyncio.gather(*[copy(two_webs[n % 2]) for n in range(10)])

    acks = [ack for answers in asyncio.run(scene()) for ack in answers]

    assert len(kept(room, ana)) == 50
    assert len(acks) == 1_000
    assert sum(not ack["dup"] for ack in acks) == 50
    assert len({(ack["cid"], ack["seq"]) for ack in acks}) == 50


def test_reader_that_never_reads_is_cut_and_its_line_is_closed(
    room: Room, redis: Redis, two_webs: tuple[Web, Web], cookies: dict[str, str]
) -> None:
    web, line = two_webs[0], stream.PREFIX + f"room:{room.pk}"
    frame = json.dumps({"type": "typing", "subject": f"room:{room.pk}", "padding": "x" * 60_000})

    async def scene() -> None:
        async with socket(web.port, cookies["ana"]) as healthy:
            await say(healthy, type="watch", subject=f"room:{room.pk}")
            await hear(healthy, "watching")
            async with never_reading(web, cookies["bo"], room):
                before = web.lines()
                async with asyncio.timeout(40):
                    while web.lines() >= before:
                        redis.client(0).publish(line, frame)
                        await hear(healthy, "typing")

    asyncio.run(scene())
