"""Questions that wait are answered together, also after the server has dropped the line."""

import asyncio
from collections.abc import Sequence

import pytest
from django.db import connection

from apps.core import scope
from apps.core.actor import Actor
from apps.core.gathered import Gathered, Overrun
from apps.core.ids import uuid7
from apps.members.models import Brand


def doubled(asked: Sequence[int]) -> list[tuple[int, int]]:
    """Each number twice, and in what company it came."""
    if 13 in asked:
        raise LookupError
    return [(2 * number, len(asked)) for number in asked]


async def test_what_is_asked_during_an_answer_is_answered_at_once() -> None:
    gathered = Gathered(doubled, thread="test", most=4)

    answers = await asyncio.gather(*[gathered.ask(n) for n in range(6)])

    assert [answer for answer, _company in answers] == [0, 2, 4, 6, 8, 10]
    assert [company for _answer, company in answers] == [4, 4, 4, 4, 2, 2]


async def test_failure_is_everybodys_in_the_batch_and_nobodys_after() -> None:
    gathered = Gathered(doubled, thread="test", most=2)

    asked = [gathered.ask(n) for n in (1, 13, 3)]
    answers = await asyncio.gather(*asked, return_exceptions=True)

    assert [type(answer) for answer in answers] == [LookupError, LookupError, tuple]


async def test_more_than_can_be_answered_soon_is_refused() -> None:
    gathered = Gathered(doubled, thread="test", bound=2)

    asked = [gathered.ask(n) for n in range(5)]
    answers = await asyncio.gather(*asked, return_exceptions=True)

    assert [type(answer) for answer in answers].count(Overrun) == 3


def brands(asked: Sequence[Actor]) -> list[tuple[int, int]]:
    found = []
    for actor in asked:
        with scope.acting(actor), connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            found.append((Brand.objects.count(), int(cursor.fetchone()[0])))
    return found


@pytest.mark.django_db(transaction=True)
def test_dropped_line_is_opened_anew_and_nobody_notices() -> None:
    gathered, actor = Gathered(brands, thread="test-database"), Actor(member_id=uuid7())

    def drop(pid: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    async def scene() -> tuple[tuple[int, int], tuple[int, int]]:
        before = await gathered.ask(actor)
        await asyncio.to_thread(drop, before[1])
        return before, await gathered.ask(actor)

    (count, pid), (again, other) = asyncio.run(scene())
    assert count == again == 0
    assert pid != other
