"""The strip: a row per desk over the coming day, drawn in percent. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from apps.core import walltime
from apps.duty.models import Desk
from apps.duty.planning import DeskRule, gaps_and_overlaps, on_duty
from apps.duty.planning.spans import Interval

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_ROW = 26
_TOP = 20
_FOOT = 32
_TICK = 2 * HOUR
# A bar narrower than this part of the day has no room for its hours.
_ROOMY = 0.14
_DUSK, _DAWN = 18, 6


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the strip: its place in percent of the width, its words if they fit."""

    x: str
    width: str
    y: int
    kind: str = ""
    label: str = ""
    label_x: str = ""
    label_y: int = 0


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    local: str
    utc: str
    is_major: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One desk of the strip, and its duty in words for whoever does not see the picture."""

    desk: Desk
    local: str
    is_on_duty: bool
    bars: list[Bar]
    nights: list[Bar]
    spans: list[Interval]


@dataclass(frozen=True, slots=True)
class Strip:
    """A row per desk over 24 hours from shortly before `at`, in the reader's zone."""

    at: datetime
    zone: str
    starts_at: datetime
    ends_at: datetime
    rows: list[Row]
    ticks: list[Tick]
    gaps: list[Bar]
    gap_times: list[Interval]
    now_x: str

    @property
    def inner_height(self) -> int:
        return len(self.rows) * _ROW

    @property
    def height(self) -> int:
        return _TOP + self.inner_height + _FOOT

    @property
    def bottom(self) -> int:
        return _TOP + self.inner_height

    @property
    def foot(self) -> int:
        return self.height - 6

    @property
    def on_duty_count(self) -> int:
        return sum(row.is_on_duty for row in self.rows)

    def place(self, instant: datetime) -> str:
        """Where an instant lies, in percent of the width, kept within the picture."""
        part = (instant - self.starts_at) / (self.ends_at - self.starts_at)
        return _percent(min(1.0, max(0.0, part)))

    def middle_of(self, desk_id: UUID) -> int | None:
        """The height of the middle of a desk's row; None for a desk that is not drawn."""
        for index, row in enumerate(self.rows):
            if row.desk.pk == desk_id:
                return _TOP + index * _ROW + _ROW // 2
        return None


def strip_range(at: datetime) -> Interval:
    """The 24 hours of the strip: from an even hour an hour or two before `at`."""
    start = (at - HOUR).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return start - timedelta(hours=start.hour % 2), start - timedelta(hours=start.hour % 2) + DAY


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is drawn: [start, end), with the line that marks `at`."""

    at: datetime
    start: datetime
    end: datetime

    def part(self, instant: datetime) -> float:
        return (instant - self.start) / (self.end - self.start)

    def clip(self, span: Interval) -> Interval:
        return max(span[0], self.start), min(span[1], self.end)

    def bar(self, span: Interval, y: int) -> Bar:
        left, right = self.clip(span)
        return Bar(_percent(self.part(left)), _percent(self.part(right) - self.part(left)), y)


def strip(desks: Sequence[Desk], rules: Sequence[DeskRule], at: datetime, zone: str) -> Strip:
    """Draw the strip; the rules reach a day beyond the range, so that bars know their true ends."""
    a, b = strip_range(at)
    frame = _Frame(at, a, b)
    drawn = enumerate(zip(desks, rules, strict=True))
    rows = [_row(desk, rule, index * _ROW, frame) for index, (desk, rule) in drawn]
    gaps, _overlaps = gaps_and_overlaps([row.spans for row in rows], a, b) if rows else ([], [])
    return Strip(
        at=at,
        zone=zone,
        starts_at=a,
        ends_at=b,
        rows=rows,
        ticks=[_tick(index, a, zone) for index in range(12)],
        gaps=[frame.bar(span, 0) for span in gaps],
        gap_times=gaps,
        now_x=_percent(frame.part(at)),
    )


def _row(desk: Desk, rule: DeskRule, top: int, frame: _Frame) -> Row:
    whole = on_duty(rule, frame.start - DAY, frame.end + DAY)
    seen = [span for span in whole if span[0] < frame.end and span[1] > frame.start]
    return Row(
        desk=desk,
        local=clock_at(desk.tz, frame.at),
        is_on_duty=any(start <= frame.at < end for start, end in seen),
        bars=[_duty_bar(span, desk.tz, top, frame) for span in seen],
        nights=[frame.bar(night, top + 2) for night in _nights(desk.tz, frame.start, frame.end)],
        spans=[frame.clip(span) for span in seen],
    )


def _duty_bar(span: Interval, tz: str, top: int, frame: _Frame) -> Bar:
    """A stretch of duty with its hours in the desk's own time, clear of the line of now."""
    start, end = span
    left, right = frame.clip(span)
    is_now = left <= frame.at < right
    words_at = frame.at if is_now else left
    fits = frame.part(right) - frame.part(words_at) >= _ROOMY
    return replace(
        frame.bar(span, top + 6),
        kind="" if is_now else "soft",
        label=f"{clock_at(tz, start)}–{clock_at(tz, end)}" if fits else "",
        label_x=_percent(frame.part(words_at) + 0.008),
        label_y=top + 17,
    )


def _nights(tz: str, a: datetime, b: datetime) -> Iterator[Interval]:
    """From 18 to 6 o'clock on the desk's own wall."""
    day = walltime.local(tz, a).date() - DAY
    while True:
        dusk = walltime.shift_start(tz, wall_at(day, _DUSK))
        dawn = walltime.shift_start(tz, wall_at(day + DAY, _DAWN))
        if dusk >= b:
            return
        if dawn > a:
            yield dusk, dawn
        day += DAY


def _tick(index: int, a: datetime, zone: str) -> Tick:
    at = a + index * _TICK
    return Tick(
        x=_percent(index / 12),
        local=clock_at(zone, at),
        utc=f"{at:%H:%M}",
        is_major=index % 2 == 0,
    )


def _percent(part: float) -> str:
    return f"{100 * part:.2f}%"


def clock_at(tz: str, at: datetime) -> str:
    """What the clocks of the zone show, as HH:MM."""
    return f"{walltime.local(tz, at):%H:%M}"


def wall_at(day: date, hour: int) -> datetime:
    """The wall time of a full hour of a day; 24 is the next midnight."""
    return datetime(day.year, day.month, day.day) + hour * HOUR  # noqa: DTZ001  a wall time
