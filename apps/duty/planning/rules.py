"""What a desk promises: weekly windows in its own zone, and the exceptions from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256

from apps.core.walltime import DAY, Zone, day_number, minute_after, minute_of, zone
from apps.duty.planning.spans import Interval, Span, clipped, merged

# A window that starts on a local date can reach this far around the range's UTC dates.
_MARGIN = timedelta(days=4)


@dataclass(frozen=True)
class Window:
    """A weekly window of local time; 0 is Monday, and the days are those on which it starts.

    `start` and `end` are minutes after midnight, 24:00 being 1440; an end that is not after the
    start is on the next day. The validity bounds are inclusive dates of the start. It is in force
    from the minute of `from_at` to that of `until_at`, on the clocks of `tz` where it names one.
    """

    days: frozenset[int]
    start: int
    end: int
    valid_from: date | None = None
    valid_until: date | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    tz: str = ""

    def __post_init__(self) -> None:
        if not (0 <= self.start <= DAY and 0 <= self.end <= DAY):
            msg = "A window starts and ends between 00:00 and 24:00."
            raise ValueError(msg)

    def in_force(self, a: int, b: int) -> Span:
        """Return the part of [a, b) in which the window is in force."""
        if self.from_at is not None:
            a = max(a, minute_of(self.from_at))
        if self.until_at is not None:
            b = min(b, minute_of(self.until_at))
        return a, b

    @property
    def is_bounded(self) -> bool:
        return self.from_at is not None or self.until_at is not None

    @property
    def length(self) -> int:
        """Return the nominal length in minutes of wall time."""
        return self.end - self.start if self.end > self.start else self.end + DAY - self.start

    def days_between(self, first: int, last: int, closed: frozenset[int]) -> list[int]:
        """Return the numbers of the days from first to last on which the window starts."""
        if self.valid_from is not None:
            first = max(first, day_number(self.valid_from))
        if self.valid_until is not None:
            last = min(last, day_number(self.valid_until))
        # Day 0 of the epoch was a Thursday, weekday 3.
        offsets = sorted((day - first - 3) % 7 for day in self.days)
        days = [week + offset for week in range(first, last + 1, 7) for offset in offsets]
        while days and days[-1] > last:
            days.pop()
        return days if closed.isdisjoint(days) else [day for day in days if day not in closed]


@dataclass(frozen=True)
class DeskRule:
    """When one desk is on duty: windows less holidays, and shifts from its calendars, both less
    closures; plus extra cover.
    """

    id: str
    tz: str
    windows: tuple[Window, ...] = ()
    holidays: frozenset[date] = frozenset()
    closures: tuple[Interval, ...] = ()
    extra: tuple[Interval, ...] = ()
    imported: tuple[Interval, ...] = ()

    @cached_property
    def zone(self) -> Zone:
        """The desk's time zone."""
        return zone(self.tz)

    @cached_property
    def closed_days(self) -> frozenset[int]:
        """The numbers of the local dates whose windows are cancelled."""
        return frozenset(day_number(day) for day in self.holidays)

    @cached_property
    def closed_spans(self) -> list[Span]:
        """The closures as merged spans."""
        return _spans(self.closures)

    @cached_property
    def extra_spans(self) -> list[Span]:
        """The extra cover as merged spans."""
        return _spans(self.extra)

    @cached_property
    def imported_spans(self) -> list[Span]:
        """The shifts that calendars name, as merged spans; a holiday cancels none of them."""
        return _spans(self.imported)

    @cached_property
    def exceptions(self) -> list[int]:
        """The minutes, in order, around which duty may depart from the weekly pattern."""
        days = set(self.closed_days)
        for window in self.windows:
            days |= {day_number(d) for d in (window.valid_from, window.valid_until) if d}
        spans = self.closed_spans + self.extra_spans + self.imported_spans
        bounds = (bound for window in self.windows for bound in (window.from_at, window.until_at))
        spans += [(minute_of(bound), minute_of(bound)) for bound in bounds if bound]
        edges = {edge for span in spans for edge in span}
        return sorted(edges | {day * DAY for day in days})


def _spans(ranges: Iterable[Interval]) -> list[Span]:
    # A part of a minute counts as the whole: duty is kept in minutes.
    return merged((minute_of(start), minute_after(end)) for start, end in ranges)


def rule_hash(rule: DeskRule, a: datetime, b: datetime) -> str:
    """Return a digest of all that decides when the desk is on duty in [a, b)."""
    first, last = (a - _MARGIN).date(), (b + _MARGIN).date()
    spans = (minute_of(a), minute_after(b))
    windows = sorted(_told(window, *spans) for window in rule.windows if _holds(window, *spans))
    holidays = sorted(day.isoformat() for day in rule.holidays if first <= day <= last)
    exact = [
        clipped(found, *spans)
        for found in (rule.closed_spans, rule.extra_spans, rule.imported_spans)
    ]
    return sha256(repr((rule.tz, windows, holidays, exact)).encode()).hexdigest()


def _holds(window: Window, a: int, b: int) -> bool:
    first, last = window.in_force(a, b)
    return first < last


def _told(window: Window, a: int, b: int) -> tuple[object, ...]:
    """Return what a window says of [a, b); one that is in force throughout has no bounds."""
    days, dates = sorted(window.days), (window.valid_from, window.valid_until)
    said = (days, window.start, window.end, *(str(day or "") for day in dates))
    force = window.in_force(a, b)
    return said if force == (a, b) and not window.tz else (*said, *force, window.tz)
