from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.duty.planning import Rota, Unit, plan, rotation
from tests.core.clock_oracle import TROUBLE
from tests.duty import oracle
from tests.duty.drawing import EXACT


def changes(tz: str, start: str, unit: str, length: int, *span: str) -> list[str]:
    document = {
        "kind": "rotation",
        "tz": tz,
        "start_local": start,
        "unit": unit,
        "length": length,
        "range": list(span),
    }
    return plan(document)["handoffs"]


def test_range_is_closed_and_reaches_before_the_start():
    assert changes(
        "Asia/Shanghai", "2027-06-10T08:00", "daily", 2, "2027-06-06T00:00Z", "2027-06-12T00:00Z"
    ) == ["2027-06-06T00:00Z", "2027-06-08T00:00Z", "2027-06-10T00:00Z", "2027-06-12T00:00Z"]


def test_repeated_hour_yields_no_second_change():
    # 02:00 EDT goes back to 01:00 EST at 06:00Z.
    assert changes(
        "America/New_York",
        "2027-01-01T00:00",
        "hourly",
        1,
        "2027-11-07T04:00Z",
        "2027-11-07T08:00Z",
    ) == ["2027-11-07T04:00Z", "2027-11-07T05:00Z", "2027-11-07T07:00Z", "2027-11-07T08:00Z"]


def test_skipped_time_changes_at_the_first_instant_after_it():
    # 02:00 EST goes to 03:00 EDT at 07:00Z: 02:30 is then, 03:30 half an hour later.
    assert changes(
        "America/New_York",
        "2027-01-01T00:30",
        "hourly",
        1,
        "2027-03-14T06:00Z",
        "2027-03-14T08:00Z",
    ) == ["2027-03-14T06:30Z", "2027-03-14T07:00Z", "2027-03-14T07:30Z"]
    assert changes(
        "America/New_York", "2027-03-13T02:30", "daily", 1, "2027-03-13T00:00Z", "2027-03-16T00:00Z"
    ) == ["2027-03-13T07:30Z", "2027-03-14T07:00Z", "2027-03-15T06:30Z"]


def test_changes_that_fall_on_one_instant_are_one():
    # 02:00 and 03:00 are both the first instant after the gap.
    assert changes(
        "America/New_York",
        "2027-01-01T00:00",
        "hourly",
        1,
        "2027-03-14T06:00Z",
        "2027-03-14T08:00Z",
    ) == ["2027-03-14T06:00Z", "2027-03-14T07:00Z", "2027-03-14T08:00Z"]


def test_skipped_day_changes_when_the_next_begins():
    # Samoa's 30 December 2011 never was; the clock went from 29 to 31 at 10:00Z.
    assert changes(
        "Pacific/Apia", "2011-12-28T09:00", "daily", 1, "2011-12-28T00:00Z", "2012-01-01T00:00Z"
    ) == [
        "2011-12-28T19:00Z",
        "2011-12-29T19:00Z",
        "2011-12-30T10:00Z",
        "2011-12-30T19:00Z",
        "2011-12-31T19:00Z",
    ]


def test_month_without_the_day_changes_on_its_last():
    assert changes(
        "UTC", "2028-01-31T06:00", "monthly", 1, "2027-11-01T00:00Z", "2028-05-01T00:00Z"
    ) == [
        "2027-11-30T06:00Z",
        "2027-12-31T06:00Z",
        "2028-01-31T06:00Z",
        "2028-02-29T06:00Z",
        "2028-03-31T06:00Z",
        "2028-04-30T06:00Z",
    ]


def test_weeks_keep_the_weekday_and_the_local_time():
    assert changes(
        "Europe/Rome", "2027-03-22T09:00", "weekly", 1, "2027-03-15T00:00Z", "2027-04-06T00:00Z"
    ) == ["2027-03-15T08:00Z", "2027-03-22T08:00Z", "2027-03-29T07:00Z", "2027-04-05T07:00Z"]


@pytest.mark.parametrize("unit", ["hourly", "daily", "weekly", "monthly"])
def test_any_length_and_the_edges_of_the_calendar_are_answered(unit):
    start = "2027-06-01T00:00"

    for tz in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        assert changes(tz, start, unit, 1, "0001-01-01T00:00Z", "0001-03-01T00:00Z")
        assert changes(tz, start, unit, 1, "9999-10-30T00:00Z", "9999-12-31T23:59Z")
    assert changes("UTC", start, unit, 10**30, "2027-01-01T00:00Z", "2028-01-01T00:00Z") == [
        "2027-06-01T00:00Z"
    ]
    assert changes("UTC", start, unit, 10**30, "2028-01-01T00:00Z", "2029-01-01T00:00Z") == []


@EXACT
@given(
    st.sampled_from(TROUBLE),
    st.sampled_from(["hourly", "daily", "weekly"]),
    st.integers(1, 9),
    st.integers(-60 * 96, 60 * 96),
    st.integers(0, 4 * 1440),
)
def test_rotation_agrees_with_the_clock_read_by_the_minute(trouble, unit, length, start, minutes):
    tz, day = trouble
    a = oracle.anchor(day) - 2 * 1440
    document = {
        "kind": "rotation",
        "tz": tz,
        "start_local": oracle.written(a + start * 15).removesuffix("Z"),
        "unit": unit,
        "length": length,
        "range": [oracle.written(a), oracle.written(a + minutes)],
    }

    assert plan(document) == oracle.rotation(document)


@EXACT
@given(
    st.sampled_from(TROUBLE),
    st.integers(1, 5),
    st.integers(-60 * 1440, 60 * 1440),
    st.integers(0, 90),
)
def test_monthly_rotation_agrees_with_the_clock_read_by_the_minute(trouble, length, start, days):
    tz, day = trouble
    a = oracle.anchor(day) - 1440
    document = {
        "kind": "rotation",
        "tz": tz,
        "start_local": oracle.written(a + start).removesuffix("Z"),
        "unit": "monthly",
        "length": length,
        "range": [oracle.written(a), oracle.written(a + days % 13 * 1440)],
    }

    assert plan(document) == oracle.monthly(document)


def test_change_at_the_beginning_of_the_minute_is_past_within_it():
    noon = datetime(2027, 6, 1, 12, tzinfo=UTC)
    rota = Rota("UTC", datetime(2027, 6, 1, 12), Unit.DAILY)

    assert rotation(rota, noon, noon) == [noon]
    assert rotation(rota, noon + timedelta(seconds=1), noon + timedelta(seconds=9)) == []


def test_shift_of_no_length_is_refused():
    with pytest.raises(ValueError, match="one unit at least"):
        Rota("UTC", datetime(2027, 6, 1), Unit.DAILY, 0)
