from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from apps.core.walltime import instant_at, minute_of
from apps.duty.planning import DeskRule, Window, is_on_duty, next_change
from tests.core.clock_oracle import TROUBLE
from tests.duty import oracle
from tests.duty.drawing import EXACT, desks

DAILY = frozenset(range(7))
MONDAY = datetime(2027, 6, 7, 12, tzinfo=UTC)
ALWAYS = DeskRule("always", "Europe/Rome", (Window(DAILY, 0, 1440),))
OFFICE = DeskRule("office", "Europe/Rome", (Window(frozenset({0}), 540, 1020),))


def rule(drawn: dict) -> DeskRule:
    def minutes(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    def spans(name: str) -> tuple:
        return tuple(
            (instant_at(oracle.read(a)), instant_at(oracle.read(b))) for a, b in drawn.get(name, ())
        )

    windows = (
        Window(frozenset(w["days"]), minutes(w["start"]), minutes(w["end"]))
        for w in drawn["windows"]
    )
    holidays = frozenset(date.fromisoformat(day) for day in drawn["holidays"])
    exceptions = {name: spans(name) for name in ("closures", "extra", "imported")}
    return DeskRule(drawn["id"], drawn["tz"], tuple(windows), holidays, **exceptions)


@EXACT
@given(st.data(), st.sampled_from(TROUBLE), st.integers(-3 * 1440, 3 * 1440))
def test_next_change_agrees_with_the_clock_read_by_the_minute(data, trouble, minutes):
    tz, day = trouble
    drawn = data.draw(desks("one", tz, day))
    at = oracle.anchor(day) + minutes
    duty = oracle.duty_minutes(drawn, oracle.anchor(day) - 4320, oracle.anchor(day) + 20 * 1440)
    horizon = range(at + 1, oracle.anchor(day) + 20 * 1440)
    expected = next((m for m in horizon if (m in duty) != (at in duty)), None)

    found = next_change(rule(drawn), instant_at(at))

    assert is_on_duty(rule(drawn), instant_at(at)) == (at in duty)
    assert (found and minute_of(found)) == expected


def test_desk_that_is_always_or_never_on_duty_never_changes():
    assert next_change(ALWAYS, MONDAY) is None
    assert next_change(DeskRule("never", "UTC"), MONDAY) is None


def test_next_change_is_found_centuries_ahead():
    far = datetime(9000, 1, 1, 12, tzinfo=UTC)
    closed = replace(ALWAYS, closures=((far, far.replace(hour=13)),))
    opened = DeskRule("never", "UTC", extra=((far, far.replace(hour=13)),))
    imported = DeskRule("never", "UTC", imported=((far, far.replace(hour=13)),))

    assert next_change(closed, MONDAY) == far
    assert next_change(opened, MONDAY) == far
    assert next_change(imported, MONDAY) == far
    assert next_change(closed, far) == far.replace(hour=13)


def test_holiday_centuries_ahead_counts_from_its_local_midnight():
    festive = frozenset({date(8999, 6, 2)})

    # 00:00 in Rome is 22:00Z on the eve; midnight in Honolulu 10:00Z.
    assert next_change(replace(ALWAYS, holidays=festive), MONDAY) == MONDAY.replace(
        year=8999, month=6, day=1, hour=22
    )
    honolulu = replace(ALWAYS, tz="Pacific/Honolulu", holidays=festive)
    assert next_change(honolulu, MONDAY) == MONDAY.replace(year=8999, month=6, day=2, hour=10)


def test_holidays_and_closures_put_the_next_duty_off():
    weeks = frozenset(date(2027, 6, day) for day in (14, 21, 28))
    closed = ((MONDAY.replace(day=8), MONDAY.replace(year=2031)),)

    # The office opens on Mondays at 07:00Z; on 1 June 2031, a Sunday, summer time holds too.
    after = MONDAY.replace(hour=16)
    assert next_change(replace(OFFICE, holidays=weeks), after) == MONDAY.replace(
        month=7, day=5, hour=7
    )
    assert next_change(replace(OFFICE, closures=closed), after) == MONDAY.replace(
        year=2031, day=9, hour=7
    )


def test_change_beyond_the_calendar_is_none():
    last = datetime(9999, 12, 31, 23, 30, tzinfo=UTC)

    assert next_change(OFFICE, last) is None
