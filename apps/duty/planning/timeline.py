"""The duty timeline of one desk, at any length, and its next change."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime

from apps.core.walltime import (
    DAY,
    MAX_OFFSET,
    OutsideCalendar,
    Zone,
    instant_at,
    minute_after,
    minute_of,
)
from apps.core.walltime import zone as zone_of
from apps.duty.planning.rules import DeskRule, Window
from apps.duty.planning.spans import Interval, Span, clipped, intervals, merged, without

# A shift ends at most two local days after the midnight of the day on which it is anchored: it
# may start at 24:00 and last 24 hours.
_LONGEST = 2 * DAY
# What a holiday, closure or extra changes lies within this of the minute that stands for it.
_REACH = 5 * DAY
# Long enough that a pattern of weeks which shows no change shows none until the next exception:
# clocks change, but not on several weeks in a row.
_STEP = 28 * DAY


def on_duty(rule: DeskRule, a: datetime, b: datetime) -> list[Interval]:
    """Return when the desk is on duty in [a, b): in order, merged, clipped."""
    return intervals(duty_spans(rule, minute_of(a), minute_after(b)), a, b)


def is_on_duty(rule: DeskRule, at: datetime) -> bool:
    """Tell whether the desk is on duty in the minute of the instant."""
    minute = minute_of(at)
    return bool(duty_spans(rule, minute, minute + 1))


def next_change(rule: DeskRule, at: datetime) -> datetime | None:
    """Return the first instant after `at` at which duty begins or ends; None if there is none."""
    minute = next_change_minute(rule, minute_of(at))
    try:
        return None if minute is None else instant_at(minute)
    except OutsideCalendar:
        return None


def duty_spans(rule: DeskRule, a: int, b: int, *, clock: Zone | None = None) -> list[Span]:
    """Return when the desk is on duty in the minutes [a, b), by its own clock or another."""
    if a >= b:
        return []
    shifts = _shifts(rule, rule.windows, a, b, clock or rule.zone)
    if rule.imported_spans:
        shifts += clipped(rule.imported_spans, a, b)
    spans = clipped(merged(shifts), a, b)
    if rule.closed_spans:
        spans = without(spans, rule.closed_spans)
    if rule.extra_spans:
        spans = merged([*spans, *clipped(rule.extra_spans, a, b)])
    return spans


def window_spans(rule: DeskRule, window: Window, a: int, b: int) -> list[Span]:
    """Return when a window would have the desk on duty in the minutes [a, b), had it the window."""
    if a >= b:
        return []
    spans = clipped(merged(_shifts(rule, (window,), a, b, rule.zone)), a, b)
    return without(spans, rule.closed_spans) if rule.closed_spans else spans


def next_change_minute(rule: DeskRule, minute: int) -> int | None:
    """Return the first minute after this one at which duty begins or ends; None if there is none.

    The search is not bounded by any horizon: a desk that is on duty for ever is told from one
    whose next exception is centuries away.
    """
    cursor, state = minute, bool(duty_spans(rule, minute, minute + 1))
    while True:
        until = cursor + _STEP
        change = _first_change(duty_spans(rule, cursor, until), cursor, until, state=state)
        if change is not None:
            return change
        k = bisect_left(rule.exceptions, cursor - _REACH)
        if k == len(rule.exceptions):
            return None
        cursor = max(until, rule.exceptions[k] - _REACH)


def _first_change(spans: list[Span], a: int, b: int, *, state: bool) -> int | None:
    """Return where in [a, b) the duty first differs from `state`."""
    if not spans:
        return a if state else None
    start, end = spans[0]
    if not state:
        return start
    if start > a:
        return a
    return end if end < b else None


def shifts_anchored_on(rule: DeskRule, day: int) -> list[Span]:
    """Return the shifts that start on the local day of this number, were it no holiday."""
    found: list[Span] = []
    for window in rule.windows:
        if window.days_between(day, day, frozenset()):
            begin = day * DAY + window.start
            where = zone_of(window.tz) if window.tz else rule.zone
            shift = (where.start_minute(begin), where.end_minute(begin + window.length))
            found += _in_force(window, [shift])
    return found


def _shifts(rule: DeskRule, windows: Iterable[Window], a: int, b: int, zone: Zone) -> list[Span]:
    """Return every shift that touches [a, b), and perhaps a few that do not."""
    shifts: list[Span] = []
    first, last = (a - MAX_OFFSET - _LONGEST) // DAY, (b + MAX_OFFSET) // DAY
    for window in windows:
        days = window.days_between(first, last, rule.closed_days)
        begin, length = window.start, window.length
        starts = [day * DAY + begin for day in days]
        ends = [start + length for start in starts]
        where = zone_of(window.tz) if window.tz else zone
        found = zip(where.start_minutes(starts), where.end_minutes(ends), strict=True)
        shifts += _in_force(window, found) if window.is_bounded else found
    return shifts


def _in_force(window: Window, shifts: Iterable[Span]) -> Iterator[Span]:
    """Yield what of the shifts lies in the time in which the window is in force."""
    for shift in shifts:
        start, end = window.in_force(*shift)
        if start < end:
            yield start, end
