"""Calendars as Outlook, Google and rota services write them, read as duty."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from apps.duty.calendars.reading import read
from apps.duty.calendars.results import Reading, ReadingError

FIXTURES = Path(__file__).parent / "calendars"
A = datetime(2027, 3, 1, tzinfo=UTC)
B = datetime(2027, 4, 19, tzinfo=UTC)


def text(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def event(*lines: str, uid: str = "one") -> list[str]:
    return ["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"]


def reading(*lines: str, zone: str = "Europe/Rome") -> Reading:
    return read(text(*lines), zone=zone, a=A, b=B)


def shifts(found: Reading) -> list[tuple[str, str]]:
    return [(f"{s.starts_at:%d.%m. %H:%M}", f"{s.ends_at:%d.%m. %H:%M}") for s in found.shifts]


def fixture(name: str, zone: str = "Europe/Rome") -> Reading:
    return read((FIXTURES / name).read_bytes(), zone=zone, a=A, b=B)


def test_outlooks_zone_names_are_the_pinned_zones() -> None:
    found = fixture("outlook.ics")

    # 22:00 to 06:00 in Berlin: 21:00Z before the last Sunday of March, 20:00Z after it; the
    # night of the change has seven hours. Cancelled on the 17th, moved on the 24th.
    assert found.name == "Night watch"
    assert shifts(found) == [
        ("03.03. 21:00", "04.03. 05:00"),
        ("10.03. 21:00", "11.03. 05:00"),
        ("25.03. 21:00", "26.03. 05:00"),
        ("27.03. 21:00", "28.03. 04:00"),
        ("31.03. 20:00", "01.04. 04:00"),
        ("07.04. 20:00", "08.04. 04:00"),
        ("14.04. 20:00", "15.04. 04:00"),
    ]
    assert [e.skipped for e in found.events] == ["", "cancelled", "", "", "free"]


def test_googles_exceptions_and_whole_days_are_read() -> None:
    found = fixture("google.ics")

    assert shifts(found) == [
        ("01.03. 23:00", "02.03. 07:00"),
        ("03.03. 23:00", "04.03. 07:00"),
        ("07.03. 17:00", "08.03. 01:00"),
        ("08.03. 23:00", "09.03. 07:00"),
        ("19.03. 23:00", "21.03. 23:00"),
    ]


def test_rota_service_exports_are_read_with_their_time() -> None:
    assert shifts(fixture("rota_service.ics")) == [
        ("01.03. 08:00", "08.03. 08:00"),
        ("08.03. 08:00", "15.03. 07:00"),
        ("15.03. 07:00", "15.03. 19:00"),
    ]


@pytest.mark.parametrize("zone", ["", ";TZID=America/New_York", ";TZID=Eastern Standard Time"])
def test_skipped_time_takes_the_offset_before_it(zone: str) -> None:
    found = reading(
        *event(f"DTSTART{zone}:20270314T023000", f"DTEND{zone}:20270314T040000"),
        zone="America/New_York",
    )

    assert shifts(found) == [("14.03. 07:30", "14.03. 08:00")]


def test_skipped_time_of_a_zone_that_the_calendar_describes_takes_the_offset_before_too() -> None:
    own = ["BEGIN:VTIMEZONE", "TZID:Our clocks"]
    for name, rule, before, after in (
        ("STANDARD", "BYDAY=1SU;BYMONTH=11", "-0400", "-0500"),
        ("DAYLIGHT", "BYDAY=2SU;BYMONTH=3", "-0500", "-0400"),
    ):
        own += [f"BEGIN:{name}", "DTSTART:16010101T020000", f"RRULE:FREQ=YEARLY;{rule}"]
        own += [f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", f"END:{name}"]
    times = [f"{p};TZID=Our clocks:202703{d}" for p, d in (("DTSTART", "14T023000"),)]

    found = reading(*own, "END:VTIMEZONE", *event(*times, "DURATION:PT2H"))

    assert shifts(found) == [("14.03. 07:30", "14.03. 09:30")]


def test_repeated_time_is_the_first_of_the_two() -> None:
    a, b = datetime(2027, 10, 30, tzinfo=UTC), datetime(2027, 11, 9, tzinfo=UTC)
    lines = event("DTSTART:20271107T013000", "DTEND:20271107T040000")

    found = read(text(*lines), zone="America/New_York", a=a, b=b)

    assert shifts(found) == [("07.11. 05:30", "07.11. 09:00")]


def test_whole_days_run_from_local_midnight_to_local_midnight() -> None:
    found = reading(
        *event("DTSTART;VALUE=DATE:20270327", "DTEND;VALUE=DATE:20270329"),
        *event("DTSTART;VALUE=DATE:20270401", uid="two"),
    )

    assert shifts(found) == [("26.03. 23:00", "28.03. 22:00"), ("31.03. 22:00", "01.04. 22:00")]


def test_hours_of_a_duration_are_exact_and_its_days_are_not() -> None:
    start = "DTSTART;TZID=Europe/Rome:20270327T220000"

    assert shifts(reading(*event(start, "DURATION:PT8H"))) == [("27.03. 21:00", "28.03. 05:00")]
    assert shifts(reading(*event(start, "DURATION:P1D"))) == [("27.03. 21:00", "28.03. 20:00")]


def test_dates_are_added_and_left_out() -> None:
    found = reading(
        *event(
            "DTSTART;TZID=Europe/Rome:20270301T090000",
            "DTEND;TZID=Europe/Rome:20270301T100000",
            "RRULE:FREQ=DAILY;COUNT=3",
            "EXDATE;TZID=Europe/Rome:20270302T090000",
            "RDATE;TZID=Europe/Rome:20270310T120000",
            "RDATE;VALUE=PERIOD:20270311T120000Z/PT3H",
        )
    )

    assert shifts(found) == [
        ("01.03. 08:00", "01.03. 09:00"),
        ("03.03. 08:00", "03.03. 09:00"),
        ("10.03. 11:00", "10.03. 12:00"),
        ("11.03. 12:00", "11.03. 15:00"),
    ]


def test_one_exception_for_this_and_all_to_come_moves_the_rest() -> None:
    found = reading(
        *event("DTSTART:20270301T090000Z", "DTEND:20270301T100000Z", "RRULE:FREQ=DAILY;COUNT=4"),
        *event(
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20270303T090000Z",
            "DTSTART:20270303T110000Z",
            "DTEND:20270303T120000Z",
        ),
    )

    assert [start for start, _end in shifts(found)] == [
        "01.03. 09:00",
        "02.03. 09:00",
        "03.03. 11:00",
        "04.03. 11:00",
    ]


def test_calendars_own_description_of_a_known_zone_is_passed_over() -> None:
    liar = ["BEGIN:VTIMEZONE", "TZID:W. Europe Standard Time", "BEGIN:STANDARD"]
    liar += ["DTSTART:16010101T000000", "TZOFFSETFROM:+0900", "TZOFFSETTO:+0900"]
    zone = "TZID=W. Europe Standard Time"

    found = reading(
        *[*liar, "END:STANDARD", "END:VTIMEZONE"],
        *event(f"DTSTART;{zone}:20270310T090000", f"DTEND;{zone}:20270310T100000"),
    )

    assert shifts(found) == [("10.03. 08:00", "10.03. 09:00")]


def test_zone_described_in_one_calendar_is_unknown_in_the_next() -> None:
    own = ["BEGIN:VTIMEZONE", "TZID:Ours", "BEGIN:STANDARD", "DTSTART:16010101T000000"]
    own += ["TZOFFSETFROM:+0100", "TZOFFSETTO:+0100", "END:STANDARD", "END:VTIMEZONE"]
    when = event("DTSTART;TZID=Ours:20270310T090000", "DTEND;TZID=Ours:20270310T100000")

    first, second = reading(*own, *when), reading(*when)

    assert shifts(first) == [("10.03. 08:00", "10.03. 09:00")]
    assert (second.events[0].skipped, second.events[0].detail) == ("unknown_zone", "Ours")


SKIPPED = [
    (["DTSTART:20270310T090000Z"], "no_length"),
    (["DTSTART:20270310T090000Z", "DTEND:20270310T080000Z"], "no_length"),
    (["DTSTART:soon", "DTEND:20270310T080000Z"], "no_start"),
    (["SUMMARY:Whenever"], "no_start"),
    (["DTSTART:20270310T090000Z", "DURATION:PT1H", "STATUS:CANCELLED"], "cancelled"),
    (["DTSTART:20270310T090000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"], "free"),
    (["DTSTART:20270310T090000Z", "DURATION:PT1H", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"], "free"),
    (["DTSTART:20200310T090000Z", "DURATION:PT1H"], "outside"),
    (["DTSTART:20270310T090000Z", "DURATION:PT1H", "RRULE:FREQ=SECONDLY"], "too_often"),
    (["DTSTART:20270310T090000Z", "DURATION:PT1H", "RRULE:FREQ=SOMETIMES"], "unclear"),
    (["DTSTART:20270310T090000Z", "DURATION:PT1H", "EXDATE:never"], "unclear"),
    (["DTSTART;TZID=Mars/Base:20270310T090000", "DURATION:PT1H"], "unknown_zone"),
]


@pytest.mark.parametrize(("lines", "reason"), SKIPPED)
def test_what_is_no_duty_says_why_and_hides_no_other(lines: list[str], reason: str) -> None:
    found = reading(*event(*lines), *event("DTSTART:20270401T090000Z", "DURATION:PT1H", uid="good"))

    assert [e.skipped for e in found.events] == [reason, ""]
    assert shifts(found) == [("01.04. 09:00", "01.04. 10:00")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_calendar"),
        (b"<html>Please sign in</html>", "not_a_calendar"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "not_a_calendar"),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", "not_a_calendar"),
        (b"BEGIN:VCALENDAR\r\nX-N:\xff\r\nEND:VCALENDAR\r\n", "not_text"),
        (b"BEGIN:VCALENDAR\r\nX-N:\x00\r\nEND:VCALENDAR\r\n", "not_text"),
        (b"BEGIN:VCALENDAR\r\n" + b"X" * 2_000_000, "too_long"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 5_001, "too_many_events"),
    ],
)
def test_what_is_no_calendar_is_refused_with_a_code(data: bytes, code: str) -> None:
    with pytest.raises(ReadingError) as refusal:
        read(data, zone="UTC", a=A, b=B)

    assert refusal.value.code == code


def test_more_than_twenty_thousand_times_are_refused() -> None:
    often = [
        line
        for n in range(20)
        for line in event(
            "DTSTART:20270301T000000Z", "DURATION:PT1H", "RRULE:FREQ=HOURLY", uid=f"{n}"
        )
    ]

    with pytest.raises(ReadingError, match="too_many_shifts"):
        read(text(*often), zone="UTC", a=A, b=A + timedelta(days=60))


def test_shift_keeps_its_whole_length_at_the_edges_of_the_range() -> None:
    found = reading(*event("DTSTART:20270227T090000Z", "DTEND:20270301T090000Z"))

    assert shifts(found) == [("27.02. 09:00", "01.03. 09:00")]
