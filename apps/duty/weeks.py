"""The week hour by hour: how many desks are on duty, gaps and clock changes. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from apps.core import walltime
from apps.duty.models import Desk
from apps.duty.planning import DeskRule, gaps_and_overlaps, on_duty
from apps.duty.planning.spans import Interval
from apps.duty.strips import DAY, HOUR, wall_at


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The clocks of some desks move: when, by how much, and for whom."""

    at: datetime
    tz: str
    by: timedelta
    desks: list[Desk]

    @property
    def is_forward(self) -> bool:
        return self.by > timedelta(0)

    @property
    def size(self) -> timedelta:
        return abs(self.by)


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the reader's day: the fewest desks on duty at any minute of it."""

    hour: int
    count: int
    names: Sequence[str]
    shade: str
    is_change: bool = False
    is_now: bool = False
    is_skipped: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    cells: list[Cell]
    closed: Sequence[str]
    changes: list[ClockChange]


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is on duty; `desk` is the last that was, or the first that will be."""

    starts_at: datetime
    ends_at: datetime
    desk: Desk | None

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days in the reader's zone, hour by hour."""

    zone: str
    starts_at: datetime
    ends_at: datetime
    days: list[Day]
    gaps: list[Gap]
    changes: list[ClockChange]
    desks: list[tuple[Desk, timedelta]]
    hours: list[int] = field(default_factory=lambda: list(range(24)))

    @property
    def first_day(self) -> date:
        return self.days[0].on

    @property
    def last_day(self) -> date:
        return self.days[-1].on

    @property
    def hours_count(self) -> int:
        return round((self.ends_at - self.starts_at) / HOUR)

    @property
    def covered(self) -> timedelta:
        """How much of the week somebody is on duty."""
        gaps = sum((gap.length for gap in self.gaps), timedelta(0))
        return self.ends_at - self.starts_at - gaps

    @property
    def covered_hours(self) -> float:
        return round(self.covered / HOUR, 1)

    @property
    def longest(self) -> timedelta:
        return max((gap.length for gap in self.gaps), default=timedelta(0))

    @property
    def utc_hours(self) -> list[str]:
        """The UTC hour of each column on the first day."""
        return [
            f"{walltime.shift_start(self.zone, wall_at(self.first_day, hour)):%H}"
            for hour in self.hours
        ]


def week_range(first: date, zone: str) -> Interval:
    """The instants from the first day's midnight to that of the day a week later."""
    return (
        walltime.shift_start(zone, wall_at(first, 0)),
        walltime.shift_start(zone, wall_at(first + 7 * DAY, 0)),
    )


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week(
    desks: Sequence[Desk], rules: Sequence[DeskRule], first: date, zone: str, at: datetime
) -> Week:
    """Draw the week that begins on `first`."""
    a, b = week_range(first, zone)
    names = {rule.id: desk for desk, rule in zip(desks, rules, strict=True)}
    duty = {rule.id: on_duty(rule, a, b) for rule in rules}
    staffing = _staffing(duty, a, b)
    changes = clock_changes(desks, a, b)
    holidays = {UUID(rule.id): rule.holidays for rule in rules}
    starts = [staff.start for staff in staffing]
    facts = _Facts(desks, staffing, starts, names, changes, holidays)
    days = [_day(first + number * DAY, zone, at, facts) for number in range(7)]
    gaps, _overlaps = gaps_and_overlaps(duty.values(), a, b)
    shares = [
        (desk, sum((end - start for start, end in duty[key]), timedelta(0)))
        for key, desk in names.items()
    ]
    return Week(zone, a, b, days, [_gap(span, duty, names) for span in gaps], changes, shares)


@dataclass(frozen=True, slots=True)
class _Staff:
    """A stretch during which the same desks are on duty."""

    start: datetime
    end: datetime
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Facts:
    desks: Sequence[Desk]
    staffing: list[_Staff]
    starts: list[datetime]
    names: Mapping[str, Desk]
    changes: list[ClockChange]
    holidays: Mapping[UUID, frozenset[date]]


def _staffing(duty: Mapping[str, Iterable[Interval]], a: datetime, b: datetime) -> list[_Staff]:
    steps: dict[datetime, list[tuple[str, bool]]] = {a: [], b: []}
    for desk_id, spans in duty.items():
        for start, end in spans:
            steps.setdefault(start, []).append((desk_id, True))
            steps.setdefault(end, []).append((desk_id, False))
    found, present = [], set[str]()
    for start, end in pairwise(sorted(steps)):
        for desk_id, comes in sorted(steps[start], key=lambda step: step[1]):
            if comes:
                present.add(desk_id)
            else:
                present.discard(desk_id)
        found.append(_Staff(start, end, frozenset(present)))
    return found


def _day(on: date, zone: str, at: datetime, facts: _Facts) -> Day:
    edges = [walltime.shift_start(zone, wall_at(on, hour)) for hour in range(25)]
    cells = [
        _cell(hour, start, end, at, facts) for hour, (start, end) in enumerate(pairwise(edges))
    ]
    closed = [desk.name for desk in facts.desks if on in facts.holidays[desk.pk]]
    changes = [change for change in facts.changes if edges[0] <= change.at < edges[-1]]
    return Day(on, cells, closed, changes)


def _cell(hour: int, start: datetime, end: datetime, at: datetime, facts: _Facts) -> Cell:
    if start == end:
        return Cell(hour, 0, (), "", is_skipped=True)
    last = bisect_left(facts.starts, end)
    first = max(0, bisect_right(facts.starts, start) - 1)
    there = facts.staffing[first:last]
    count = min(len(staff.ids) for staff in there)
    ids = frozenset[str]().union(*(staff.ids for staff in there))
    return Cell(
        hour=hour,
        count=count,
        names=[desk.name for key, desk in facts.names.items() if key in ids],
        shade=shade(count),
        is_change=any(start <= change.at < end for change in facts.changes),
        is_now=start <= at < end,
    )


def shade(count: int) -> str:
    if count <= 2:
        return f"h{count}"
    return "h3" if count <= 4 else "h4"


def clock_changes(desks: Iterable[Desk], a: datetime, b: datetime) -> list[ClockChange]:
    zones: dict[str, list[Desk]] = {}
    for desk in desks:
        zones.setdefault(desk.tz, []).append(desk)
    found = [
        ClockChange(walltime.instant_at(minute), tz, timedelta(minutes=by), there)
        for tz, there in zones.items()
        for minute, by in walltime.zone(tz).changes(walltime.minute_of(a), walltime.minute_of(b))
    ]
    return sorted(found, key=lambda change: (change.at, change.tz))


def _gap(span: Interval, duty: Mapping[str, list[Interval]], names: Mapping[str, Desk]) -> Gap:
    start, end = span
    ends = {key: start for key, spans in duty.items() if any(e == start for _, e in spans)}
    starts = {key: end for key, spans in duty.items() if any(s == end for s, _ in spans)}
    key = next(iter(ends or starts), None)
    return Gap(start, end, names[key] if key else None)
