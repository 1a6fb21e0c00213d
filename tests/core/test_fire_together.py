"""A member's rows of one kind: one call where their service takes them together, else one each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError

from apps.core import bulk, clock, due, events, scope
from apps.core.actor import Actor
from apps.core.events import Announced
from apps.core.ids import uuid7
from apps.core.models import Due, Event, Outbox
from apps.core.registries import Together, due_kinds
from apps.members.models import Brand
from tests.core.facts import BellRung
from tests.core.test_fire_due import MEMBER, mark, marked, plan
from tests.factories.world import NOON

HOUR = timedelta(hours=1)
OTHER = uuid7()
ACTOR = Actor(member_id=MEMBER, user_id=uuid7())


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[UUID, list[UUID]]]:
    """What each call of the service was about, and under whose stamp."""
    told: list[tuple[UUID, list[UUID]]] = []

    def mark_all(refs: Sequence[UUID], at: datetime) -> None:
        told.append((scope.current().member_id, list(refs)))
        for ref in refs:
            mark(ref, at)

    monkeypatch.setitem(due_kinds._things, "t.all", Together(mark_all))
    monkeypatch.setitem(due_kinds._things, "t.mark", mark)
    return told


@pytest.mark.django_db
def test_rows_of_one_member_and_kind_are_one_call(calls: list[tuple[UUID, list[UUID]]]) -> None:
    first = plan("t.all", ago=3 * HOUR)
    theirs = uuid7()
    due.plan("t.all", theirs, at=clock.now() - 2 * HOUR, member_id=OTHER)
    alone, last = plan("t.mark", ago=2 * HOUR), plan("t.all")

    assert due.run_batch() == 4

    assert calls == [(MEMBER, [first, last]), (OTHER, [theirs])]
    assert marked() == sorted(map(str, (first, last, alone)))


@pytest.mark.django_db
def test_thing_that_is_due_twice_is_told_once(calls: list[tuple[UUID, list[UUID]]]) -> None:
    ref = plan("t.all", ago=2 * HOUR, token="one")
    due.plan("t.all", ref, at=clock.now() - HOUR, member_id=MEMBER, token="two")

    assert due.run_batch() == 2

    assert calls == [(MEMBER, [ref])]
    assert not due.is_planned(ref, "t.all")


@pytest.mark.django_db
def test_call_takes_no_more_than_it_may(
    calls: list[tuple[UUID, list[UUID]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "TOGETHER", 2)
    refs = [plan("t.all", ago=hours * HOUR) for hours in (3, 2, 1)]

    due.run_batch()

    assert calls == [(MEMBER, refs[:2]), (MEMBER, refs[2:])]


@pytest.mark.django_db
def test_bad_row_spoils_nobody_elses_and_keeps_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    refs = [plan("t.all", ago=hours * HOUR) for hours in (3, 2, 1)]

    def stumble(told: Sequence[UUID], at: datetime) -> None:
        for ref in told:
            mark(ref, at)
            if ref == refs[1]:
                raise LookupError("this one")

    monkeypatch.setitem(due_kinds._things, "t.all", Together(stumble))

    due.run_batch()

    assert marked() == sorted([str(refs[0]), str(refs[2])])
    assert Due.objects.get(ref=refs[1]).error == "LookupError: this one"


@pytest.mark.django_db
def test_row_that_another_group_cancels_is_not_told(
    calls: list[tuple[UUID, list[UUID]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan("t.cancel", ago=3 * HOUR)
    gone, kept = plan("t.all", ago=2 * HOUR), plan("t.all")
    monkeypatch.setitem(due_kinds._things, "t.cancel", lambda _ref, _at: due.cancel_many([gone]))

    due.run_batch()

    assert calls == [(MEMBER, [kept])]
    assert Due.objects.get(ref=gone).state == Due.State.CANCELLED


@pytest.mark.django_db
def test_facts_told_at_once_are_numbered_and_told_in_their_order() -> None:
    bells = [uuid7(), uuid7()]
    told = [Announced(BellRung(subject_id=bells[n % 2], times=n)) for n in range(5)]
    with scope.acting(ACTOR):
        events.emit(BellRung(subject_id=bells[0], times=9), actor=ACTOR, at=NOON)

        made = events.emit_all(told, actor=ACTOR, at=NOON)

    assert [(event.subject_id, event.seq) for event in made] == [
        (bells[0], 2),
        (bells[1], 1),
        (bells[0], 3),
        (bells[1], 2),
        (bells[0], 4),
    ]
    with scope.acting(ACTOR):
        stored = Event.objects.filter(pk__in=[event.pk for event in made]).order_by("pk")
        assert [event.payload["times"] for event in stored] == [0, 1, 2, 3, 4]
        assert [event.seq for event in stored] == [event.seq for event in made]
    assert Outbox.objects.filter(event_id__in=[event.pk for event in made]).count() == 5


@pytest.mark.django_db
def test_rows_that_are_not_the_stamps_own_are_not_passed_over() -> None:
    with scope.acting(ACTOR):
        own = Brand.objects.create(member_id=MEMBER, name="own")
    with scope.acting(Actor.system(OTHER)):
        theirs = Brand.objects.create(member_id=OTHER, name="theirs")
    own.name = theirs.name = "new"

    with pytest.raises(DatabaseError), scope.acting(ACTOR):
        bulk.update([own, theirs], ["name"])

    assert marked() == ["own"]
