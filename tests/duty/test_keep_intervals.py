"""The cache of duty ahead: rebuilt with each change, never believed, told when time zones move."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.models import Due, Event
from apps.core.walltime import minute_after, minute_of
from apps.duty import selectors, services
from apps.duty.models import Closure, Desk, DutyInterval, DutyStamp, DutyWindow, Holiday
from apps.duty.planning.timeline import duty_spans
from apps.duty.selectors import cached
from apps.duty.services import intervals
from tests.core.clock_oracle import TROUBLE
from tests.duty.conftest import NOON, desk_of
from tests.duty.drawing import desks as drawn

DAY = timedelta(days=1)


def planned(desk: Desk, a: datetime, b: datetime) -> list[tuple[int, int]]:
    return duty_spans(selectors.rules([desk], a, b)[0], minute_of(a), minute_after(b))


def known(desk: Desk, a: datetime, b: datetime) -> list[tuple[int, int]]:
    return selectors.known_duty([desk], a, b)[1][str(desk.pk)]


def test_change_of_hours_rebuilds_in_the_same_transaction(ana: Actor, hangzhou: Desk) -> None:
    with scope.acting(ana):
        services.add_holiday(hangzhou.pk, date(2027, 3, 9), actor=ana, at=NOON)
        first = DutyInterval.objects.filter(desk=hangzhou, starts_at__gt=NOON).earliest("starts_at")

    assert first.starts_at == datetime(2027, 3, 10, 1, tzinfo=UTC)


def test_cache_reaches_from_a_week_ago_to_four_hundred_days(ana: Actor, hangzhou: Desk) -> None:
    with scope.acting(ana):
        stamp = DutyStamp.objects.get(desk=hangzhou)

    assert stamp.starts_at <= NOON - timedelta(days=7)
    assert stamp.ends_at >= NOON + timedelta(days=400)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_cache_is_what_planning_says(ana: Actor, hangzhou: Desk, data: st.DataObject) -> None:
    tz, day = data.draw(st.sampled_from(TROUBLE))
    plan = data.draw(drawn("desk", tz, day))
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

    with scope.acting(ana):
        write(hangzhou, tz, plan)
        services.rebuild_intervals(hangzhou.pk, at=at)
        a, b = intervals.horizon(at)
        found = known(hangzhou, a, b)

        assert found == planned(hangzhou, a, b)
        middle = (a + 6 * DAY + timedelta(minutes=7), a + 9 * DAY + timedelta(minutes=1))
        assert known(hangzhou, *middle) == planned(hangzhou, *middle)
        assert len(found) == DutyInterval.objects.filter(desk=hangzhou).count()


def write(desk: Desk, tz: str, plan: dict[str, Any]) -> None:
    """Make the desk what was drawn, past every service."""
    Desk.objects.filter(pk=desk.pk).update(tz=tz)
    desk.refresh_from_db()
    own = {"desk": desk, "member_id": desk.member_id}
    for related in (desk.windows, desk.holidays, desk.closures, desk.extra_cover):
        related.all().delete()
    for window in plan["windows"]:
        if window["days"]:
            row = {**window, "days": sorted(set(window["days"]))}
            DutyWindow.objects.create(**own, **row)
    for on in set(plan["holidays"]):
        Holiday.objects.create(**own, on=on)
    for name, related in (("closures", desk.closures), ("extra", desk.extra_cover)):
        for start, end in plan.get(name, ()):
            if start < end:
                related.create(member_id=desk.member_id, starts_at=start, ends_at=end)


def test_right_stamp_is_read(ana: Actor, hangzhou: Desk) -> None:
    with scope.acting(ana):
        DutyInterval.objects.filter(desk=hangzhou, starts_at__gt=NOON + DAY).delete()

        assert known(hangzhou, NOON, NOON + 7 * DAY) != planned(hangzhou, NOON, NOON + 7 * DAY)


@pytest.mark.parametrize("change", ["rule", "tzdata", "horizon"])
def test_stale_stamp_is_never_read(
    ana: Actor, hangzhou: Desk, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = NOON + 7 * DAY
    with scope.acting(ana):
        DutyInterval.objects.filter(desk=hangzhou, starts_at__gt=NOON + DAY).delete()
        if change == "rule":
            Closure.objects.create(
                desk=hangzhou, member_id=ana.member_id, starts_at=NOON, ends_at=NOON + DAY
            )
        elif change == "tzdata":
            monkeypatch.setattr(cached, "database_version", lambda: "2099z")
        else:
            until = NOON + 500 * DAY

        assert known(hangzhou, NOON, until) == planned(hangzhou, NOON, until)


def test_other_rule_of_the_same_stamp_is_noticed_between_two_statements(
    ana: Actor, hangzhou: Desk
) -> None:
    with scope.acting(ana):
        DutyStamp.objects.filter(desk=hangzhou).update(rule_hash="of another rule")
        DutyInterval.objects.filter(desk=hangzhou, starts_at__gt=NOON + DAY).delete()

        assert known(hangzhou, NOON, NOON + 7 * DAY) == planned(hangzhou, NOON, NOON + 7 * DAY)


def test_next_day_extends_the_horizon_and_plans_the_day_after(ana: Actor, hangzhou: Desk) -> None:
    row = Due.objects.get(kind="duty.extend", ref=hangzhou.pk)
    with scope.acting(Actor.system(ana.member_id)):
        before = DutyStamp.objects.get(desk=hangzhou)

        services.extend_intervals(hangzhou.pk, row.due_at)

        after = DutyStamp.objects.get(desk=hangzhou)
    assert after.ends_at == before.ends_at + DAY
    assert Due.objects.filter(kind="duty.extend", ref=hangzhou.pk).count() == 2


def test_extension_fires_from_its_due_row(ana: Actor, hangzhou: Desk) -> None:
    Due.objects.filter(kind="duty.extend").update(due_at=NOON - 365 * DAY)

    due.run()

    row = Due.objects.get(kind="duty.extend", due_at=NOON - 365 * DAY)
    assert (row.state, row.error) == ("done", "")


def upgrade(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (intervals, cached):
        monkeypatch.setattr(module, "database_version", lambda: "2099z")


def changes_of(desk: Desk) -> int:
    return Event.objects.filter(name="duty.changed", subject_id=desk.pk).count()


def test_new_time_zone_database_that_moves_duty_is_announced(
    ana: Actor, hangzhou: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(monkeypatch)
    with scope.acting(Actor.system(ana.member_id)):
        before = changes_of(hangzhou)
        # As the old database had it: an hour later on one day.
        moved = DutyInterval.objects.filter(desk=hangzhou, starts_at__gt=NOON).earliest("starts_at")
        moved.ends_at += timedelta(hours=1)
        moved.save()

        intervals.refresh_intervals(hangzhou, at=NOON)

        assert changes_of(hangzhou) == before + 1
        assert DutyStamp.objects.get(desk=hangzhou).tzdata == "2099z"
        a, b = intervals.horizon(NOON)
        assert known(hangzhou, a, b) == planned(hangzhou, a, b)


def test_new_time_zone_database_that_moves_nothing_is_silent(
    ana: Actor, hangzhou: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(monkeypatch)
    with scope.acting(Actor.system(ana.member_id)):
        before = changes_of(hangzhou)

        intervals.refresh_intervals(hangzhou, at=NOON)

        assert changes_of(hangzhou) == before
        assert DutyStamp.objects.get(desk=hangzhou).tzdata == "2099z"


@pytest.mark.parametrize("damage", ["lost", "other rule", "other database"])
def test_reconciler_mends_every_stamp(
    ana: Actor, hangzhou: Desk, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime(2027, 3, 8, 13, tzinfo=UTC)
    monkeypatch.setattr(intervals.clock, "now", lambda: at)
    with scope.acting(ana):
        if damage == "lost":
            DutyStamp.objects.all().delete()
        elif damage == "other rule":
            Holiday.objects.create(desk=hangzhou, member_id=ana.member_id, on="2027-03-10")
        else:
            upgrade(monkeypatch)

    services.reconcile_intervals()

    with scope.acting(ana):
        a, b = intervals.horizon(at)
        stamp = DutyStamp.objects.get(desk=hangzhou)
        assert stamp.built_at == at
        assert known(hangzhou, a, b) == planned(hangzhou, a, b)
        assert DutyInterval.objects.filter(desk=hangzhou).count() == len(planned(hangzhou, a, b))


def test_reconciler_leaves_alone_what_is_right(
    ana: Actor, hangzhou: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intervals.clock, "now", lambda: NOON + timedelta(hours=1))

    services.reconcile_intervals()

    with scope.acting(ana):
        assert DutyStamp.objects.get(desk=hangzhou).built_at == NOON


def test_ally_reads_the_cache_and_the_stranger_nothing(
    ana: Actor, bo: Actor, cy: Actor, allied: None, hangzhou: Desk
) -> None:
    with scope.acting(bo):
        assert DutyInterval.objects.filter(desk=hangzhou).exists()
    with scope.acting(cy):
        assert not DutyInterval.objects.exists()
        assert not DutyStamp.objects.exists()


def test_desk_without_hours_has_an_empty_cache_from_then_on(ana: Actor) -> None:
    desk = desk_of(ana, "Night", "UTC", "22:00", "06:00")
    with scope.acting(ana):
        services.set_windows(desk.pk, [], actor=ana, at=NOON)

        assert known(desk, NOON, NOON + 7 * DAY) == []
        assert not DutyInterval.objects.filter(desk=desk, ends_at__gt=NOON).exists()
