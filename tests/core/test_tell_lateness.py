"""Late work is told once to whom it concerns, and so is its end."""

from datetime import timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from apps.core import clock, due, lateness, scope, tasks
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import Due, Event
from apps.core.registries import due_kinds

LATE, OTHER = uuid7(), uuid7()
pytestmark = pytest.mark.django_db


def plan(member_id: UUID, *, ago: timedelta) -> None:
    due.plan("t.never", uuid7(), at=clock.now() - ago, member_id=member_id)


def told(member_id: UUID) -> list[str]:
    with scope.acting(Actor.system(member_id)):
        found = Event.objects.filter(member_id=member_id, subject_type="due")
        return list(found.order_by("seq").values_list("name", flat=True))


def watch() -> int:
    return lateness.watch(at=clock.now())


def test_member_is_told_once_that_its_work_is_late() -> None:
    plan(LATE, ago=timedelta(minutes=2))
    plan(OTHER, ago=timedelta(seconds=30))

    assert [watch(), watch()] == [1, 1]

    assert told(LATE) == ["due.late"]
    assert told(OTHER) == []


def test_member_is_told_when_it_has_caught_up_and_of_the_next_time() -> None:
    plan(LATE, ago=timedelta(minutes=2))
    watch()
    Due.objects.update(state=Due.State.DONE)
    watch()
    plan(LATE, ago=timedelta(minutes=2))
    watch()

    assert told(LATE) == ["due.late", "due.caught_up", "due.late"]


def test_nobody_else_reads_that_a_member_is_late() -> None:
    plan(LATE, ago=timedelta(minutes=2))
    watch()

    with scope.acting(Actor.system(OTHER)):
        assert not Event.objects.filter(subject_type="due").exists()


def test_row_that_keeps_failing_is_late_though_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_ref: UUID, _at: object) -> None:
        raise LookupError

    monkeypatch.setitem(due_kinds._things, "t.never", fail)
    plan(LATE, ago=timedelta(minutes=2))
    due.run()

    assert watch() == 1


def test_lateness_rings_in_the_log_each_minute_until_it_ends() -> None:
    plan(LATE, ago=timedelta(minutes=2))

    with capture_logs() as logs:
        tasks.reconcile()

    (line,) = [entry for entry in logs if "seconds" in entry and entry["event"] == "due.late"]
    assert line["log_level"] == "error"
    assert line["seconds"] >= 120


def test_work_that_is_a_little_late_alarms_nobody() -> None:
    plan(LATE, ago=timedelta(seconds=50))

    with capture_logs() as logs:
        tasks.reconcile()

    assert "due.late" not in {entry["event"] for entry in logs}
    assert told(LATE) == []
