"""Search: by the words that one may read, in any script, and nobody else's."""

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.sharing import selectors
from apps.sharing import services as sharing
from tests.factories.world import NOON
from tests.sharing.conftest import Subject, give

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(subject: Subject, mia: Actor) -> Subject:
    with scope.acting(mia):
        texts = {1: "AUR-7", 2: "AUR-7 shop-example.test", 3: "AUR-7 义乌市 水银面霜 Prato"}
        sharing.index(subject, texts, member_id=mia.member_id, at=NOON)
    return subject


def found(actor: Actor, query: str, *types: str) -> int:
    with scope.acting(actor):
        return len(selectors.search(actor, query, types=types or ("dossier",)))


@pytest.mark.parametrize(
    ("level", "hits"), [(1, [1, 0, 0, 0]), (2, [1, 1, 0, 0]), (3, [1, 1, 1, 1]), (4, [1, 1, 1, 1])]
)
def test_words_are_found_from_the_level_that_reads_them(
    indexed: Subject, mia: Actor, bo: Actor, level: int, hits: list[int]
) -> None:
    give(indexed, mia, bo, level=level)

    assert [found(bo, q) for q in ("AUR-7", "shop-example.test", "水银面霜", "Prato")] == hits


@pytest.mark.parametrize("query", ["水银", "义乌", "面霜", "義烏"])
def test_chinese_is_found_by_part(indexed: Subject, mia: Actor, query: str) -> None:
    assert found(mia, query) == (0 if query == "義烏" else 1)


@pytest.mark.parametrize("query", ["AUR-7", "水银", "Prato", "%", "_", "*"])
def test_stranger_finds_nothing(indexed: Subject, cy: Actor, bo: Actor, query: str) -> None:
    assert found(cy, query) == found(bo, query) == 0


def test_owner_finds_all_words_together_alone(indexed: Subject, mia: Actor) -> None:
    assert found(mia, "Prato 水银") == 1
    assert found(mia, "Prato Milano") == 0


def test_other_kinds_are_left_out(indexed: Subject, mia: Actor) -> None:
    assert found(mia, "Prato", "lead") == 0


@pytest.mark.parametrize("query", ["", "  ", "\x00", "'; --", "9" * 4000, "\u202e"])
def test_odd_query_is_an_empty_answer(indexed: Subject, mia: Actor, query: str) -> None:
    assert found(mia, query) == 0


def test_revoked_ally_finds_nothing(indexed: Subject, mia: Actor, bo: Actor) -> None:
    given = give(indexed, mia, bo)
    with scope.acting(mia):
        sharing.revoke(given, actor=mia, at=NOON, reason="done")

    assert found(bo, "Prato") == 0


def test_words_are_replaced_when_the_text_changes(indexed: Subject, mia: Actor) -> None:
    with scope.acting(mia):
        sharing.index(indexed, {3: "Lisboa"}, member_id=mia.member_id, at=NOON)

    assert found(mia, "Prato") == 0
    assert found(mia, "Lisboa") == 1
