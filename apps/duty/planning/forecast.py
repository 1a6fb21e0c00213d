"""Why nobody will be on duty: each gap ahead with its cause, found by taking the cause away.

A minute of a gap is due to a holiday or a closure when somebody would be on duty then had it not
been observed; else to a change of the clocks when somebody would be had they stayed. A clock that
merely moves a gap has not caused it: the gap must close or shrink. What is left is due to days
off, if the gap would shrink were the desks' hours kept on all seven days, else to the pattern: no
desk has such hours.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from apps.core.walltime import DAY, Zone, day_number, instant_at, minute_after, minute_of
from apps.duty.planning.coverage import gap_and_overlap_spans
from apps.duty.planning.rules import DeskRule, Window
from apps.duty.planning.spans import Interval, Span, clipped, common, length, merged, without
from apps.duty.planning.timeline import duty_spans, shifts_anchored_on

# A clock that changed longer ago than this is how things are, not what happened to them.
_MEMORY = 366 * DAY
# How far around a gap its neighbours are looked at: further than a long weekend.
_AROUND = 7 * DAY
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
    """Yield the stretches of gaps that would not be there but for a cause.

    What a holiday or a closure explains is not laid at a clock's door too: in winter every desk
    that is away leaves an hour that some clock, had it stayed, would have covered by chance.
    """
    away: list[Explained] = []
    for rule in world.rules:
        away += _by_holidays(world, rule)
        away += _by_closures(world, rule)
    yield from away
    yield from _by_clocks(world, without(world.gaps, merged((s, e) for s, e, _cause in away)))


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


def _by_clocks(world: _World, gaps: list[Span]) -> Iterator[Explained]:
    zones: defaultdict[str, list[DeskRule]] = defaultdict(list)
    for rule in world.rules:
        zones[rule.tz].append(rule)
    lonely = alone(
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
            here = clipped(gaps, max(at, world.a), min(until, at + _MEMORY, world.b))
            for start, end in _closed_by_clock(there, at, merged(world.gaps + lonely[tz]), here):
                yield start, end, cause


def alone(by_name: Mapping[str, list[Span]]) -> dict[str, list[Span]]:
    """Return for each name the minutes in which nobody else is on duty."""
    names = list(by_name)
    steps: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for index, spans in enumerate(by_name.values()):
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
            # Of one alone the sum of the indexes is its own.
            found[names[total]].append((start, end))
    return found


def _closed_by_clock(
    rules: Sequence[DeskRule], at: int, free: list[Span], gaps: list[Span]
) -> Iterator[Span]:
    """Yield what a zone's desks would fill of the gaps, had its clock not changed at a minute.

    `free` are the minutes that nobody else covers. Both clocks are taken to have run all along:
    what is cut off at the change, or at the next, would look as if it had shrunk.
    """
    if not gaps:
        return
    a, b = max(gaps[0][0] - _AROUND, free[0][0]), min(gaps[-1][1] + _AROUND, free[-1][1])
    free, zone = clipped(free, a, b), rules[0].zone
    would_serve = _served(rules, a, b, zone.steady(at - 1))
    moved = without(free, _served(rules, a, b, zone.steady(at)))
    unmoved = without(free, would_serve)
    for gap in gaps:
        whole = _touching(moved, gap)
        if whole and _shrinks((whole[0][0], whole[-1][1]), unmoved, (a, b)):
            yield from common([gap], _touching(would_serve, gap))


def _shrinks(gap: Span, gaps: list[Span], seen: Span) -> bool:
    """Whether less of a gap is left among other gaps; of one that is cut off, nothing."""
    left = length(_touching(gaps, gap))
    is_cut = gap[0] <= seen[0] or gap[1] >= seen[1]
    return left == 0 or (left < gap[1] - gap[0] and not is_cut)


def _served(rules: Iterable[DeskRule], a: int, b: int, clock: Zone) -> list[Span]:
    """Return when the desks would be on duty by the clock, had nothing kept them away."""
    bare = [replace(rule, holidays=frozenset(), closures=()) for rule in rules]
    return merged(span for rule in bare for span in duty_spans(rule, a, b, clock=clock))


def _touching(spans: list[Span], span: Span) -> list[Span]:
    """Return those of the merged spans that share a minute with a span."""
    first = max(0, bisect_right(spans, (span[0], 0)) - 1)
    last = bisect_left(spans, (span[1], 0))
    return [other for other in spans[first:last] if other[1] > span[0]]


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
        return bool(_touching(self._spans, (start, end)))

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
