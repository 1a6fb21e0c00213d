"""Why nobody will be on duty: each gap ahead with its cause, found by taking the cause away.

A minute of a gap is due to a holiday, a closure or a change of the clocks when somebody would be
on duty then had it not been observed, or had the clocks stayed. A clock that merely moves a gap
has not caused it: the gap must close or shrink. What is left is due to days off, if the gap would
shrink were the desks' hours kept on all seven days, else to the pattern: no desk has such hours.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from apps.core.walltime import DAY, day_number, instant_at, minute_after, minute_of
from apps.duty.planning.coverage import gap_and_overlap_spans
from apps.duty.planning.rules import DeskRule, Window
from apps.duty.planning.spans import Interval, Span, clipped, common, length, merged, without
from apps.duty.planning.timeline import duty_spans, shifts_anchored_on

# A clock that changed longer ago than this is how things are, not what happened to them.
_MEMORY = 366 * DAY
_ALL_DAYS = frozenset(range(7))

Explained = tuple[int, int, "Cause"]


class CauseKind(StrEnum):
    """What a gap is due to, the most telling first."""

    CLOCK_CHANGE = "clock_change"
    HOLIDAY = "holiday"
    CLOSURE = "closure"
    DAYS_OFF = "days_off"
    PATTERN = "pattern"


_RANK = {kind: rank for rank, kind in enumerate(CauseKind)}


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing without which the gap would close or shrink; `desks` are those it keeps away."""

    kind: CauseKind
    desks: tuple[str, ...] = ()
    tz: str = ""
    since: datetime | None = None
    until: datetime | None = None
    by: int = 0
    on: date | None = None
    closure: Interval | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a gap with the same causes, the most telling first; never without one."""

    start: int
    end: int
    causes: tuple[Cause, ...]

    @property
    def starts_at(self) -> datetime:
        return instant_at(self.start)

    @property
    def ends_at(self) -> datetime:
        return instant_at(self.end)

    @property
    def minutes(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is on duty, and why: the pieces touch and fill the gap."""

    start: int
    end: int
    pieces: tuple[Piece, ...]

    @property
    def starts_at(self) -> datetime:
        return instant_at(self.start)

    @property
    def ends_at(self) -> datetime:
        return instant_at(self.end)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Every cause once, the most telling first."""
        found = dict.fromkeys(cause for piece in self.pieces for cause in piece.causes)
        return tuple(sorted(found, key=lambda cause: _RANK[cause.kind]))


def forecast(
    rules: Sequence[DeskRule],
    a: datetime,
    b: datetime,
    duty: Mapping[str, list[Span]] | None = None,
) -> list[Gap]:
    """Return the gaps of [a, b) with their causes, in order.

    `duty` holds the minutes of duty of each desk where they are known already.
    """
    world = _World(rules, minute_of(a), minute_after(b), duty)
    if not world.gaps:
        return []
    found: defaultdict[int, list[Explained]] = defaultdict(list)
    for start, end, cause in _explained(world):
        found[bisect_right(world.gap_starts, start) - 1].append((start, end, cause))
    rest_is_days_off = _DaysOff(world)
    return [
        Gap(start, end, tuple(_pieces((start, end), found[k], rest_is_days_off)))
        for k, (start, end) in enumerate(world.gaps)
    ]


class _World:
    """The duty of the desks in the minutes [a, b), and where nobody is on duty."""

    def __init__(
        self,
        rules: Sequence[DeskRule],
        a: int,
        b: int,
        duty: Mapping[str, list[Span]] | None,
    ) -> None:
        known = duty or {}
        self.rules, self.a, self.b = rules, a, b
        self.duty = {
            rule.id: known[rule.id] if rule.id in known else duty_spans(rule, a, b)
            for rule in rules
        }
        self.gaps, _overlaps = gap_and_overlap_spans(self.duty.values(), a, b)
        self.gap_starts = [start for start, _end in self.gaps]

    def within_gaps(self, start: int, end: int) -> Iterator[Span]:
        """Yield what of a span lies in the gaps."""
        k = max(0, bisect_right(self.gap_starts, start) - 1)
        while k < len(self.gaps) and self.gaps[k][0] < end:
            left, right = max(start, self.gaps[k][0]), min(end, self.gaps[k][1])
            if left < right:
                yield left, right
            k += 1


def _explained(world: _World) -> Iterator[Explained]:
    """Yield the stretches of gaps that would not be there but for a cause."""
    yield from _by_clocks(world)
    for rule in world.rules:
        yield from _by_holidays(world, rule)
        yield from _by_closures(world, rule)


def _by_holidays(world: _World, rule: DeskRule) -> Iterator[Explained]:
    for day in sorted(rule.holidays):
        for shift in merged(shifts_anchored_on(rule, day_number(day))):
            for start, end in world.within_gaps(*shift):
                yield start, end, Cause(CauseKind.HOLIDAY, (rule.id,), rule.tz, on=day)


def _by_closures(world: _World, rule: DeskRule) -> Iterator[Explained]:
    if not rule.closures:
        return
    # A day that is both a holiday and closed has both causes: neither alone opens it.
    open_rule = replace(rule, closures=(), holidays=frozenset())
    for closure in rule.closures:
        start, end = max(minute_of(closure[0]), world.a), min(minute_after(closure[1]), world.b)
        cause = Cause(CauseKind.CLOSURE, (rule.id,), rule.tz, closure=closure)
        for shift in duty_spans(open_rule, start, end):
            for left, right in world.within_gaps(*shift):
                yield left, right, cause


def _by_clocks(world: _World) -> Iterator[Explained]:
    zones: defaultdict[str, list[DeskRule]] = defaultdict(list)
    for rule in world.rules:
        zones[rule.tz].append(rule)
    alone = _alone(
        {tz: merged(s for r in there for s in world.duty[r.id]) for tz, there in zones.items()}
    )
    for tz, there in zones.items():
        changes = there[0].zone.changes(world.a - _MEMORY, world.b)
        ends = [at for at, _by in changes[1:]] + [at + _MEMORY for at, _by in changes[-1:]]
        for (at, by), until in zip(changes, ends, strict=True):
            cause = Cause(
                CauseKind.CLOCK_CHANGE,
                tuple(rule.id for rule in there),
                tz,
                since=instant_at(at),
                until=instant_at(until),
                by=by,
            )
            period = (max(at, world.a), min(until, at + _MEMORY, world.b))
            stayed = _Stayed(there, at, alone[tz], period)
            for start, end in stayed.closing(clipped(world.gaps, *period)):
                yield start, end, cause


def _alone(by_zone: Mapping[str, list[Span]]) -> dict[str, list[Span]]:
    """Return for each zone the minutes in which nobody but its desks is on duty."""
    names = list(by_zone)
    steps: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for index, spans in enumerate(by_zone.values()):
        for start, end in spans:
            steps[start][0] += 1
            steps[start][1] += index
            steps[end][0] -= 1
            steps[end][1] -= index
    found: dict[str, list[Span]] = {name: [] for name in names}
    count = total = 0
    for (start, step), (end, _step) in pairwise(sorted(steps.items())):
        count, total = count + step[0], total + step[1]
        if count == 1:
            # Of one zone alone the sum of the indexes is its own.
            found[names[total]].append((start, end))
    return found


class _Stayed:
    """The duty of a zone's desks in a period, had its clocks not changed at the minute."""

    def __init__(self, rules: Sequence[DeskRule], at: int, alone: list[Span], period: Span) -> None:
        self._rules, self._at, self._alone, self._period = rules, at, alone, period

    def closing(self, gaps: list[Span]) -> Iterator[Span]:
        """Yield what it would fill of the gaps that would close or shrink."""
        if not gaps:
            return
        clock = self._rules[0].zone.unchanged_from(self._at)
        duty = merged(
            span for rule in self._rules for span in duty_spans(rule, *self._period, clock=clock)
        )
        opened = without(clipped(self._alone, *self._period), duty)
        would_be = merged([*without(gaps, duty), *opened])
        starts = [start for start, _end in would_be]
        for start, end in gaps:
            first, last = max(0, bisect_right(starts, start) - 1), bisect_left(starts, end)
            touching = [span for span in would_be[first:last] if span[1] > start]
            if length(touching) < end - start:
                yield from common([(start, end)], duty[_from(duty, start) : _from(duty, end) + 1])


def _from(spans: list[Span], minute: int) -> int:
    """Return the index of the last of the merged spans that begins by the minute, or 0."""
    return max(0, bisect_right(spans, (minute, 0)) - 1)


class _DaysOff:
    """Whether a stretch would shrink if the desks kept their hours on all seven days.

    Asked for the first time, it computes the answer for the whole range.
    """

    def __init__(self, world: _World) -> None:
        self._world = world
        self._spans: list[Span] | None = None

    def __call__(self, start: int, end: int) -> bool:
        if self._spans is None:
            self._spans = self._every_day()
        spans = self._spans
        return bool(common([(start, end)], spans[_from(spans, start) : _from(spans, end) + 1]))

    def _every_day(self) -> list[Span]:
        world = self._world
        found: list[Span] = []
        for rule in world.rules:
            windows = tuple(_daily(rule.windows))
            if windows:
                daily = replace(rule, windows=windows, extra=(), imported=())
                found += duty_spans(daily, world.a, world.b)
        return merged(found)


def _daily(windows: Iterable[Window]) -> Iterator[Window]:
    for window in windows:
        if len(window.days) < 7:
            yield replace(window, days=_ALL_DAYS)


def _pieces(gap: Span, explained: list[Explained], is_days_off: _DaysOff) -> Iterator[Piece]:
    """Yield the gap's pieces: cut where an explanation begins or ends."""
    edges = sorted({*gap, *(edge for start, end, _c in explained for edge in (start, end))})
    cut: list[tuple[int, int, tuple[Cause, ...]]] = []
    for start, end in pairwise(edges):
        here = dict.fromkeys(c for left, right, c in explained if left <= start and end <= right)
        causes = tuple(sorted(here, key=lambda cause: _RANK[cause.kind]))
        if cut and cut[-1][2] == causes:
            cut[-1] = (cut[-1][0], end, causes)
        else:
            cut.append((start, end, causes))
    for start, end, causes in cut:
        yield Piece(start, end, causes or (_unexplained(start, end, is_days_off),))


def _unexplained(start: int, end: int, is_days_off: _DaysOff) -> Cause:
    return Cause(CauseKind.DAYS_OFF if is_days_off(start, end) else CauseKind.PATTERN)


def uncovered(gaps: Iterable[Gap]) -> dict[CauseKind, int]:
    """Return the minutes of the gaps by their most telling cause; they sum up to the whole."""
    found = dict.fromkeys(CauseKind, 0)
    for gap in gaps:
        for piece in gap.pieces:
            found[piece.causes[0].kind] += piece.minutes
    return found
