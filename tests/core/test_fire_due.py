"""Due work: once each, whoever claims it; one bad row fails alone."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from redis import RedisError

from apps.core import clock, due, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import Due
from apps.core.registries import due_kinds
from apps.members.models import Brand, Membership
from tests.core.limits import ended_after
from tests.core.parallel import at_once
from tests.faults.processes import wait_until

MEMBER = uuid7()
LONG_AGO = timedelta(hours=1)


def mark(ref: UUID, at: datetime) -> None:
    """The work of these tests: a row of the member's."""
    Brand.objects.create(member_id=scope.current().member_id, name=str(ref))


def fail(ref: UUID, at: datetime) -> None:
    mark(ref, at)
    raise LookupError("no such thing")


def break_transaction(ref: UUID, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


def sleep(ref: UUID, at: datetime) -> None:
    mark(ref, at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(20)")


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    works = {"t.mark": mark, "t.fail": fail, "t.break": break_transaction, "t.sleep": sleep}
    for name, service in works.items():
        monkeypatch.setitem(due_kinds._things, name, service)


def plan(kind: str = "t.mark", *, ago: timedelta = LONG_AGO, **more: str) -> UUID:
    ref = uuid7()
    due.plan(kind, ref, at=clock.now() - ago, member_id=MEMBER, **more)
    return ref


def marked() -> list[str]:
    with scope.acting(Actor.system(MEMBER)):
        return sorted(Brand.objects.values_list("name", flat=True))


@pytest.mark.django_db(transaction=True)
def test_two_workers_fire_each_row_once() -> None:
    refs = [plan() for _row in range(60)]

    fired = at_once(due.run, due.run)

    assert sum(fired) == 60
    assert marked() == sorted(map(str, refs))


@pytest.mark.django_db
@pytest.mark.parametrize("bad", ["t.fail", "t.break", "t.unknown"])
def test_bad_row_fails_alone_and_keeps_its_error(bad: str) -> None:
    first, broken, last = plan(), plan(bad), plan()

    due.run(limit=3)

    assert marked() == sorted([str(first), str(last)])
    row = Due.objects.get(ref=broken)
    assert (row.state, row.attempts) == (Due.State.PLANNED, 1)
    assert row.error
    assert row.due_at > clock.now()


@pytest.mark.django_db
def test_row_that_always_fails_is_given_up() -> None:
    ref = plan("t.fail")

    for _try in range(due.MAX_ATTEMPTS):
        Due.objects.filter(ref=ref).update(due_at=clock.now() - LONG_AGO)
        due.run()

    assert Due.objects.get(ref=ref).state == Due.State.FAILED


@pytest.mark.django_db
def test_row_waits_for_its_instant() -> None:
    ref = plan(ago=-LONG_AGO)

    assert due.run() == 0
    assert due.is_planned(ref, "t.mark")


@pytest.mark.django_db
def test_cancelled_row_is_not_fired() -> None:
    ref = plan()

    assert due.cancel(ref, kinds=["t.mark"]) == 1
    due.run()

    assert marked() == []


@pytest.mark.django_db
def test_same_token_is_planned_once() -> None:
    plan(token="once")
    plan(token="once")

    due.run()

    assert len(marked()) == 1


@pytest.mark.django_db
def test_work_is_done_as_its_own_member_and_no_other() -> None:
    plan()
    due.run()

    with scope.acting(Actor.system(uuid7())):
        assert not Brand.objects.exists()
    with pytest.raises(scope.NoActorBound):
        scope.current()


@pytest.mark.django_db
def test_lateness_is_that_of_the_oldest_row() -> None:
    assert due.lateness() == timedelta(0)

    plan(ago=timedelta(hours=2))
    plan(ago=timedelta(minutes=1))

    assert timedelta(hours=2) <= due.lateness() < timedelta(hours=3)


@pytest.mark.django_db(transaction=True)
def test_worker_that_dies_in_the_middle_leaves_everything_to_the_next() -> None:
    class Killed(BaseException):
        """What no handler may catch."""

    def die(ref: UUID, at: datetime) -> None:
        mark(ref, at)
        raise Killed

    refs = [plan(), plan("t.die"), plan()]
    due_kinds._things["t.die"] = die
    with pytest.raises(Killed):
        due.run()
    assert marked() == []

    due_kinds._things["t.die"] = mark
    due.run()

    del due_kinds._things["t.die"]
    assert marked() == sorted(map(str, refs))


@pytest.mark.django_db
@pytest.mark.parametrize("bug", [AttributeError, AssertionError, RuntimeError, RedisError])
def test_bug_in_one_service_stops_nobody_elses_work(
    bug: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(ref: UUID, at: datetime) -> None:
        raise bug

    monkeypatch.setitem(due_kinds._things, "t.bug", stumble)
    first, broken, last = plan(), plan("t.bug"), plan()

    due.run(limit=3)

    assert marked() == sorted([str(first), str(last)])
    assert bug.__name__ in Due.objects.get(ref=broken).error


@pytest.mark.django_db(transaction=True)
def test_row_that_breaks_a_deferred_constraint_fails_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def orphan(ref: UUID, at: datetime) -> None:
        Membership.objects.create(member_id=uuid7(), user_id=uuid7(), joined_at=at)

    monkeypatch.setitem(due_kinds._things, "t.orphan", orphan)
    good, _broken = plan(), plan("t.orphan")

    due.run(limit=2)

    assert marked() == [str(good)]


@pytest.mark.django_db
def test_row_cancelled_by_one_before_it_is_not_fired(monkeypatch: pytest.MonkeyPatch) -> None:
    later = plan(ago=timedelta(minutes=1))
    monkeypatch.setitem(due_kinds._things, "t.cancel", lambda _ref, _at: due.cancel(later))
    plan("t.cancel")

    due.run()

    assert marked() == []
    assert Due.objects.get(ref=later).state == Due.State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_cancelling_never_waits_for_a_worker() -> None:
    """The worker's service waits for what the caller has locked: waiting back is a deadlock."""
    ref = plan()
    with transaction.atomic():
        list(Due.objects.select_for_update().filter(ref=ref))

        assert at_once(transaction.atomic(lambda: due.cancel(ref))) == [0]


@pytest.mark.django_db
def test_given_up_work_can_be_planned_again() -> None:
    ref = plan("t.fail")
    Due.objects.filter(ref=ref).update(state=Due.State.FAILED, attempts=due.MAX_ATTEMPTS)

    assert due.revive(ref) == 1
    assert due.is_planned(ref, "t.fail")


@pytest.mark.django_db(transaction=True)
def test_time_limit_of_the_task_is_charged_to_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    first, slow = plan(), plan("t.sleep")

    with ended_after(0.5), pytest.raises(SoftTimeLimitExceeded):
        due.run()

    assert marked() == []
    assert set(Due.objects.values_list("state", "attempts", "error")) == {("planned", 0, "")}
    monkeypatch.setitem(due_kinds._things, "t.sleep", mark)
    assert wait_until(lambda: due.run() == 2, patience=10)
    assert marked() == sorted([str(first), str(slow)])
