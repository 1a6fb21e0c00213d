from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.duty.planning import DeskRule, Window, coverage, gaps_and_overlaps, on_duty, plan
from tests.core.clock_oracle import TROUBLE
from tests.duty import oracle
from tests.duty.drawing import EXACT, plans

WEEKDAYS = [0, 1, 2, 3, 4]
DAILY = [0, 1, 2, 3, 4, 5, 6]


def desk(name: str, tz: str, *windows: tuple[list[int], str, str], **exceptions: Any) -> dict:
    listed = [{"days": days, "start": start, "end": end} for days, start, end in windows]
    return {"id": name, "tz": tz, "windows": listed, "holidays": [], **exceptions}


def covered(first: str, last: str, *desks: dict) -> dict:
    return plan({"kind": "coverage", "range": [first, last], "desks": list(desks)})


def hours(ranges: list[list[str]]) -> float:
    return sum(oracle.read(b) - oracle.read(a) for a, b in ranges) / 60


def office(name: str, tz: str) -> dict:
    return desk(name, tz, (WEEKDAYS, "09:00", "17:00"))


OFFICES = (
    office("los-angeles", "America/Los_Angeles"),
    office("london", "Europe/London"),
    office("shanghai", "Asia/Shanghai"),
)


def test_three_offices_leave_2666_of_the_8760_hours_of_2027_to_nobody():
    answer = covered("2027-01-01T00:00Z", "2028-01-01T00:00Z", *OFFICES)

    assert hours(answer["gaps"]) == 2666


def test_week_of_the_change_in_los_angeles():
    answer = covered("2027-03-12T00:00Z", "2027-03-17T00:00Z", *OFFICES)

    # Standard time until Sunday 14 March 10:00Z: 09:00 is 17:00Z on Friday, 16:00Z on Monday.
    assert answer["on_duty"]["los-angeles"] == [
        ["2027-03-12T00:00Z", "2027-03-12T01:00Z"],
        ["2027-03-12T17:00Z", "2027-03-13T01:00Z"],
        ["2027-03-15T16:00Z", "2027-03-16T00:00Z"],
        ["2027-03-16T16:00Z", "2027-03-17T00:00Z"],
    ]
    # The weekend, and from Monday on the hour that summer time takes from Shanghai's morning.
    assert answer["gaps"] == [
        ["2027-03-13T01:00Z", "2027-03-15T01:00Z"],
        ["2027-03-16T00:00Z", "2027-03-16T01:00Z"],
    ]
    # And gives to London's afternoon.
    assert answer["overlaps"] == [
        ["2027-03-15T16:00Z", "2027-03-15T17:00Z"],
        ["2027-03-16T16:00Z", "2027-03-16T17:00Z"],
    ]


@pytest.mark.parametrize(
    ("night", "expected"),
    [
        # 22:00 EST to 06:00 EDT: seven hours.
        ("2027-03-13", ["2027-03-14T03:00Z", "2027-03-14T10:00Z"]),
        # 22:00 EDT to 06:00 EST: nine hours, unbroken.
        ("2027-11-06", ["2027-11-07T02:00Z", "2027-11-07T11:00Z"]),
    ],
)
def test_night_shift_follows_the_wall_clock_over_a_change(night, expected):
    duty = desk("newark", "America/New_York", ([5], "22:00", "06:00"))

    answer = covered(f"{night}T12:00Z", f"{night[:-2]}{int(night[-2:]) + 1:02}T22:00Z", duty)

    assert answer["on_duty"]["newark"] == [expected]


def test_window_inside_a_skipped_hour_is_empty_and_around_it_shorter():
    inside = desk("inside", "America/New_York", ([6], "02:10", "02:50"))
    astride = desk("astride", "America/New_York", ([6], "01:30", "02:30"))

    answer = covered("2027-03-14T00:00Z", "2027-03-15T00:00Z", inside, astride)

    assert answer["on_duty"] == {
        "inside": [],
        "astride": [["2027-03-14T06:30Z", "2027-03-14T07:00Z"]],
    }


def test_windows_of_a_repeated_hour_reach_to_its_last_minute():
    # 01:00 to 02:00 comes at 05:00Z and 06:00Z. A window up to 01:00 ends at the first.
    until = desk("until", "America/New_York", ([6], "00:00", "01:00"))
    half = desk("half", "America/New_York", ([6], "01:00", "01:30"))

    answer = covered("2027-11-07T00:00Z", "2027-11-08T00:00Z", until, half)

    assert answer["on_duty"]["until"] == [["2027-11-07T04:00Z", "2027-11-07T05:00Z"]]
    assert answer["on_duty"]["half"] == [["2027-11-07T05:00Z", "2027-11-07T06:30Z"]]
    assert answer["overlaps"] == []


def test_day_that_never_was_has_no_shifts_and_its_night_shift_ends_where_it_should_begin():
    apia = desk("apia", "Pacific/Apia", ([4], "09:00", "17:00"), ([3], "22:00", "06:00"))

    answer = covered("2011-12-28T00:00Z", "2012-01-02T00:00Z", apia)

    # Thursday 29 December 22:00-10:00; Saturday 31 begins at 10:00Z.
    assert answer["on_duty"]["apia"] == [["2011-12-30T08:00Z", "2011-12-30T10:00Z"]]


def test_holiday_cancels_the_windows_that_start_on_it_alone():
    night = desk("night", "Europe/Rome", (DAILY, "22:00", "06:00"), holidays=["2027-06-02"])

    answer = covered("2027-06-01T12:00Z", "2027-06-04T12:00Z", night)

    # The eve's shift runs on into the holiday; the holiday's own is gone.
    assert answer["on_duty"]["night"] == [
        ["2027-06-01T20:00Z", "2027-06-02T04:00Z"],
        ["2027-06-03T20:00Z", "2027-06-04T04:00Z"],
    ]


def test_extra_cover_wins_over_closures_and_holidays():
    rome = desk(
        "rome",
        "Europe/Rome",
        (DAILY, "09:00", "17:00"),
        holidays=["2027-06-02"],
        closures=[["2027-06-01T08:00Z", "2027-06-01T12:00Z"]],
        extra=[
            ["2027-06-01T11:00Z", "2027-06-01T12:00Z"],
            ["2027-06-02T07:00Z", "2027-06-02T08:00Z"],
        ],
    )

    answer = covered("2027-06-01T00:00Z", "2027-06-03T00:00Z", rome)

    assert answer["on_duty"]["rome"] == [
        ["2027-06-01T07:00Z", "2027-06-01T08:00Z"],
        ["2027-06-01T11:00Z", "2027-06-01T15:00Z"],
        ["2027-06-02T07:00Z", "2027-06-02T08:00Z"],
    ]


def test_imported_shift_yields_to_a_closure_and_to_no_holiday():
    rome = desk(
        "rome",
        "Europe/Rome",
        (DAILY, "09:00", "10:00"),
        holidays=["2027-06-01"],
        imported=[["2027-06-01T12:00Z", "2027-06-01T20:00Z"]],
        closures=[["2027-06-01T14:00Z", "2027-06-01T18:00Z"]],
        extra=[["2027-06-01T15:00Z", "2027-06-01T16:00Z"]],
    )

    answer = covered("2027-06-01T00:00Z", "2027-06-02T00:00Z", rome)

    assert answer["on_duty"]["rome"] == [
        ["2027-06-01T12:00Z", "2027-06-01T14:00Z"],
        ["2027-06-01T15:00Z", "2027-06-01T16:00Z"],
        ["2027-06-01T18:00Z", "2027-06-01T20:00Z"],
    ]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("09:00", "09:00", ["2027-06-01T09:00Z", "2027-06-02T09:00Z"]),
        ("00:00", "24:00", ["2027-06-01T00:00Z", "2027-06-02T00:00Z"]),
        ("00:00", "00:00", ["2027-06-01T00:00Z", "2027-06-02T00:00Z"]),
        ("17:00", "24:00", ["2027-06-01T17:00Z", "2027-06-02T00:00Z"]),
        ("24:00", "08:00", ["2027-06-02T00:00Z", "2027-06-02T08:00Z"]),
        ("24:00", "24:00", ["2027-06-02T00:00Z", "2027-06-03T00:00Z"]),
    ],
)
def test_end_not_after_the_start_is_on_the_next_day(start, end, expected):
    tuesday = desk("utc", "UTC", ([1], start, end))

    answer = covered("2027-05-30T00:00Z", "2027-06-05T00:00Z", tuesday)

    assert answer["on_duty"]["utc"] == [expected]


@pytest.mark.parametrize(
    ("start", "end", "last"),
    [("23:59", "23:59", "2027-06-03T10:59Z"), ("24:00", "24:00", "2027-06-03T11:00Z")],
)
def test_shift_that_began_long_before_the_range_reaches_into_it(start, end, last):
    # Tuesday night in Pago Pago, 11 hours behind.
    west = desk("west", "Pacific/Pago_Pago", ([1], start, end))

    answer = covered("2027-06-03T10:00Z", "2027-06-05T00:00Z", west)

    assert answer["on_duty"]["west"] == [["2027-06-03T10:00Z", last]]


def test_answer_is_clipped_to_the_range_and_touching_shifts_are_one():
    always = desk("always", "Asia/Tokyo", (DAILY, "08:00", "20:00"), (DAILY, "20:00", "08:00"))

    answer = covered("2027-06-01T03:07Z", "2027-06-09T11:11Z", always, desk("never", "UTC"))

    assert answer["on_duty"] == {
        "always": [["2027-06-01T03:07Z", "2027-06-09T11:11Z"]],
        "never": [],
    }
    assert (answer["gaps"], answer["overlaps"]) == ([], [])


def test_without_desks_all_is_gap_and_in_an_empty_range_nothing_is():
    assert covered("2027-06-01T00:00Z", "2027-06-02T00:00Z")["gaps"] == [
        ["2027-06-01T00:00Z", "2027-06-02T00:00Z"]
    ]
    assert covered("2027-06-01T00:00Z", "2027-06-01T00:00Z", OFFICES[1]) == {
        "on_duty": {"london": []},
        "gaps": [],
        "overlaps": [],
    }


@EXACT
@given(plans("coverage"))
def test_coverage_agrees_with_the_clock_read_by_the_minute(document):
    assert plan(document) == oracle.coverage(document)


@EXACT
@given(st.sampled_from(TROUBLE), st.lists(st.integers(0, 95), min_size=1, unique=True))
def test_adjacent_shifts_in_one_zone_never_leave_a_gap(trouble, quarters):
    tz, day = trouble
    times = [f"{q // 4:02}:{q % 4 * 15:02}" for q in sorted(quarters)]
    relay = [
        desk(start, tz, (DAILY, start, end))
        for start, end in zip(times, [*times[1:], times[0]], strict=True)
    ]
    noon = oracle.anchor(day) + 720

    around = oracle.written(noon - 4 * 1440), oracle.written(noon + 4 * 1440)

    assert covered(*around, *relay)["gaps"] == []


@EXACT
@given(st.sampled_from(TROUBLE), st.integers(0, 95), st.integers(1, 96))
def test_one_shift_is_never_split(trouble, start, quarters):
    tz, day = trouble
    end = (start + quarters) % 96
    shift = desk(
        "one",
        tz,
        ([day.weekday()], *(f"{q // 4:02}:{q % 4 * 15:02}" for q in (start, end))),
    )
    noon = oracle.anchor(day) + 720

    answer = covered(oracle.written(noon - 4320), oracle.written(noon + 4320), shift)

    assert len(answer["on_duty"]["one"]) <= 1


@EXACT
@given(plans("coverage"), st.integers(0, 3 * 1440))
def test_a_range_cut_in_two_gives_the_same_answer(document, minutes):
    a, b = document["range"]
    cut = oracle.written(min(oracle.read(a) + minutes, oracle.read(b)))

    whole = plan(document)
    first, second = (plan({**document, "range": part}) for part in ([a, cut], [cut, b]))

    for name, ranges in whole["on_duty"].items():
        assert ranges == joined(first["on_duty"][name], second["on_duty"][name])
    assert whole["gaps"] == joined(first["gaps"], second["gaps"])
    assert whole["overlaps"] == joined(first["overlaps"], second["overlaps"])


def joined(first: list[list[str]], second: list[list[str]]) -> list[list[str]]:
    if first and second and first[-1][1] == second[0][0]:
        return [*first[:-1], [first[-1][0], second[0][1]], *second[1:]]
    return first + second


LONDON = DeskRule("london", "Europe/London", (Window(frozenset(WEEKDAYS), 540, 1020),))
NINE = datetime(2027, 6, 1, 8, tzinfo=UTC)


def test_duty_is_cut_to_instants_within_a_minute():
    a, b = NINE + timedelta(seconds=30), NINE + timedelta(seconds=90)

    assert on_duty(LONDON, a, b) == [(a, b)]
    assert gaps_and_overlaps([[(a, b)], [(NINE, a)]], a, b) == (
        [],
        [(a, a + timedelta(seconds=30))],
    )


def test_coverage_of_rules_is_that_of_the_document():
    a, b = NINE - timedelta(days=2), NINE + timedelta(days=2)

    result = coverage([LONDON], a, b)

    assert result.on_duty["london"] == on_duty(LONDON, a, b)
    assert (result.gaps, result.overlaps) == gaps_and_overlaps([on_duty(LONDON, a, b)], a, b)


def test_window_holds_between_its_first_and_last_day():
    june = Window(
        frozenset(DAILY),
        540,
        600,
        valid_from=NINE.date(),
        valid_until=NINE.date() + timedelta(days=1),
    )
    rule = DeskRule("june", "UTC", (june,))

    found = on_duty(rule, NINE - timedelta(days=9), NINE + timedelta(days=9))

    assert [start.date() for start, _ in found] == [NINE.date(), NINE.date() + timedelta(days=1)]
