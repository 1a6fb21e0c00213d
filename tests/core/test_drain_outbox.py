"""The outbox: every reader of every event, at least once, and once when all goes well."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection

from apps.core import audit, clock, due, events, outbox, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import AuditLink, Event, Outbox
from apps.members.models import Brand
from tests.core.facts import BellRung, ring, ring_and_take_back
from tests.core.limits import ended_after
from tests.core.parallel import at_once
from tests.faults.processes import wait_until

ACTOR = Actor(member_id=uuid7())


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Counter[object]:
    """How often a reader was told of each event."""
    seen: Counter[object] = Counter()
    monkeypatch.setitem(events._after, BellRung.name, [lambda event: seen.update([event.pk])])
    return seen


def again() -> None:
    Outbox.objects.update(next_at=clock.now() - timedelta(hours=1))
    outbox.drain()


@pytest.mark.django_db
def test_reader_is_told_once(told: Counter[object]) -> None:
    rung = [ring(uuid7(), ACTOR).pk for _time in range(5)]

    again()
    again()

    assert told == Counter(rung)
    assert not Outbox.objects.exists()


@pytest.mark.django_db
def test_event_that_was_rolled_back_is_told_to_nobody(told: Counter[object]) -> None:
    with pytest.raises(LookupError):
        ring_and_take_back(uuid7(), ACTOR)

    again()

    assert not told


@pytest.mark.django_db
def test_reader_that_failed_is_told_again_and_undone_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: list[int] = []

    def falter(event: Event) -> None:
        Brand.objects.create(member_id=event.member_id, name=f"try {len(tries)}")
        tries.append(1)
        if len(tries) < 3:
            raise OSError("the mail server is away")

    monkeypatch.setitem(events._after, BellRung.name, [falter])
    ring(uuid7(), ACTOR)

    for _round in range(4):
        again()

    assert len(tries) == 3
    with scope.acting(ACTOR):
        assert [brand.name for brand in Brand.objects.all()] == ["try 2"]


@pytest.mark.django_db
def test_failing_event_holds_no_other_back(
    told: Counter[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ring(uuid7(), ACTOR), ring(uuid7(), ACTOR)
    reader = events._after[BellRung.name][0]

    def refuse_first(event: Event) -> None:
        if event.pk == first.pk:
            raise ValueError("cannot")
        reader(event)

    monkeypatch.setitem(events._after, BellRung.name, [refuse_first])
    again()

    assert told == Counter([second.pk])
    waiting = Outbox.objects.get()
    assert (waiting.event_id, waiting.attempts) == (first.pk, 1)
    assert "cannot" in waiting.error


@pytest.mark.django_db(transaction=True)
def test_two_drainers_at_once_tell_once(told: Counter[object]) -> None:
    rung = [ring(uuid7(), ACTOR).pk for _time in range(30)]
    Outbox.objects.update(next_at=clock.now() - timedelta(hours=1))

    done = at_once(outbox.drain, outbox.drain, outbox.drain)

    assert sum(done) + outbox.drain() == 30
    assert told == Counter(rung)
    assert AuditLink.objects.count() == 30


@pytest.mark.django_db
def test_reader_works_for_the_events_member(monkeypatch: pytest.MonkeyPatch) -> None:
    who: list[Actor] = []
    monkeypatch.setitem(events._after, BellRung.name, [lambda _event: who.append(scope.current())])
    ring(uuid7(), ACTOR)

    again()

    assert who == [Actor.system(ACTOR.member_id)]


@pytest.mark.django_db
def test_chain_of_what_was_told_verifies(told: Counter[object]) -> None:
    for _time in range(3):
        ring(uuid7(), ACTOR)
    again()

    with scope.acting(ACTOR):
        assert audit.verify(ACTOR.member_id) is None


@pytest.mark.django_db
def test_bug_in_one_reader_silences_nobody_else(
    told: Counter[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ring(uuid7(), ACTOR), ring(uuid7(), ACTOR)
    reader = events._after[BellRung.name][0]

    def stumble(event: Event) -> None:
        if event.pk == first.pk:
            raise AttributeError("a typing mistake")
        reader(event)

    monkeypatch.setitem(events._after, BellRung.name, [stumble])
    again()

    assert told == Counter([second.pk])


@pytest.mark.django_db(transaction=True)
def test_time_limit_of_the_task_is_charged_to_no_event(
    told: Counter[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    rung = [ring(uuid7(), ACTOR).pk for _time in range(2)]
    reader = events._after[BellRung.name][0]

    def sleep(_event: Event) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")

    monkeypatch.setitem(events._after, BellRung.name, [reader, sleep])
    with ended_after(0.5), pytest.raises(SoftTimeLimitExceeded):
        again()
    assert set(Outbox.objects.values_list("attempts", "error")) == {(0, "")}

    told.clear()
    monkeypatch.setitem(events._after, BellRung.name, [reader])
    assert wait_until(lambda: outbox.drain() == 2, patience=10)
    assert told == Counter(rung)


@pytest.mark.django_db
def test_telling_ends_before_the_time_limit_and_goes_on_next_time(
    told: Counter[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    rung = [ring(uuid7(), ACTOR).pk for _time in range(5)]
    reader = events._after[BellRung.name][0]

    def dawdle(event: Event) -> None:
        time.sleep(0.05)
        reader(event)

    monkeypatch.setitem(events._after, BellRung.name, [dawdle])
    monkeypatch.setattr(due, "RUN_IN_SECONDS", 0.01)

    again()
    assert len(told) == 1
    for _ring in range(4):
        outbox.drain()
    assert told == Counter(rung)
