"""What a batch remembers: for one stamp, until something shared changes, never after the batch."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest

from apps.core import clock, due, memo, scope
from apps.core.actor import Actor
from apps.core.events import Fact, emit
from apps.core.ids import uuid7
from apps.core.registries import due_kinds
from tests.factories.world import NOON


@dataclass(frozen=True, kw_only=True)
class _Counted(Fact):
    name: ClassVar[str] = "counted"
    subject_type: ClassVar[str] = "thing"


@dataclass(frozen=True, kw_only=True)
class _CountedAlone(_Counted):
    is_of_one_case: ClassVar[bool] = True


class _Reader:
    """Answers with how often it was asked."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self) -> int:
        self.reads += 1
        return self.reads


def test_nothing_is_remembered_outside_a_batch() -> None:
    reader = _Reader()
    assert [memo.of("key", reader.read), memo.of("key", reader.read)] == [1, 2]


def test_what_is_remembered_is_read_once_and_ends_with_its_stretch() -> None:
    reader = _Reader()
    with memo.remembering():
        assert [memo.of("key", reader.read), memo.of("key", reader.read)] == [1, 1]
        assert memo.of("other key", reader.read) == 2
    with memo.remembering():
        assert memo.of("key", reader.read) == 3


def test_another_stamp_reads_for_itself() -> None:
    reader = _Reader()
    with memo.remembering():
        with scope.binding(Actor.system(uuid7())):
            assert memo.of("key", reader.read) == 1
        with scope.binding(Actor.system(uuid7())):
            assert memo.of("key", reader.read) == 2


@pytest.mark.parametrize(("fact", "reads"), [(_Counted, 2), (_CountedAlone, 1)])
def test_an_announcement_ends_it_unless_it_is_of_one_case(
    ana: Actor, fact: type[Fact], reads: int
) -> None:
    reader = _Reader()
    with scope.acting(ana), memo.remembering():
        memo.of("key", reader.read)
        emit(fact(subject_id=uuid7()), actor=ana, at=NOON)
        assert memo.of("key", reader.read) == reads


def test_what_was_read_of_undone_work_is_forgotten(ana: Actor) -> None:
    reader = _Reader()

    def read_and_fail() -> None:
        with due.alone():
            memo.of("key", reader.read)
            raise ZeroDivisionError

    with scope.acting(ana), memo.remembering():
        with pytest.raises(ZeroDivisionError):
            read_and_fail()
        assert memo.of("key", reader.read) == 2


def test_a_batch_reads_once_for_each_app_and_the_next_batch_again(
    ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, found = _Reader(), []

    def read(_ref: UUID, _at: datetime) -> None:
        found.append(memo.of("key", reader.read))

    for kind in ("here.first", "here.second", "there.third"):
        monkeypatch.setitem(due_kinds._things, kind, read)
    at = clock.now()
    for kinds in (("here.first", "here.second", "there.third"), ("here.first",)):
        for place, kind in enumerate(kinds):
            due_at = at - timedelta(seconds=10 - place)
            due.plan(kind, uuid7(), at=due_at, member_id=ana.member_id)
        due.run_batch()
    assert found == [1, 1, 2, 3]
