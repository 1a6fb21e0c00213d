"""However a search goes about it, it finds the newest of what may be read and has the words."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from apps.core import scope
from apps.core.actor import Actor
from apps.core.models import Access
from apps.leads.models import Lead
from apps.sharing.models import SearchEntry
from tests.factories.world import NOON
from tests.leads.conftest import Report

pytestmark = pytest.mark.django_db
Share = Callable[..., None]


def found(actor: Actor, word: str, most: int, first: int) -> list[UUID]:
    with scope.acting(actor), connection.cursor() as cursor:
        cursor.execute(
            "SELECT root_id FROM alliance_search_type(%s, 'lead', %s, %s)", [[word], most, first]
        )
        return [row[0] for row in cursor.fetchall()]


def expected(actor: Actor, word: str, most: int) -> list[UUID]:
    """Row by row, by the access rows and the entries that they reach."""
    with scope.acting(actor):
        levels = {
            row.subject_id: (row.level, row.created_at)
            for row in Access.objects.filter(viewer_id=actor.member_id, subject_type="lead")
            if row.expires_at is None or row.expires_at > NOON
        }
        hits = {
            (levels[entry.root_id][1], entry.root_id)
            for entry in SearchEntry.objects.filter(root_type="lead")
            if word in entry.grams
            and entry.root_id in levels
            and entry.min_level <= levels[entry.root_id][0]
        }
    return [lead_id for _at, lead_id in sorted(hits, reverse=True)][:most]


@pytest.fixture
def leads(ana: Actor, bo: Actor, cy: Actor, report: Report, share: Share) -> list[Lead]:
    """Of three members, some shared with ana at each level, one only until yesterday."""
    made = []
    for n in range(8):
        for actor in (ana, bo, cy):
            words = "serum" if n % 2 else "bag"
            made.append(report(actor, f"{words} n{n}", domain=f"{words}-{n}.example"))
    for place, lead in enumerate(made):
        owner = next(actor for actor in (ana, bo, cy) if actor.member_id == lead.member_id)
        with scope.acting(owner):
            moved = Access.objects.filter(subject_id=lead.pk)
            moved.update(created_at=NOON + timedelta(minutes=place * 7 % 24))
        if owner is bo and place % 3 == 1:
            share(lead, owner=bo, ally=ana, level=1 + place // 3 % 4)
    with scope.acting(bo):
        Access.objects.filter(subject_id=made[4].pk, viewer_id=ana.member_id).update(
            expires_at=NOON - timedelta(days=1), level=4
        )
    return made


def test_steps_find_what_row_by_row_is_found(
    leads: list[Lead], ana: Actor, bo: Actor, cy: Actor
) -> None:
    wrong: dict[tuple[Any, ...], Any] = {}
    words = ("serum", "bag", "example", "n3", "n4", "nowhere")
    for actor, word, most in product((ana, bo, cy), words, (1, 3, 50)):
        wanted = expected(actor, word, most)
        for first in (1, 2, 4, 2_000):
            if (got := found(actor, word, most, first)) != wanted:
                wrong[actor.member_id, word, most, first] = (got, wanted)

    assert wrong == {}
    assert expected(ana, "serum", 50)


def test_word_of_an_owner_is_no_word_of_a_search(as_ana: Any, ana: Actor, report: Report) -> None:
    report(ana, "serum")

    for query in (f"@{ana.member_id}", str(ana.member_id)):
        assert as_ana.get("/api/v1/search/", {"q": query}).json() == []
