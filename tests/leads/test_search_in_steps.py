"""However a search goes about it, it finds the newest of what may be read and has the words."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from apps.core import scope
from apps.core.actor import Actor
from apps.core.models import Access
from apps.leads.models import Lead
from apps.sharing import search_sql
from apps.sharing.models import SearchEntry
from tests.factories.world import NOON
from tests.leads.conftest import Report

pytestmark = pytest.mark.django_db
Share = Callable[..., None]
IBAN = "DE02120300000000202051"
WORDS = (
    ["serum"], ["example"], ["n4"], ["nowhere"], ["example", "serum"], ["bag", "n2", "example"],
    [IBAN.lower()], [IBAN.lower(), "serum"],
)  # fmt: skip
# How many are looked at first, and how many of what others share at most.
STEPS = ((1, 1), (1, 40), (4, 2), (100, 4_000))


def found(words: list[str], most: int, steps: tuple[int, int]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT root_id FROM alliance_search(%s, %s, %s, %s, %s)",
            [words, ["lead"], most, *steps],
        )
        return [row[0] for row in cursor.fetchall()]


def readable(actor: Actor) -> list[tuple[datetime, SearchEntry]]:
    """Row by row, by the access rows, the entries that they reach."""
    levels = {
        row.subject_id: (row.level, row.created_at)
        for row in Access.objects.filter(viewer_id=actor.member_id, subject_type="lead")
        if row.expires_at is None or row.expires_at > NOON
    }
    return [
        (levels[entry.root_id][1], entry)
        for entry in SearchEntry.objects.filter(root_type="lead")
        if entry.root_id in levels and entry.min_level <= levels[entry.root_id][0]
    ]


def expected(
    actor: Actor, words: list[str], entries: list[tuple[datetime, SearchEntry]]
) -> list[UUID]:
    """Those with all the words, the newest first; what is sealed to its owner alone."""
    sealed = {f"!{word}" for word in words}
    hits = {
        (at, entry.root_id)
        for at, entry in entries
        if set(words) <= set(entry.grams)
        or (entry.member_id == actor.member_id and sealed <= set(entry.grams))
    }
    return [lead_id for _at, lead_id in sorted(hits, reverse=True)]


def test_keys_made_in_a_loop_are_those_of_the_formula(ana: Actor) -> None:
    week, place = search_sql._WEEK.format(at="t.at"), "told.week"
    key = search_sql._KEY.format(owner="t.owner", week=place, word="word")
    words = [[], ["serum"], ["serum", "精华", "serum", "n" * 64], [""]]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT alliance_search_keys(t.owner, t.at, t.grams) IS NOT DISTINCT FROM"
            f" (SELECT array_agg({key}) FROM (SELECT {week} AS week OFFSET 0) told,"
            " unnest(t.grams) AS word)"
            " FROM unnest(%s::text[]) AS g (written), LATERAL (SELECT %s::uuid AS owner,"
            " unnest(%s::timestamptz[]) AS at, g.written::text[] AS grams) t",
            [["{" + ",".join(f'"{one}"' for one in some) + "}" for some in words], ana.member_id,
             [NOON, NOON - timedelta(days=9_000), NOON + timedelta(weeks=1)]],
        )  # fmt: skip
        assert [row[0] for row in cursor.fetchall()] == [True] * 3 * len(words)


@pytest.fixture
def leads(ana: Actor, bo: Actor, cy: Actor, report: Report, share: Share) -> list[Lead]:
    """Of three members and of many weeks, some shared at each level, two until yesterday."""
    made = []
    for n in range(8):
        for actor in (ana, bo, cy):
            words = "serum" if n % 2 else "bag"
            more = {"domain": f"{words}-{n}.example"} | ({"bank_account": IBAN} if n < 4 else {})
            made.append(report(actor, f"{words} n{n}", **more))
    for place, lead in enumerate(made):
        owner = next(actor for actor in (ana, bo, cy) if actor.member_id == lead.member_id)
        came_at = NOON - timedelta(days=place * 7 % 24 * 3, minutes=place)
        with scope.acting(owner):
            Access.objects.filter(subject_id=lead.pk).update(created_at=came_at)
            SearchEntry.objects.filter(root_id=lead.pk).update(came_at=came_at)
        if owner is bo and place % 3 == 1:
            share(lead, owner=bo, ally=ana, level=1 + place // 3 % 4)
        with scope.acting(owner):
            shared = Access.objects.filter(subject_id=lead.pk, viewer_id=ana.member_id)
            shared.update(created_at=came_at + timedelta(hours=1))
    yesterday = NOON - timedelta(days=1)
    with scope.acting(bo):
        ended = Access.objects.filter(subject_id=made[4].pk, viewer_id=ana.member_id)
        ended.update(expires_at=yesterday, level=4)
    with scope.acting(ana):
        Access.objects.filter(subject_id=made[0].pk).update(expires_at=yesterday)
    return made


def test_steps_find_what_row_by_row_is_found(
    leads: list[Lead], ana: Actor, bo: Actor, cy: Actor
) -> None:
    wrong: dict[tuple[Any, ...], Any] = {}
    answered = 0
    for actor in (ana, bo, cy):
        with scope.acting(actor):
            entries = readable(actor)
            for words, most, steps in product(WORDS, (2, 50), STEPS):
                wanted = expected(actor, words, entries)[:most]
                answered += bool(wanted)
                if (got := found(words, most, steps)) != wanted:
                    wrong[actor.member_id, *words, most, steps] = (got, wanted)

    assert wrong == {}
    assert answered > 2 * len(WORDS) * 2 * len(STEPS)


def test_word_of_an_owner_is_no_word_of_a_search(as_ana: Any, ana: Actor, report: Report) -> None:
    report(ana, "serum")

    for query in (f"@{ana.member_id}", str(ana.member_id)):
        assert as_ana.get("/api/v1/search/", {"q": query}).json() == []
