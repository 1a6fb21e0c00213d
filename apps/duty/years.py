"""Four hundred days at a glance: each day's loneliest minute, gaps and clock changes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.core import walltime
from apps.duty.planning import Gap
from apps.duty.planning.spans import Interval
from apps.duty.strips import DAY, wall_at
from apps.duty.weeks import ClockChange, shade

WEEKS = 57
_BLOCK = 13


@dataclass(frozen=True, slots=True)
class YearDay:
    """One day of the reader's calendar: the fewest desks on duty at any minute of it."""

    on: date
    fewest: int
    shade: str
    uncovered: timedelta
    changes: list[ClockChange]
    is_today: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Some weeks that are drawn together."""

    weeks: list[list[YearDay]]

    @property
    def first(self) -> date:
        return self.weeks[0][0].on

    @property
    def last(self) -> date:
        return self.weeks[-1][-1].on


def year_edges(first: date, zone: str) -> list[datetime]:
    """The midnights in the zone from a Monday on."""
    return [walltime.shift_start(zone, wall_at(first + n * DAY, 0)) for n in range(7 * WEEKS + 1)]


def year(
    edges: Sequence[datetime],
    fewest: Sequence[int],
    *,
    first: date,
    gaps: Iterable[Gap],
    changes: Sequence[ClockChange],
    today: date,
) -> list[Block]:
    """Draw the weeks from the Monday `first` on."""
    uncovered = _per_day([(gap.starts_at, gap.ends_at) for gap in gaps], edges)
    days = [
        YearDay(
            on=first + n * DAY,
            fewest=max(count, 0),
            # A day that a zone leaves out has no minute to be covered.
            shade=shade(count) if count >= 0 else "",
            uncovered=uncovered[n],
            changes=[change for change in changes if edges[n] <= change.at < edges[n + 1]],
            is_today=first + n * DAY == today,
        )
        for n, count in enumerate(fewest)
    ]
    weeks = [days[n : n + 7] for n in range(0, len(days), 7)]
    return [Block(weeks[n : n + _BLOCK]) for n in range(0, len(weeks), _BLOCK)]


def _per_day(gaps: Iterable[Interval], edges: Sequence[datetime]) -> list[timedelta]:
    found = [timedelta(0)] * (len(edges) - 1)
    n = 0
    for start, end in gaps:
        while n and edges[n] > start:
            n -= 1
        while n < len(found) and edges[n] < end:
            part = min(end, edges[n + 1]) - max(start, edges[n])
            if part > timedelta(0):
                found[n] += part
            n += 1
        n = max(0, n - 1)
    return found
