from datetime import UTC, datetime

import pytest
from hypothesis import given

from apps.duty.planning import (
    DeskRule,
    HandedOver,
    Held,
    Window,
    next_handover,
    plan,
    simulate_handovers,
)
from tests.duty import oracle
from tests.duty.drawing import EXACT, plans

DAILY = [0, 1, 2, 3, 4, 5, 6]


def desk(name: str, *hours: str, **exceptions: list[list[str]]) -> dict:
    """A desk in UTC that is on duty daily in each "HH:MM-HH:MM"."""
    windows = [{"days": DAILY, "start": text[:5], "end": text[6:]} for text in hours]
    return {"id": name, "tz": "UTC", "windows": windows, "holidays": [], **exceptions}


def events(holder: str, first: str, last: str, *desks: dict) -> list[tuple[str, ...]]:
    document = {
        "kind": "handover",
        "range": [f"2027-06-{first}Z", f"2027-06-{last}Z"],
        "initial_holder": holder,
        "desks": list(desks),
    }
    return [tuple(event.values()) for event in plan(document)["events"]]


def handover(at: str, giver: str, receiver: str) -> tuple[str, ...]:
    return (f"2027-06-{at}Z", "handover", giver, receiver)


def hold(at: str, name: str) -> tuple[str, ...]:
    return (f"2027-06-{at}Z", "hold", name)


def test_holder_keeps_the_case_while_on_duty_though_others_are_too():
    ana, bo = desk("ana", "08:00-16:00"), desk("bo", "10:00-20:00")

    assert events("ana", "01T08:00", "01T19:00", ana, bo) == [
        handover("01T16:00", "ana", "bo"),
    ]


def test_longest_remaining_duty_receives_not_the_longest_shift():
    ana, bo, cy = desk("ana", "08:00-16:00"), desk("bo", "04:00-18:00"), desk("cy", "15:00-19:00")

    assert events("ana", "01T08:00", "01T18:30", ana, bo, cy) == [
        handover("01T16:00", "ana", "cy"),
    ]


def test_tie_goes_by_the_order_of_the_desks():
    ana, bo, cy = desk("ana", "08:00-16:00"), desk("bo", "15:00-20:00"), desk("cy", "12:00-20:00")

    assert events("ana", "01T08:00", "01T20:00", ana, bo, cy)[0][3] == "bo"
    assert events("ana", "01T08:00", "01T20:00", ana, cy, bo)[0][3] == "cy"


def test_remaining_duty_counts_beyond_the_end_of_the_range():
    ana, bo, cy = desk("ana", "08:00-16:00"), desk("bo", "15:00-20:00"), desk("cy", "15:00-21:00")

    assert events("ana", "01T08:00", "01T17:00", ana, bo, cy) == [
        handover("01T16:00", "ana", "cy"),
    ]


def test_desk_on_duty_for_ever_outlasts_all_and_ties_with_its_like():
    ana, bo = desk("ana", "08:00-16:00"), desk("bo", "15:00-14:00")
    always, ever = desk("always", "00:00-24:00"), desk("ever", "06:00-18:00", "18:00-06:00")

    assert events("ana", "01T08:00", "30T00:00", ana, bo, always)[0][3] == "always"
    assert events("ana", "01T08:00", "30T00:00", ana, ever, always) == [
        handover("01T16:00", "ana", "ever"),
    ]


def test_far_exceptions_decide_between_desks_that_are_nearly_always_on_duty():
    closed = {"closures": [["2093-01-01T00:00Z", "2093-01-01T00:01Z"]]}
    holiday = desk("holiday", "00:00-24:00") | {"holidays": ["2093-01-02"]}
    extra = desk("extra", extra=[["2027-05-01T00:00Z", "2093-01-03T00:00Z"]])
    ana, closure = desk("ana", "08:00-16:00"), desk("closure", "00:00-24:00", **closed)

    found = events("ana", "01T08:00", "02T00:00", ana, closure, holiday, extra)

    assert found == [handover("01T16:00", "ana", "extra")]
    assert events("ana", "01T08:00", "02T00:00", ana, closure, holiday)[0][3] == "holiday"


def test_nobody_on_duty_is_one_hold_until_a_desk_comes():
    ana, bo = desk("ana", "08:00-16:00"), desk("bo", "20:00-22:00")

    assert events("ana", "01T08:00", "01T21:00", ana, bo) == [
        hold("01T16:00", "ana"),
        handover("01T20:00", "ana", "bo"),
    ]


def test_holder_that_comes_back_first_or_at_the_same_minute_keeps_the_case():
    ana = desk("ana", "08:00-16:00", "20:00-21:00")
    same, later = desk("same", "20:00-23:00"), desk("later", "20:30-23:00")

    assert events("ana", "01T08:00", "01T21:00", ana, same) == [hold("01T16:00", "ana")]
    assert events("ana", "01T08:00", "01T22:00", ana, later) == [
        hold("01T16:00", "ana"),
        handover("01T21:00", "ana", "later"),
    ]


def test_desks_that_come_after_a_hold_at_one_minute_are_chosen_between_alike():
    ana = desk("ana", "08:00-16:00")
    short, long = desk("short", "20:00-21:00"), desk("long", "20:00-22:00")

    found = events("ana", "01T08:00", "01T20:30", ana, short, long)

    assert found == [hold("01T16:00", "ana"), handover("01T20:00", "ana", "long")]


def test_initial_holder_off_duty_gives_the_case_at_once_or_holds_it():
    ana, bo = desk("ana", "08:00-16:00"), desk("bo", "00:00-06:00")

    assert events("ana", "01T05:00", "01T05:30", ana, bo) == [handover("01T05:00", "ana", "bo")]
    assert events("ana", "01T06:00", "01T09:00", ana, bo) == [hold("01T06:00", "ana")]
    assert events("ana", "01T06:00", "01T06:00", ana, bo) == []


def test_event_at_the_end_of_the_range_is_not_in_it():
    ana, bo = desk("ana", "08:00-16:00"), desk("bo", "12:00-20:00")

    assert events("ana", "01T08:00", "01T16:00", ana, bo) == []
    assert events("ana", "01T08:00", "01T16:01", ana, bo) == [handover("01T16:00", "ana", "bo")]


def test_each_hold_of_a_desk_alone_is_told_once():
    assert events("ana", "01T12:00", "04T00:00", desk("ana", "08:00-16:00")) == [
        hold("01T16:00", "ana"),
        hold("02T16:00", "ana"),
        hold("03T16:00", "ana"),
    ]


def test_week_of_the_change_in_los_angeles_has_one_holder_at_every_minute():
    office = [{"days": [0, 1, 2, 3, 4], "start": "09:00", "end": "17:00"}]
    places = ("America/Los_Angeles", "Asia/Shanghai", "Europe/London")
    la, shanghai, london = places
    document = {
        "kind": "handover",
        "range": ["2027-03-12T00:00Z", "2027-03-16T10:00Z"],
        "initial_holder": london,
        "desks": [{"id": tz, "tz": tz, "windows": office, "holidays": []} for tz in places],
    }
    assert [tuple(event.values()) for event in plan(document)["events"]] == [
        # 16:00 on Thursday in Los Angeles is the only duty at midnight UTC.
        ("2027-03-12T00:00Z", "handover", london, la),
        ("2027-03-12T01:00Z", "handover", la, shanghai),
        ("2027-03-12T09:00Z", "handover", shanghai, london),
        ("2027-03-12T17:00Z", "handover", london, la),
        ("2027-03-13T01:00Z", "hold", la),
        ("2027-03-15T01:00Z", "handover", la, shanghai),
        ("2027-03-15T09:00Z", "handover", shanghai, london),
        ("2027-03-15T17:00Z", "handover", london, la),
        # Summer time ends the day in Los Angeles an hour before Shanghai's begins.
        ("2027-03-16T00:00Z", "hold", la),
        ("2027-03-16T01:00Z", "handover", la, shanghai),
        ("2027-03-16T09:00Z", "handover", shanghai, london),
    ]


def test_time_before_1970_is_as_good_as_any():
    found = plan(
        {
            "kind": "handover",
            "range": ["1969-06-01T08:00Z", "1969-06-02T08:00Z"],
            "initial_holder": "ana",
            "desks": [
                desk("off", "00:00-01:00"),
                desk("ana", "08:00-16:00"),
                desk("bo", "15:00-20:00"),
            ],
        }
    )

    assert [event["at"] for event in found["events"]] == [
        "1969-06-01T16:00Z",
        "1969-06-01T20:00Z",
        "1969-06-02T00:00Z",
        "1969-06-02T01:00Z",
    ]


@EXACT
@given(plans("handover"))
def test_handovers_agree_with_the_clock_read_by_the_minute(document):
    assert plan(document) == oracle.handovers(document)


@EXACT
@given(plans("handover"))
def test_longer_range_never_changes_the_events_of_a_shorter_one(document):
    a, b = document["range"]
    longer = {**document, "range": [a, oracle.written(oracle.read(b) + 5000)]}

    events = plan(longer)["events"]

    assert plan(document)["events"] == [event for event in events if event["at"] < b]


JUNE = datetime(2027, 6, 1, 12, tzinfo=UTC)
RULES = [
    DeskRule("ana", "UTC", (Window(frozenset(DAILY), 480, 960),)),
    DeskRule("bo", "UTC", (Window(frozenset(DAILY), 900, 1080),)),
]


def test_simulation_tells_of_desks_and_instants():
    moved, held = simulate_handovers(RULES, "ana", JUNE, JUNE.replace(hour=20))

    assert moved == HandedOver(JUNE.replace(hour=16), "ana", "bo")
    assert held == Held(JUNE.replace(hour=18), "bo")


def test_next_handover_is_the_first_event_if_there_is_one():
    assert next_handover(RULES, "ana", JUNE, JUNE.replace(day=9)) == HandedOver(
        JUNE.replace(hour=16), "ana", "bo"
    )
    assert next_handover(RULES, "ana", JUNE, JUNE.replace(hour=16)) is None


def test_unknown_holder_is_an_error():
    with pytest.raises(ValueError, match="cy"):
        next(simulate_handovers(RULES, "cy", JUNE, JUNE.replace(day=9)))
