"""The ribbon: a row per person of a desk over two weeks, drawn in percent. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from apps.core import walltime
from apps.duty.models import Desk, Leave
from apps.duty.planning.spans import Interval
from apps.duty.selectors import DeskRoster, Shift
from apps.duty.strips import Bar, wall_at
from apps.members.models import User

DAYS = 14
_DAY = timedelta(days=1)
_ROW = 26
_TOP = 20
_DUSK, _DAWN = 18, 6


@dataclass(frozen=True, slots=True)
class DayMark:
    """Where a local day begins, and which it is."""

    x: str
    on: date
    is_named: bool


@dataclass(frozen=True, slots=True)
class Step:
    """The desk's clocks change: where, when, and by how much."""

    x: str
    at: datetime
    by: timedelta


@dataclass(frozen=True, slots=True)
class Row:
    """One person: shifts, those that stand empty, and absence; the shifts again for words."""

    person: User
    is_on_duty: bool
    bars: list[Bar]
    shifts: list[Shift]
    holes: list[Shift]
    leave: list[Interval]

    @property
    def hours(self) -> timedelta:
        return sum((shift.ends_at - shift.starts_at for shift in self.shifts), timedelta())


@dataclass(frozen=True, slots=True)
class Ribbon:
    """The coming fortnight of a desk in its own days, night behind and duty in front."""

    desk: Desk
    starts_at: datetime
    ends_at: datetime
    rows: list[Row]
    days: list[DayMark]
    nights: list[Bar]
    steps: list[Step]
    now_x: str

    @property
    def inner_height(self) -> int:
        return len(self.rows) * _ROW

    @property
    def height(self) -> int:
        return _TOP + self.inner_height + 4

    @property
    def bottom(self) -> int:
        return _TOP + self.inner_height


@dataclass(frozen=True, slots=True)
class _Frame:
    start: datetime
    end: datetime

    def part(self, instant: datetime) -> float:
        return min(1.0, max(0.0, (instant - self.start) / (self.end - self.start)))

    def x(self, instant: datetime) -> str:
        return f"{100 * self.part(instant):.3f}%"

    def bar(self, span: Interval, y: int, kind: str = "") -> Bar:
        left, right = self.part(span[0]), self.part(span[1])
        return Bar(f"{100 * left:.3f}%", f"{100 * (right - left):.3f}%", y, kind)


def ribbon_range(desk: Desk, at: datetime) -> Interval:
    """Two weeks of the desk's own days, from the beginning of today."""
    today = walltime.local(desk.tz, at).date()
    first, last = wall_at(today, 0), wall_at(today + DAYS * _DAY, 0)
    return walltime.shift_start(desk.tz, first), walltime.shift_start(desk.tz, last)


def ribbon(
    desk: Desk, people: Iterable[User], roster: DeskRoster, leave: Sequence[Leave], at: datetime
) -> Ribbon:
    """Draw who is on duty at the desk; the roster covers the ribbon's range."""
    a, b = ribbon_range(desk, at)
    frame = _Frame(a, b)
    rows = [
        _row(person, roster, leave, frame, index * _ROW, at) for index, person in enumerate(people)
    ]
    return Ribbon(
        desk=desk,
        starts_at=a,
        ends_at=b,
        rows=rows,
        days=list(_days(desk, frame)),
        nights=[frame.bar(night, 0) for night in _nights(desk.tz, a, b)],
        steps=[Step(frame.x(when), when, by) for when, by in clock_steps(desk.tz, a, b)],
        now_x=frame.x(at),
    )


def _row(  # noqa: PLR0917 - what is drawn, and where
    person: User, roster: DeskRoster, leave: Iterable[Leave], frame: _Frame, top: int, at: datetime
) -> Row:
    own = _of(person.pk, roster.shifts)
    holes = _of(person.pk, roster.holes)
    away = [(row.starts_at, row.ends_at) for row in leave if row.user_id == person.pk]
    bars = [frame.bar(span, top + 3, "away") for span in away if span[0] < frame.end]
    bars += [frame.bar((s.starts_at, s.ends_at), top + 6, _kind(s, at)) for s in own]
    bars += [frame.bar((s.starts_at, s.ends_at), top + 6, "hole") for s in holes]
    return Row(
        person=person,
        is_on_duty=any(s.starts_at <= at < s.ends_at for s in own),
        bars=bars,
        shifts=own,
        holes=holes,
        leave=away,
    )


def _of(user_id: UUID, shifts: Iterable[Shift]) -> list[Shift]:
    return [shift for shift in shifts if shift.user_id == user_id]


def _kind(shift: Shift, at: datetime) -> str:
    if shift.rota_id is None:
        return "all"
    if shift.is_swap:
        return "swap"
    return "on" if shift.starts_at <= at < shift.ends_at else "on soft"


def _days(desk: Desk, frame: _Frame) -> Iterator[DayMark]:
    first = walltime.local(desk.tz, frame.start).date()
    for number in range(DAYS):
        day = first + number * _DAY
        start = walltime.shift_start(desk.tz, wall_at(day, 0))
        yield DayMark(frame.x(start), day, is_named=number % 2 == 0)


def _nights(tz: str, a: datetime, b: datetime) -> Iterator[Interval]:
    """From 18 to 6 o'clock on the desk's own wall."""
    first = walltime.local(tz, a).date() - _DAY
    for number in range(DAYS + 2):
        day = first + number * _DAY
        dusk = walltime.shift_start(tz, wall_at(day, _DUSK))
        dawn = walltime.shift_start(tz, wall_at(day + _DAY, _DAWN))
        if dusk < b and dawn > a:
            yield dusk, dawn


def clock_steps(tz: str, a: datetime, b: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """When in [a, b) the zone's clocks change, and by how much."""
    where = walltime.zone(tz)
    first, last = walltime.minute_of(a), walltime.minute_of(b)
    for day in range(first, last, walltime.DAY):
        low, high = day - 1, min(day + walltime.DAY, last) - 1
        before, after = where.offset_at(low), where.offset_at(high)
        while high - low > 1 and before != after:
            middle = (low + high) // 2
            low, high = (middle, high) if where.offset_at(middle) == before else (low, middle)
        if before != after:
            yield walltime.instant_at(high), timedelta(minutes=after - before)
