"""Events: a sequence without gaps or repeats for each subject, whoever writes."""

import pytest
from django.db import connection, transaction

from apps.core import events, scope, stream
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import Event, Outbox
from tests.core.facts import BellRung, ring, ring_and_take_back
from tests.core.parallel import at_once
from tests.factories.world import NOON

ACTOR = Actor(member_id=uuid7(), user_id=uuid7())


def numbers(bell: object) -> list[int]:
    with scope.acting(ACTOR):
        found = Event.objects.filter(subject_id=bell).order_by("seq")
        return list(found.values_list("seq", flat=True))


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_no_gap() -> None:
    bell = uuid7()

    at_once(*[lambda: [ring(bell, ACTOR) for _time in range(10)]] * 4)

    assert numbers(bell) == list(range(1, 41))


@pytest.mark.django_db(transaction=True)
def test_writers_who_give_up_leave_no_gap() -> None:
    bell = uuid7()

    def give_up_often() -> None:
        for time in range(10):
            try:
                with transaction.atomic():
                    ring(bell, ACTOR)
                    if time % 2:
                        raise LookupError
            except LookupError:
                continue

    at_once(give_up_often, give_up_often, lambda: [ring(bell, ACTOR) for _time in range(10)])

    assert numbers(bell) == list(range(1, 21))


@pytest.mark.django_db(transaction=True)
def test_blocks_and_single_numbers_do_not_overlap() -> None:
    subject = ("bell", uuid7())

    def take(count: int) -> int:
        with transaction.atomic():
            return events.next_seq(subject, count)

    last = at_once(lambda: take(100), lambda: take(1), lambda: take(10))

    assert max(last) == 111


@pytest.mark.django_db
def test_subjects_are_numbered_apart() -> None:
    one, other = uuid7(), uuid7()

    assert [ring(one, ACTOR).seq, ring(other, ACTOR).seq, ring(one, ACTOR).seq] == [1, 1, 2]


@pytest.mark.django_db
def test_event_keeps_who_when_and_what() -> None:
    event = ring(uuid7(), ACTOR, times=3)

    assert (event.actor_user_id, event.actor_member_id) == (ACTOR.user_id, ACTOR.member_id)
    assert (event.occurred_at, event.payload) == (NOON, {"times": 3})
    assert Outbox.objects.filter(event_id=event.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_hint_is_sent_after_commit_only(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    monkeypatch.setattr(stream, "publish", sent.extend)
    bell = uuid7()

    with scope.acting(ACTOR):
        events.emit(BellRung(subject_id=bell), actor=ACTOR, at=NOON)
        assert sent == []
    with pytest.raises(LookupError):
        ring_and_take_back(bell, ACTOR)

    assert [subject for subject, _hint in sent] == [("bell", bell)]


@pytest.mark.django_db
def test_hint_carries_no_content(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[object, dict[str, object]]] = []
    monkeypatch.setattr(stream, "publish", sent.extend)
    with_commit = connection.run_on_commit

    ring(uuid7(), ACTOR, times=77)
    for _sids, run, _robust in with_commit:
        run()

    assert set(sent[0][1]) == {"type", "id", "name", "subject", "seq", "occurred_at"}
