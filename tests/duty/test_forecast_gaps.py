"""Each gap ahead has the cause without which it would close or shrink."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.walltime import instant_at, minute_of, zone
from apps.duty.planning import (
    CauseKind,
    DeskRule,
    Gap,
    Line,
    Window,
    coverage,
    forecast,
    lines,
    uncovered,
)
from tests.core.clock_oracle import EXACT
from tests.duty.drawing import plans

WORKDAYS = frozenset(range(5))
EVERY_DAY = frozenset(range(7))
YEAR = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)


def desk(name: str, tz: str, hours: str = "09-17", days: frozenset[int] = WORKDAYS) -> DeskRule:
    start, end = (int(hour) * 60 for hour in hours.split("-"))
    return DeskRule(name, tz, (Window(days, start, end),))


THREE = [
    desk("la", "America/Los_Angeles"),
    desk("london", "Europe/London"),
    desk("shanghai", "Asia/Shanghai"),
]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def by_cause(found: list[Gap], kind: CauseKind) -> list[Line]:
    return [line for line in lines(found) if line.cause.kind == kind]


def test_three_desks_leave_2666_of_8760_hours_uncovered() -> None:
    found = forecast(THREE, *YEAR)

    hours = {kind: minutes / 60 for kind, minutes in uncovered(found).items()}
    assert sum(hours.values()) == 2666
    assert hours[CauseKind.CLOCK_CHANGE] == 170
    assert hours[CauseKind.DAYS_OFF] == 2666 - 170


def test_summer_gap_is_one_line_told_before_it_happens() -> None:
    (line,) = by_cause(forecast(THREE, *YEAR), CauseKind.CLOCK_CHANGE)

    assert (line.cause.tz, line.cause.by, line.cause.desks) == ("America/Los_Angeles", 60, ("la",))
    assert line.cause.since == instant("2027-03-14T10:00")
    assert line.cause.until == instant("2027-11-07T09:00")
    assert line.starts_at == instant("2027-03-16T00:00")
    assert line.length == timedelta(hours=1)
    assert line.last == (instant("2027-11-06T00:00"), instant("2027-11-06T01:00"))
    assert line.weekdays == [1, 2, 3, 4, 5]


def test_weekend_is_a_line_of_its_own() -> None:
    (line,) = by_cause(forecast(THREE, *YEAR), CauseKind.DAYS_OFF)

    assert (line.length, line.weekdays, line.count) == (timedelta(hours=48), [5], 52)


def test_clock_that_only_moves_a_gap_has_not_caused_it() -> None:
    found = forecast([desk("london", "Europe/London")], *YEAR)

    assert uncovered(found)[CauseKind.CLOCK_CHANGE] == 0


def test_clock_that_went_back_is_told_with_its_size() -> None:
    # Ends at 08:00 UTC in summer, at 09:00 in winter: Tokyo begins at 00:00 either way.
    rules = [
        desk("rome", "Europe/Rome", "10-24", EVERY_DAY),
        desk("utc", "UTC", "22-08", EVERY_DAY),
    ]

    (line,) = by_cause(forecast(rules, *YEAR), CauseKind.CLOCK_CHANGE)[:1]

    assert line.cause.by == -60
    assert line.starts_at == instant("2027-01-01T08:00")
    assert line.last[0] == instant("2027-03-28T08:00") - timedelta(days=1)


def test_clock_that_changed_long_ago_is_how_things_are() -> None:
    # Shanghai's clock last changed in 1991.
    found = forecast([desk("shanghai", "Asia/Shanghai"), desk("utc", "UTC")], *YEAR)

    assert uncovered(found)[CauseKind.CLOCK_CHANGE] == 0


def test_holiday_is_told_with_its_desk_and_date() -> None:
    closed = replace(THREE[1], holidays=frozenset({date(2027, 1, 13)}))
    rules = [THREE[0], closed, THREE[2]]

    (line,) = by_cause(forecast(rules, *YEAR), CauseKind.HOLIDAY)

    assert (line.cause.desks, line.cause.on) == (("london",), date(2027, 1, 13))
    assert (line.starts_at, line.length) == (instant("2027-01-13T09:00"), timedelta(hours=8))


def test_holiday_that_others_cover_is_no_gap() -> None:
    closed = replace(THREE[1], holidays=frozenset({date(2027, 1, 13)}))

    found = forecast([closed, desk("lisbon", "Europe/London"), *THREE[::2]], *YEAR)

    assert uncovered(found)[CauseKind.HOLIDAY] == 0


def test_holiday_on_a_day_off_explains_nothing() -> None:
    closed = replace(THREE[1], holidays=frozenset({date(2027, 1, 16)}))

    assert uncovered(forecast([closed], *YEAR))[CauseKind.HOLIDAY] == 0


def test_closure_is_told_with_its_hours() -> None:
    stretch = (instant("2027-01-13T10:00"), instant("2027-01-13T20:00"))
    rules = [THREE[0], replace(THREE[1], closures=(stretch,)), THREE[2]]

    (line,) = by_cause(forecast(rules, *YEAR), CauseKind.CLOSURE)

    assert (line.cause.desks, line.cause.closure) == (("london",), stretch)
    assert (line.starts_at, line.length) == (stretch[0], timedelta(hours=7))


def test_closure_on_a_holiday_has_both_causes() -> None:
    stretch = (instant("2027-01-13T00:00"), instant("2027-01-14T00:00"))
    closed = replace(THREE[1], closures=(stretch,), holidays=frozenset({date(2027, 1, 13)}))

    found = forecast([THREE[0], closed, THREE[2]], *YEAR)

    (gap,) = [g for g in found if g.starts_at == instant("2027-01-13T09:00")]
    assert [cause.kind for cause in gap.causes] == [CauseKind.HOLIDAY, CauseKind.CLOSURE]


def test_hours_that_no_desk_has_are_the_pattern() -> None:
    found = forecast([desk("utc", "UTC", "01-24", EVERY_DAY)], *YEAR)

    assert {cause.kind for gap in found for cause in gap.causes} == {CauseKind.PATTERN}
    (line,) = lines(found)
    assert (line.count, line.weekdays) == (365, [0, 1, 2, 3, 4, 5, 6])


def test_line_ends_where_its_gap_stays_away_for_more_than_a_week() -> None:
    def closed(first: str, last: str) -> tuple[datetime, datetime]:
        return instant(first), instant(last)

    always = desk("utc", "UTC", "00-24", EVERY_DAY)
    hours = [closed(f"2027-02-{d:02}T10:00", f"2027-02-{d:02}T11:00") for d in (1, 20)]

    found = lines(forecast([replace(always, closures=tuple(hours))], *YEAR))

    assert [line.count for line in found] == [1, 1]


def test_holiday_in_a_lonely_summer_keeps_the_clocks_own_hour() -> None:
    closed = replace(THREE[0], holidays=frozenset({date(2027, 7, 5)}))

    (gap,) = [
        g
        for g in forecast([closed, *THREE[1:]], *YEAR)
        if g.starts_at == instant("2027-07-05T16:00")
    ]

    told = [(piece.causes[0].kind, piece.minutes) for piece in gap.pieces]
    assert told == [(CauseKind.HOLIDAY, 8 * 60), (CauseKind.CLOCK_CHANGE, 60)]


def test_no_desk_is_one_gap_by_the_pattern() -> None:
    (gap,) = forecast([], *YEAR)

    assert [cause.kind for cause in gap.causes] == [CauseKind.PATTERN]


@EXACT
@given(plan=plans("coverage"))
def test_pieces_fill_exactly_the_gaps_of_the_coverage(plan: dict) -> None:
    rules = [ruled(row) for row in plan["desks"]]
    a, b = (datetime.fromisoformat(text) for text in plan["range"])

    found = forecast(rules, a, b) if a < b else []

    assert [(g.starts_at, g.ends_at) for g in found] == coverage(rules, a, b).gaps
    for gap in found:
        edges = [(piece.start, piece.end) for piece in gap.pieces]
        assert edges[0][0] == gap.start
        assert edges[-1][1] == gap.end
        assert all(left[1] == right[0] for left, right in pairwise(edges))
        assert all(piece.causes for piece in gap.pieces)


@EXACT
@given(plan=plans("coverage"))
def test_holiday_or_closure_taken_away_leaves_nothing_of_its_gap(plan: dict) -> None:
    rules = [ruled(row) for row in plan["desks"]]
    a, b = (datetime.fromisoformat(text) for text in plan["range"])

    for gap in forecast(rules, a, b) if a < b else []:
        for piece in gap.pieces:
            kinds = {cause.kind for cause in piece.causes}
            if kinds <= {CauseKind.HOLIDAY, CauseKind.CLOSURE}:
                kept = {name for cause in piece.causes for name in cause.desks}
                freed = [
                    replace(r, holidays=frozenset(), closures=()) if r.id in kept else r
                    for r in rules
                ]
                left = coverage(freed, instant_at(piece.start), instant_at(piece.end)).gaps
                assert left == []


def ruled(row: dict) -> DeskRule:
    def minutes(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    def exact(name: str) -> tuple:
        spans = [tuple(map(datetime.fromisoformat, span)) for span in row.get(name, ())]
        return tuple(span for span in spans if span[0] < span[1])

    return DeskRule(
        row["id"],
        row["tz"],
        tuple(
            Window(frozenset(w["days"]), minutes(w["start"]), minutes(w["end"]))
            for w in row["windows"]
        ),
        frozenset(map(date.fromisoformat, row["holidays"])),
        exact("closures"),
        exact("extra"),
    )


@pytest.mark.parametrize("tz", ["America/Los_Angeles", "Australia/Lord_Howe", "Asia/Shanghai"])
def test_steady_zone_keeps_the_offset_of_its_minute(tz: str) -> None:
    real = zone(tz)
    a, b = (minute_of(at) for at in YEAR)
    for at, by in real.changes(a, b):
        before, after = real.steady(at - 1), real.steady(at)

        assert real.offset_at(at) - real.offset_at(at - 1) == by
        assert before.offset_at(a) == before.offset_at(b) == real.offset_at(at - 1)
        assert after.offset_at(a) == after.offset_at(b) == real.offset_at(at)
    assert len(real.changes(a, b)) == (0 if tz == "Asia/Shanghai" else 2)


def test_pieces_may_be_asked_of_known_duty_too() -> None:
    known = {"la": [], "london": [], "shanghai": []}

    (gap,) = forecast(THREE, YEAR[0], YEAR[0] + timedelta(hours=1), known)

    assert gap.ends_at - gap.starts_at == timedelta(hours=1)


@given(st.integers(0, 3))
def test_more_desks_never_make_more_gaps(count: int) -> None:
    def hours(rules: list[DeskRule]) -> int:
        return sum(uncovered(forecast(rules, YEAR[0], YEAR[0] + timedelta(days=21))).values())

    assert hours(THREE[:count]) <= hours(THREE[: max(0, count - 1)])
