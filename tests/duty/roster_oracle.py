"""Rosters answered minute by minute, straight from the words of the specification.

Independent of `apps.duty.planning`: it knows what is drawn and shares no code with it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.core.clock_oracle import wall
from tests.duty.oracle import DAY, anchor, clock, duty_minutes

# No drawn turn is longer.
REACH = 75 * DAY


@dataclass(frozen=True)
class Drawn:
    """A rota as a person would write it down."""

    ident: str
    start: datetime
    unit: str
    length: int
    people: tuple[str, ...]
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class World:
    """One desk: `swaps` are (rota, asker, taker, first minute, last) in the order of taking."""

    desk: dict
    rotas: tuple[Drawn, ...]
    seated: tuple[str, ...]
    swaps: tuple[tuple[str, str, str, int, int], ...] = ()
    leave: tuple[tuple[str, int, int], ...] = ()


def answer(world: World, a: int, b: int) -> tuple[set, set, set]:
    """(minute, rota, person, by swap) on duty; the same on leave; minutes with everybody."""
    on, holes, everybody = set(), set(), set()
    away = {(person, m) for person, start, end in world.leave for m in range(start, end)}
    turns = {rota.ident: owners(rota, world.desk["tz"], a, b) for rota in world.rotas}
    for m in duty_minutes(world.desk, a, b):
        there = False
        for ident, owner in turns.items():
            if owner.get(m) is None:
                continue
            person, swapped = handed(world, ident, owner[m], m)
            if (person, m) in away:
                holes.add((m, ident, person, swapped))
            else:
                on.add((m, ident, person, swapped))
                there = True
        if not there:
            on |= {(m, "", person, False) for person in world.seated if (person, m) not in away}
            if world.rotas:
                everybody.add(m)
    return on, holes, everybody


def handed(world: World, ident: str, person: str, m: int) -> tuple[str, bool]:
    swapped = False
    for rota, asker, taker, start, end in world.swaps:
        if rota == ident and asker == person and start <= m < end:
            person, swapped = taker, True
    return person, swapped


def owners(rota: Drawn, tz: str, a: int, b: int) -> dict[int, str]:
    """Whose turn each minute of [a, b) is: that of the latest change before it."""
    shown = clock(tz, a - REACH, b + 2 * DAY)
    changes = sorted(
        (shown.starts(target), number)
        for number, target in targets(rota, a - REACH + 3 * DAY, b + 2 * DAY)
    )
    first = -(10**9) if rota.valid_from is None else shown.starts(anchor(rota.valid_from))
    last = 10**9
    if rota.valid_until is not None:
        last = shown.starts(anchor(rota.valid_until + timedelta(days=1)))
    found, k = {}, -1
    for m in range(a, b):
        while k + 1 < len(changes) and changes[k + 1][0] <= m:
            k += 1
        if first <= m < last and rota.people:
            found[m] = rota.people[changes[k][1] % len(rota.people)]
    return found


def targets(rota: Drawn, first: int, last: int) -> list[tuple[int, int]]:
    """The number and the wall minute of each turn that starts there."""
    start = wall(rota.start)
    if rota.unit != "monthly":
        step = {"hourly": 60, "daily": DAY, "weekly": 7 * DAY}[rota.unit] * rota.length
        return [
            (t, start + t * step) for t in range(-9000, 9000) if first <= start + t * step < last
        ]
    found = []
    for number in range(-40, 40):
        months = rota.start.year * 12 + rota.start.month - 1 + number * rota.length
        year, month = divmod(months, 12)
        after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
        day = min(rota.start.day, (after - timedelta(days=1)).day)
        at = wall(datetime(year, month + 1, day, rota.start.hour, rota.start.minute))
        if first <= at < last:
            found.append((number, at))
    return found
