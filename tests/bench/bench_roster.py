"""What a year of people on duty costs: medians of CPU time, warm."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid5

from apps.core.walltime import minute_of
from apps.duty.planning import (
    DeskRule,
    RosterRule,
    Rota,
    RotaRule,
    SwapRule,
    Unit,
    Window,
    on_duty,
    roster,
)
from tests.bench.measuring import line, times_of

ROUNDS = 15
BAR = 8.0
SPACE = UUID("018f0000-0000-7000-8000-000000000000")
START, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))
PEOPLE = tuple(uuid5(SPACE, f"person {n}") for n in range(12))
ROTAS = tuple(uuid5(SPACE, f"rota {n}") for n in range(4))
ZONE = "America/New_York"


def rule() -> RosterRule:
    """Four rotas of a desk: twelve hours, a day, a week and a month; swaps and leave all year."""
    units = [(Unit.HOURLY, 12), (Unit.DAILY, 1), (Unit.WEEKLY, 1), (Unit.MONTHLY, 1)]
    start = datetime(2027, 1, 4, 9, 0)
    rotas = tuple(
        RotaRule(ROTAS[n], Rota(ZONE, start, unit, length), PEOPLE[n * 3 : n * 3 + 3])
        for n, (unit, length) in enumerate(units)
    )
    swaps = tuple(_swap(n) for n in range(40))
    leave = {
        person: [
            (START + (n * 23 + k * 60) * DAY, START + (n * 23 + k * 60 + 5) * DAY) for k in range(6)
        ]
        for n, person in enumerate(PEOPLE)
    }
    return RosterRule(seated=PEOPLE, rotas=rotas, swaps=swaps, leave=leave)


def _swap(n: int) -> SwapRule:
    start = START + n * 9 * DAY
    return SwapRule(ROTAS[n % 4], PEOPLE[n % 12], PEOPLE[(n + 5) % 12], start, start + DAY)


def said_monthly(said: RosterRule) -> RosterRule:
    """The same with each rota said anew every month, the order of its people turned by one."""
    edges = [datetime(2027, month, 1, 3, 30, tzinfo=UTC) for month in range(2, 13)]
    rotas = [
        replace(rota, people=rota.people[k % 3 :] + rota.people[: k % 3], from_at=a, until_at=b)
        for rota in said.rotas
        for k, (a, b) in enumerate(pairwise([None, *edges, None]))
    ]
    return replace(said, rotas=tuple(rotas))


def main() -> None:
    """Print the medians."""
    always = DeskRule("desk", ZONE, (Window(EVERY_DAY, 0, 1440),))
    weekdays = DeskRule(
        "desk", ZONE, (Window(frozenset(range(5)), 540, 1080),), frozenset({date(2027, 12, 24)})
    )
    said = rule()
    a, b = minute_of(START), minute_of(END)
    for name, desk in (("always on duty", always), ("on weekdays", weekdays)):
        duty = [(minute_of(start), minute_of(end)) for start, end in on_duty(desk, START, END)]
        found = roster(said, duty, a, b)
        print(f"{len(found.turns)} shifts, {len(found.holes)} holes, at a desk {name}")
        times = times_of(lambda spans=duty: roster(said, spans, a, b), ROUNDS)
        line(f"4 rotas x 365 days, swaps and leave, {name}", times, BAR)
    monthly = said_monthly(said)
    times = times_of(lambda: roster(monthly, [(a, b)], a, b), ROUNDS)
    line("always on duty, each rota said anew every month", times, BAR)
    times = times_of(lambda: roster(rule(), [(a, b)], a, b), ROUNDS)
    line("the same with rules made anew", times, BAR)


if __name__ == "__main__":
    main()
