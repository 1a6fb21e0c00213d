"""The strip and the week: what they show of gaps, nights and clock changes."""

from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import scope
from apps.core.actor import Actor
from apps.duty import selectors, services
from apps.duty.models import Desk
from tests.duty.conftest import NOON, desk_of

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
MONDAY = date(2027, 3, 8)


def test_week_without_desks_is_one_gap(ana: Actor) -> None:
    with scope.acting(ana):
        week = selectors.week(ana, MONDAY, "Asia/Shanghai", NOON)

    assert [gap.length for gap in week.gaps] == [timedelta(days=7)]
    assert week.covered == timedelta(0)
    assert {cell.shade for day in week.days for cell in day.cells} == {"h0"}


def test_gap_of_part_of_an_hour_shows_in_its_cell(ana: Actor) -> None:
    desk_of(ana, "Always", "UTC", "00:30", "00:15", days=EVERY_DAY)

    with scope.acting(ana):
        week = selectors.week(ana, MONDAY, "UTC", NOON)

    first, second = week.days[0].cells[:2]
    assert (first.count, first.names) == (0, ["Always"])
    assert second.count == 1
    assert len(week.gaps) == 7


def test_gap_names_the_desk_that_was_last_on_duty(ana: Actor, hangzhou: Desk) -> None:
    with scope.acting(ana):
        week = selectors.week(ana, MONDAY, "Asia/Shanghai", NOON)

    # The week begins in a gap, which Hangzhou will end; its own gaps follow.
    assert all(gap.desk == hangzhou for gap in week.gaps)
    assert week.gaps[-1].length == timedelta(hours=2 * 24 + 6)


def test_week_marks_the_hour_in_which_a_desk_changes_its_clock(ana: Actor) -> None:
    desk = desk_of(ana, "San Francisco", "America/Los_Angeles", "07:00", "15:00", days=EVERY_DAY)

    with scope.acting(ana):
        week = selectors.week(ana, MONDAY, "Asia/Shanghai", NOON)

    (change,) = week.changes
    assert change.at == datetime(2027, 3, 14, 10, tzinfo=UTC)
    assert (change.by, change.desks) == (timedelta(hours=1), [desk])
    assert [c.hour for day in week.days for c in day.cells if c.is_change] == [18]
    # 15:00 UTC on Saturday, 14:00 UTC on Sunday: an hour earlier for everybody else.
    assert week.days[5].cells[22].count == 0
    assert week.days[6].cells[22].count == 1


def test_reader_whose_clock_jumps_has_one_hour_less(ana: Actor, hangzhou: Desk) -> None:
    with scope.acting(ana):
        week = selectors.week(ana, MONDAY, "America/Los_Angeles", NOON)

    assert week.hours_count == 167
    assert [cell.hour for cell in week.days[6].cells if cell.is_skipped] == [2]


def test_holiday_is_noted_on_its_day(ana: Actor, hangzhou: Desk) -> None:
    with scope.acting(ana):
        services.add_holiday(hangzhou.pk, date(2027, 3, 10), actor=ana, at=NOON)
        week = selectors.week(ana, MONDAY, "Asia/Shanghai", NOON)

    assert [day.closed for day in week.days] == [[], [], ["Hangzhou"], [], [], [], []]
    assert not any(cell.count for cell in week.days[2].cells)


def test_country_holidays_are_filled_once_and_hand_made_ones_stay(
    ana: Actor, hangzhou: Desk
) -> None:
    own = date(2027, 5, 1)
    with scope.acting(ana):
        desk = services.change_desk(
            hangzhou.pk, {"country": "CN"}, version=hangzhou.version, actor=ana, at=NOON
        )
        services.add_holiday(desk.pk, own, name="Own", actor=ana, at=NOON)
        count = services.fill_holidays(desk.pk, [2027], actor=ana, at=NOON)
        services.fill_holidays(desk.pk, [2027], actor=ana, at=NOON)

        assert count > 5
        assert desk.holidays.count() == count
        assert desk.holidays.get(on=own).name == "Own"


def test_extra_cover_wins_over_a_closure(ana: Actor, hangzhou: Desk) -> None:
    at = datetime(2027, 3, 9, 3, tzinfo=UTC)
    with scope.acting(ana):
        services.add_closure(
            hangzhou.pk, at - timedelta(hours=1), at + timedelta(hours=3), actor=ana, at=NOON
        )
        assert not selectors.is_on_duty(hangzhou, at)
        services.add_extra_cover(hangzhou.pk, at, at + timedelta(hours=1), actor=ana, at=NOON)

        assert selectors.duty_end(hangzhou, at) == at + timedelta(hours=1)
        assert selectors.remaining(hangzhou, at) == timedelta(hours=1)


def test_strip_draws_true_hours_gaps_and_now(ana: Actor, hangzhou: Desk) -> None:
    at = datetime(2027, 3, 9, 9, 38, tzinfo=UTC)
    desk_of(ana, "Milan", "Europe/Rome", "09:00", "18:00")

    with scope.acting(ana):
        strip = selectors.strip(ana, at, "Asia/Shanghai")

    assert strip.starts_at == datetime(2027, 3, 9, 8, tzinfo=UTC)
    assert [row.local for row in strip.rows] == ["17:38", "10:38"]
    assert [row.is_on_duty for row in strip.rows] == [True, True]
    assert strip.rows[1].bars[0].label == "09:00–18:00"
    assert strip.now_x == "6.81%"
    assert [(s.hour, e.hour) for s, e in strip.gap_times] == [(17, 1)]
    assert strip.ticks[0].local == "16:00"


def test_strip_costs_the_same_queries_for_many_desks(ana: Actor, hangzhou: Desk) -> None:
    def counted() -> int:
        with scope.acting(ana), CaptureQueriesContext(connection) as seen:
            selectors.strip(ana, NOON, "UTC")
            selectors.week(ana, MONDAY, "UTC", NOON)
        return len(seen)

    few = counted()
    for number in range(6):
        desk_of(ana, f"Desk {number}", "Asia/Tokyo", "09:00", "18:00")

    assert counted() == few
