from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.walltime import (
    OutsideCalendar,
    UnknownZone,
    Zone,
    instant_at,
    local,
    minute_after,
    minute_of,
    shift_end,
    shift_start,
    zone,
    zone_names,
)
from tests.core import clock_oracle
from tests.core.clock_oracle import EPOCH, EXACT, MINUTE, TROUBLE, Clock, minute, pinned

DAY = 1440


def utc(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M")


@cache
def clock_around(tz: str, day: date) -> Clock:
    noon = minute(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    return Clock(tz, noon - 5 * DAY, noon + 5 * DAY)


def test_clock_shows_in_each_minute_what_the_library_says() -> None:
    for tz, day in TROUBLE:
        first = minute(datetime(day.year, day.month, day.day, tzinfo=UTC)) // DAY
        for one in (first - 1, first):
            minutes = range(one * DAY, (one + 1) * DAY)
            asked = [(EPOCH + m * MINUTE).astimezone(pinned(tz)) for m in minutes]

            shown = clock_oracle.shown_on(tz, one)

            assert list(shown) == [minute(at.replace(tzinfo=UTC)) for at in asked], (tz, day)


@pytest.mark.parametrize(
    ("tz", "local_time", "start", "end"),
    [
        # An ordinary minute has one instant.
        ("Asia/Shanghai", "2027-03-14 09:00", "2027-03-14 01:00", "2027-03-14 01:00"),
        # 02:00 to 03:00 at 07:00Z: 02:30 is never shown, both are the instant after the gap.
        ("America/New_York", "2027-03-14 02:30", "2027-03-14 07:00", "2027-03-14 07:00"),
        # 02:00 to 01:00 at 06:00Z: 01:30 is shown at 05:30Z and again at 06:30Z.
        ("America/New_York", "2027-11-07 01:30", "2027-11-07 05:30", "2027-11-07 06:30"),
        # 01:00 is shown at 05:00Z and again at 06:00Z, but nothing less is shown in between.
        ("America/New_York", "2027-11-07 01:00", "2027-11-07 05:00", "2027-11-07 05:00"),
        # The last minute before the clock goes back is shown twice like the others.
        ("America/New_York", "2027-11-07 01:59", "2027-11-07 05:59", "2027-11-07 06:59"),
        # 02:00 was not shown before the clock went back: it comes once, an hour later.
        ("America/New_York", "2027-11-07 02:00", "2027-11-07 07:00", "2027-11-07 07:00"),
        # 02:00+11 to 01:30+10:30 at 15:00Z the day before.
        ("Australia/Lord_Howe", "2027-04-04 01:45", "2027-04-03 14:45", "2027-04-03 15:15"),
        # 02:00+10:30 to 02:30+11 at 15:30Z.
        ("Australia/Lord_Howe", "2027-10-03 02:10", "2027-10-02 15:30", "2027-10-02 15:30"),
        # Samoa went from Thursday 29 to Saturday 31 at 10:00Z.
        ("Pacific/Apia", "2011-12-30 09:00", "2011-12-30 10:00", "2011-12-30 10:00"),
        # Summer is Dublin's standard time; 02:00 IST to 01:00 GMT at 01:00Z.
        ("Europe/Dublin", "2027-10-31 01:30", "2027-10-31 00:30", "2027-10-31 01:30"),
        # From +11 back to -12 at 13:00Z on 30 September: midnight comes twice, 23 hours apart.
        ("Pacific/Kwajalein", "1969-09-30 12:00", "1969-09-30 01:00", "1969-10-01 00:00"),
    ],
)
def test_start_is_the_first_and_end_the_last_of_a_local_time(tz, local_time, start, end):
    assert shift_start(tz, wall(local_time)) == utc(start)
    assert shift_end(tz, wall(local_time)) == utc(end)


@settings(EXACT, max_examples=150)
@given(st.sampled_from(TROUBLE), st.integers(-2 * DAY, 2 * DAY))
def test_start_and_end_agree_with_the_clock_read_by_the_minute(trouble, minutes):
    tz, day = trouble
    clock = clock_around(tz, day)
    target = minute(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)) + minutes

    assert zone(tz).start_minute(target) == clock.starts(target)
    assert zone(tz).end_minute(target) == clock.ends(target)


@pytest.mark.parametrize("trouble", TROUBLE)
def test_every_minute_next_to_a_jump_of_the_clock_is_exact(trouble):
    clock, where = clock_around(*trouble), zone(trouble[0])
    jumps = [(a, b) for a, b in pairwise(clock.shown) if b != a + 1]
    targets = [edge + d for jump in jumps for edge in jump for d in (-1, 0, 1)]

    for target in targets:
        assert where.start_minute(target) == clock.starts(target)
        assert where.end_minute(target) == clock.ends(target)
        assert where.start_minutes([target]) == [clock.starts(target)]
        assert where.end_minutes([target]) == [clock.ends(target)]


@settings(EXACT, max_examples=200)
@given(st.lists(st.tuples(st.integers(1, 90), st.integers(-60, 60)), min_size=2, max_size=8))
def test_clock_that_jumps_as_often_as_it_likes_is_still_exact(stretches):
    starts = [0, *accumulate(length for length, _ in stretches)]
    offsets = [offset for _, offset in stretches]
    wild = Zone("wild", [-(10**12), *starts[1:-1]], offsets)
    clock = Clock.showing(-400, [m + wild.offset_at(m) for m in range(-400, 1200)])

    for target in range(-70, 800):
        assert wild.start_minute(target) == clock.starts(target)
        assert wild.end_minute(target) == clock.ends(target)


@EXACT
@given(
    st.sampled_from(sorted(zone_names())),
    st.dates(date(1850, 1, 1), date(2600, 1, 1)),
    st.lists(st.integers(-2 * DAY, 2 * DAY), min_size=1, max_size=30),
)
def test_any_zone_in_any_year_agrees_with_the_clock_read_by_the_minute(tz, day, minutes):
    noon = minute(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    clock = Clock(tz, noon - 4 * DAY, noon + 4 * DAY)
    targets = sorted(noon + m for m in minutes)

    assert zone(tz).start_minutes(targets) == [clock.starts(target) for target in targets]
    assert zone(tz).end_minutes(targets) == [clock.ends(target) for target in targets]


@settings(EXACT, max_examples=200)
@given(
    st.sampled_from(sorted(zone_names())),
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 28)),
    st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_later_local_times_never_come_earlier(tz, first, step):
    first = first.replace(second=0, microsecond=0)
    second = first + min(step, datetime(9999, 12, 28) - first)
    second = second.replace(second=0, microsecond=0)

    assert shift_start(tz, first) <= shift_start(tz, second)
    assert shift_end(tz, first) <= shift_end(tz, second)
    assert shift_start(tz, first) <= shift_end(tz, first)


def _changes(tz: str) -> list[int]:
    """The minutes before 2040 at which the zone's offset changes, found by looking each day."""
    edges, shown = [], pinned(tz)
    days = [EPOCH + timedelta(days=d) for d in range(-2 * 365, 70 * 365)]
    for day, following in pairwise(days):
        low, high = minute(day), minute(following)
        before = day.astimezone(shown).utcoffset()
        if before == following.astimezone(shown).utcoffset():
            continue
        while high - low > 1:
            middle = (low + high) // 2
            same = (EPOCH + middle * MINUTE).astimezone(shown).utcoffset() == before
            low, high = (middle, high) if same else (low, middle)
        edges.append(high)
    return edges


@pytest.mark.parametrize("tz", sorted(zone_names())[::25] + [tz for tz, _ in TROUBLE])
def test_offsets_are_those_of_the_database_around_every_change(tz):
    minutes = [m + d for m in _changes(tz) for d in (-1, 0, 1)]
    far = [minute(datetime(year, 7, 1, 3, 7, tzinfo=UTC)) for year in range(2, 9999, 53)]

    for m in minutes + far:
        offset = (EPOCH + m * MINUTE).astimezone(pinned(tz)).utcoffset()
        assert zone(tz).offset_at(m) == offset // MINUTE, EPOCH + m * MINUTE


def test_every_zone_of_the_database_can_be_read():
    for name in zone_names():
        assert -16 * 60 < zone(name).offset_at(0) < 16 * 60


def test_far_future_keeps_the_last_rule():
    # New York skips 02:00 to 03:00 on the second Sunday of March: in 9900 that is the 11th.
    assert date(9900, 3, 11).weekday() == 6
    after = utc("9900-03-11 07:00")

    assert shift_start("America/New_York", wall("9900-03-11 02:59")) == after
    assert shift_end("America/New_York", wall("9900-03-11 02:00")) == after
    assert shift_end("America/New_York", wall("9900-03-11 03:01")) > after


@pytest.mark.parametrize(
    "name",
    [
        "",
        "localtime",
        "posixrules",
        "europe/rome",
        "EUROPE/ROME",
        "Europe/Rome ",
        "../zoneinfo/Europe/Rome",
        "/etc/localtime",
        "Europe",
        "Europe/",
        "UTC+1",
        "EST5EDT4",
        "right/Europe/Rome",
        "zones",
        "Mars/Olympus",
        "Europe/Rome\0",
    ],
)
def test_anything_but_an_exact_name_is_unknown(name):
    with pytest.raises(UnknownZone) as refusal:
        zone(name)
    assert refusal.value.name == name


def test_instants_beyond_the_calendar_are_refused():
    with pytest.raises(OutsideCalendar):
        shift_start("America/Los_Angeles", wall("9999-12-31 23:00"))
    with pytest.raises(OutsideCalendar):
        shift_end("Asia/Shanghai", wall("0001-01-01 00:00"))
    with pytest.raises(OutsideCalendar):
        local("Asia/Shanghai", utc("9999-12-31 23:00"))


def test_local_shows_the_clock_and_its_offset():
    shown = local("Asia/Kathmandu", utc("2027-05-01 18:30"))

    assert shown.isoformat() == "2027-05-02T00:15:00+05:45"


def test_a_wall_time_with_a_zone_and_an_instant_without_one_are_refused():
    with pytest.raises(ValueError, match="no time zone"):
        shift_start("UTC", utc("2027-01-01 00:00"))
    with pytest.raises(ValueError, match="needs a time zone"):
        local("UTC", wall("2027-01-01 00:00"))


def test_instants_are_minutes_in_any_zone():
    instant = datetime(2027, 1, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))

    assert instant_at(minute_of(instant)) == utc("2027-01-01 00:00")
    assert instant_at(minute_after(instant)) == utc("2027-01-01 00:01")
