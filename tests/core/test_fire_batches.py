"""A batch: one transaction for many rows, undone as a whole, and then each row alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event as Signal
from threading import Thread
from uuid import UUID

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core import clock, due, scope
from apps.core.actor import Actor
from apps.core.models import Due
from apps.core.registries import due_kinds
from apps.members.models import Brand
from tests.core.parallel import at_once
from tests.core.test_fire_due import MEMBER, fail, mark, marked, plan

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, service in (("t.mark", mark), ("t.fail", fail), ("t.none", lambda _ref, _at: None)):
        monkeypatch.setitem(due_kinds._things, name, service)


def statements(rows: int) -> int:
    for _row in range(rows):
        plan("t.none")
    with CaptureQueriesContext(connection) as captured:
        assert due.run_batch() == rows
    return len(captured)


@pytest.mark.django_db
def test_forty_rows_take_as_many_statements_as_two() -> None:
    assert statements(40) == statements(2) <= 8


@pytest.mark.django_db
def test_batch_whose_time_is_over_leaves_the_rest_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "BATCH_IN_SECONDS", 0)
    first, second = plan(ago=2 * HOUR), plan()

    assert due.run_batch() == 1

    assert marked() == [str(first)]
    assert due.is_planned(second, "t.mark")


@pytest.mark.django_db
def test_row_after_a_failed_one_sees_what_the_rows_before_have_done() -> None:
    refs = [plan(ago=timedelta(hours=hours)) for hours in (4, 3)]
    broken = plan("t.fail", ago=2 * HOUR)
    refs.append(plan())

    due.run(limit=4)

    assert marked() == sorted(map(str, refs))
    assert Due.objects.get(ref=broken).attempts == 1
    assert Due.objects.filter(state=Due.State.DONE).count() == 3


@pytest.mark.django_db
def test_cancelling_that_was_undone_cancels_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    later = plan(ago=timedelta(minutes=1))

    def cancel_and_fail(_ref: UUID, _at: datetime) -> None:
        due.cancel(later)
        raise LookupError

    monkeypatch.setitem(due_kinds._things, "t.cancel", cancel_and_fail)
    plan("t.cancel")

    due.run(limit=2)

    assert marked() == [str(later)]


@pytest.mark.django_db
def test_late_firing_records_how_late_and_a_punctual_one_nothing() -> None:
    late, punctual = plan(ago=2 * HOUR), plan(ago=timedelta(seconds=1))

    due.run()

    recorded = Due.objects.get(ref=late).late_by
    assert recorded is not None
    assert 2 * HOUR <= recorded < 2 * HOUR + timedelta(minutes=1)
    assert Due.objects.get(ref=punctual).late_by is None


@pytest.mark.django_db
def test_row_that_was_put_off_is_late_since_it_was_due_at_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ref = plan("t.fail", ago=2 * HOUR)
    due.run()
    assert 2 * HOUR <= due.lateness() < 2 * HOUR + timedelta(minutes=1)

    monkeypatch.setitem(due_kinds._things, "t.fail", mark)
    Due.objects.filter(ref=ref).update(due_at=clock.now())
    due.run()

    recorded = Due.objects.get(ref=ref).late_by
    assert recorded is not None
    assert recorded >= 2 * HOUR
    assert due.lateness() == timedelta(0)


@pytest.fixture
def busy() -> Iterator[UUID]:
    """A brand that somebody else keeps locked."""
    with scope.acting(Actor.system(MEMBER)):
        brand = Brand.objects.create(member_id=MEMBER, name="busy")
    locked, done = Signal(), Signal()

    def hold() -> None:
        with scope.acting(Actor.system(MEMBER)):
            Brand.objects.select_for_update().get(pk=brand.pk)
            locked.set()
            done.wait(20)

    def work() -> None:
        try:
            hold()
        finally:
            connection.close()

    thread = Thread(target=work)
    thread.start()
    assert locked.wait(20)
    yield brand.pk
    done.set()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_row_whose_case_is_busy_loses_no_attempt_and_stops_nobody(
    busy: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def want(_ref: UUID, _at: datetime) -> None:
        Brand.objects.select_for_update().get(pk=busy)

    monkeypatch.setitem(due_kinds._things, "t.want", want)
    monkeypatch.setattr(due, "LOCK_WAIT_ALONE", "300ms")
    wanting, other = plan("t.want"), plan()

    due.run(limit=2)

    row = Due.objects.get(ref=wanting)
    assert (row.state, row.attempts, row.error) == (Due.State.PLANNED, 0, "")
    assert row.due_at > clock.now()
    assert due.lateness() >= HOUR
    assert str(other) in marked()


@pytest.mark.django_db
def test_trouble_of_the_database_is_not_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(_ref: UUID, _at: datetime) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setitem(due_kinds._things, "t.cut", cut)
    ref = plan("t.cut")

    assert due.run() == 0

    row = Due.objects.get(ref=ref)
    assert (row.state, row.attempts) == (Due.State.PLANNED, 0)
    assert row.postponed_from is None


@pytest.mark.django_db(transaction=True)
def test_worker_that_lost_its_claim_changes_and_marks_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its connection is cut in the middle; before it wakes, another one has fired the row."""
    ref = plan()
    others: list[object] = []

    def lose(ref: UUID, at: datetime) -> None:
        mark(ref, at)
        if others:
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        monkeypatch.setitem(due_kinds._things, "t.mark", mark)
        others.extend(at_once(lambda: (_cut(pid), due.run())))

    monkeypatch.setitem(due_kinds._things, "t.mark", lose)

    assert due.run() == 0

    assert marked() == [str(ref)]
    row = Due.objects.get(ref=ref)
    assert (row.state, row.attempts, row.error) == (Due.State.DONE, 0, "")


def _cut(pid: int) -> None:
    with connection.cursor() as cursor:
        # Waits until the backend is gone: only then is its claim free.
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@pytest.mark.django_db(transaction=True)
def test_failure_noted_too_late_overwrites_nobodys_work() -> None:
    """A row that failed here may have been fired elsewhere before the failure is written."""
    ref = plan()
    with transaction.atomic():
        (row,) = due._claim(clock.now(), limit=1)
    due.run()

    assert due._postpone(row, DatabaseError("too late")) == 0

    assert Due.objects.get(ref=ref).state == Due.State.DONE
