"""Plans answered minute by minute, straight from the words of the specification.

Independent of `apps.duty.planning`: it reads the same documents and shares no code with it.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache

from tests.core.clock_oracle import EPOCH, MINUTE, Clock, minute

DAY = 1440
BEFORE = 6 * DAY
# Far enough that a duty which runs through it never ends: no drawn desk has a longer one.
BEYOND = 25 * DAY


def read(text: str) -> int:
    return minute(datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC))


def written(m: int) -> str:
    return (EPOCH + m * MINUTE).strftime("%Y-%m-%dT%H:%MZ")


def clock(tz: str, first: int, last: int) -> Clock:
    # In steps of days, so that neighbouring plans share one reading.
    step = 10 * DAY
    return _reading(tz, (first - 5 * DAY) // step * step, -(-(last + 6 * DAY) // step) * step)


@cache
def _reading(tz: str, first: int, last: int) -> Clock:
    return Clock(tz, first, last)


def duty_minutes(desk: dict, first: int, last: int) -> set[int]:
    """The minutes of [first, last) in which the desk is on duty."""
    wall, minutes = clock(desk["tz"], first, last), set()
    day = (EPOCH + first * MINUTE).date() - timedelta(days=5)
    while day <= (EPOCH + last * MINUTE).date() + timedelta(days=2):
        midnight = minute(datetime(day.year, day.month, day.day, tzinfo=UTC))
        for window in desk["windows"]:
            if day.weekday() in window["days"] and day.isoformat() not in desk["holidays"]:
                start, end = (
                    int(t[:2]) * 60 + int(t[3:]) for t in (window["start"], window["end"])
                )
                end = end + DAY if end <= start else end
                minutes |= set(range(wall.starts(midnight + start), wall.ends(midnight + end)))
        day += timedelta(days=1)
    for a, b in desk.get("imported", ()):
        minutes |= set(range(read(a), read(b)))
    for a, b in desk.get("closures", ()):
        minutes -= set(range(read(a), read(b)))
    for a, b in desk.get("extra", ()):
        minutes |= set(range(read(a), read(b)))
    return {m for m in minutes if first <= m < last}


def ranges(minutes: set[int]) -> list[list[str]]:
    starts = sorted(m for m in minutes if m - 1 not in minutes)
    ends = sorted(m + 1 for m in minutes if m + 1 not in minutes)
    return [[written(a), written(b)] for a, b in zip(starts, ends, strict=True)]


def coverage(plan: dict) -> dict:
    a, b = (read(text) for text in plan["range"])
    duty = {
        desk["id"]: {m for m in duty_minutes(desk, a - BEFORE, b + BEFORE) if a <= m < b}
        for desk in plan["desks"]
    }
    count = {m: sum(m in minutes for minutes in duty.values()) for m in range(a, b)}
    return {
        "on_duty": {desk: ranges(minutes) for desk, minutes in duty.items()},
        "gaps": ranges({m for m in count if count[m] == 0}),
        "overlaps": ranges({m for m in count if count[m] >= 2}),
    }


def handovers(plan: dict) -> dict:
    a, b = (read(text) for text in plan["range"])
    duty = {desk["id"]: duty_minutes(desk, a, b + BEYOND) for desk in plan["desks"]}

    def remaining(desk: str, m: int) -> int:
        end = m
        while end in duty[desk]:
            end += 1
        return end - m

    events, holder, holding = [], plan["initial_holder"], False
    for m in range(a, b):
        if m in duty[holder]:
            holding = False
            continue
        others = [desk for desk in duty if desk != holder and m in duty[desk]]
        if others:
            to = max(others, key=lambda desk: remaining(desk, m))
            events.append({"at": written(m), "kind": "handover", "from": holder, "to": to})
            holder, holding = to, False
        elif not holding:
            events.append({"at": written(m), "kind": "hold", "desk": holder})
            holding = True
    return {"events": events}


def rotation(plan: dict) -> dict:
    """The minutes at which the running maximum of the wall clock reaches the next change."""
    a, b = (read(text) for text in plan["range"])
    wall = clock(plan["tz"], a - 2 * DAY, b + 2 * DAY)
    start = minute(datetime.strptime(plan["start_local"], "%Y-%m-%dT%H:%M").replace(tzinfo=UTC))
    step = {"hourly": 60, "daily": DAY, "weekly": 7 * DAY}[plan["unit"]] * plan["length"]
    targets = [t for t in range(a - 3 * DAY, b + 3 * DAY) if (t - start) % step == 0]
    changes = {wall.starts(target) for target in targets}
    return {"handoffs": [written(m) for m in sorted(changes) if a <= m <= b]}


def monthly(plan: dict) -> dict:
    """As `rotation`, for a unit of months."""
    a, b = (read(text) for text in plan["range"])
    wall = clock(plan["tz"], a - 2 * DAY, b + 2 * DAY)
    start = datetime.strptime(plan["start_local"], "%Y-%m-%dT%H:%M")
    changes, day = set(), (EPOCH + a * MINUTE).date() - timedelta(days=3)
    while day <= (EPOCH + b * MINUTE).date() + timedelta(days=3):
        months = (day.year - start.year) * 12 + day.month - start.month
        last_day = (day + timedelta(days=1)).month != day.month
        if months % plan["length"] == 0 and (
            day.day == start.day or (last_day and day.day < start.day)
        ):
            midnight = minute(datetime(day.year, day.month, day.day, tzinfo=UTC))
            changes.add(wall.starts(midnight + start.hour * 60 + start.minute))
        day += timedelta(days=1)
    return {"handoffs": [written(m) for m in sorted(changes) if a <= m <= b]}


def anchor(day: date) -> int:
    return minute(datetime(day.year, day.month, day.day, tzinfo=UTC))
