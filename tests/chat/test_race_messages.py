"""Many processes write into one room: threads with connections of their own stand for them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection

from apps.chat import services
from apps.chat.models import Message, Room
from apps.core import scope
from apps.core.actor import Actor
from apps.core.models import Event
from apps.sharing import services as sharing
from tests.factories.world import NOON

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("without_flood_limit"),
]


def at_once(count: int, act: Callable[[int], tuple[int, bool]]) -> list[tuple[int, bool]]:
    """Run the act in that many threads, started together."""
    gate = threading.Barrier(count)

    def run(n: int) -> tuple[int, bool]:
        try:
            gate.wait(20)
            return act(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def write(room: Room, actor: Actor, cid: UUID) -> tuple[int, bool]:
    with scope.acting(actor):
        message, is_repeat = services.post_message(
            room.pk, cid=cid, body=str(cid), actor=actor, at=NOON
        )
    return message.seq, is_repeat


def test_twenty_copies_at_once_are_one_message(room: Room, ana: Actor) -> None:
    cid = uuid4()

    answers = at_once(20, lambda _n: write(room, ana, cid))

    assert sorted(answers) == [(1, False), *[(1, True)] * 19]
    with scope.acting(ana):
        assert Message.objects.count() == Event.objects.filter(subject_type="room").count() == 1


def test_two_members_writing_at_once_leave_no_gap(room: Room, ana: Actor, bo: Actor) -> None:
    def act(n: int) -> tuple[int, bool]:
        for _ in range(4):
            write(room, (ana, bo)[n % 2], uuid4())
        return write(room, (ana, bo)[n % 2], uuid4())

    at_once(12, act)

    with scope.acting(ana):
        seqs = list(Message.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, 61))


def test_end_of_access_waits_for_whoever_is_writing(room: Room, ana: Actor, bo: Actor) -> None:
    """So a message is committed before the end, or does not count him among its readers."""
    ended = threading.Event()

    def end() -> None:
        try:
            with scope.acting(ana):
                sharing.take_access(room.root, viewer_id=bo.member_id)
            ended.set()
        finally:
            connection.close()

    with scope.acting(ana):
        services.post_message(room.pk, cid=uuid4(), body="written", actor=ana, at=NOON)
        ending = threading.Thread(target=end)
        ending.start()
        was_early = ended.wait(0.5)
    ending.join(20)

    assert not was_early
    assert ended.is_set()
