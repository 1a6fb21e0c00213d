"""How well several desks together cover a range: gaps and overlaps."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import accumulate, chain, pairwise

from apps.core.walltime import minute_after, minute_of
from apps.duty.planning.rules import DeskRule
from apps.duty.planning.spans import Interval, Span, clipped, intervals, merged
from apps.duty.planning.timeline import duty_spans


@dataclass(frozen=True)
class Coverage:
    """Who is on duty when, when nobody is, and when two desks or more are."""

    on_duty: dict[str, list[Interval]]
    gaps: list[Interval]
    overlaps: list[Interval]


def coverage(rules: Sequence[DeskRule], a: datetime, b: datetime) -> Coverage:
    """Return the coverage of [a, b) by the desks, in their order."""
    first, last = minute_of(a), minute_after(b)
    found = {rule.id: _of_desk(rule, a, b) for rule in rules}
    gaps, overlaps = gap_and_overlap_spans([spans for spans, _at in found.values()], first, last)
    return Coverage(
        {desk: list(at) for desk, (_spans, at) in found.items()},
        intervals(gaps, a, b),
        intervals(overlaps, a, b),
    )


# Keyed by all that a rule says: an edit is a new key. A year of a desk takes some 95 KB.
@lru_cache(maxsize=128)
def _of_desk(rule: DeskRule, a: datetime, b: datetime) -> tuple[list[Span], list[Interval]]:
    """The duty of one desk, as minutes and as instants."""
    spans = duty_spans(rule, minute_of(a), minute_after(b))
    return spans, intervals(spans, a, b)


def forget() -> None:
    """Drop what is remembered, for those who measure."""
    _of_desk.cache_clear()


def gaps_and_overlaps(
    duty: Iterable[Sequence[Interval]], a: datetime, b: datetime
) -> tuple[list[Interval], list[Interval]]:
    """Return when in [a, b) no desk, and when two desks or more, are on duty.

    `duty` holds the intervals of duty of each desk.
    """
    first, last = minute_of(a), minute_after(b)
    spans = (merged((minute_of(start), minute_after(end)) for start, end in desk) for desk in duty)
    gaps, overlaps = gap_and_overlap_spans([clipped(s, first, last) for s in spans], first, last)
    return intervals(gaps, a, b), intervals(overlaps, a, b)


def gap_and_overlap_spans(
    duty: Iterable[Sequence[Span]], a: int, b: int
) -> tuple[list[Span], list[Span]]:
    """Return the minutes of [a, b) with no desk, and those with two or more, as merged spans."""
    if a >= b:
        return [], []
    spans = list(chain.from_iterable(duty))
    starts, ends = sorted([start for start, _ in spans]), sorted([end for _, end in spans])
    # Of n begun and n ended nobody is left until the next begins. Two are there wherever the
    # n-th has not ended yet when the one after it begins; in order, so that no sort is needed.
    gaps = [
        (end, start) for end, start in zip([a, *ends], [*starts, b], strict=True) if end < start
    ]
    both = [(start, end) for start, end in zip(starts[1:], ends, strict=False) if start < end]
    return gaps, merged(both)


def staffing(duty: Iterable[Sequence[Span]], a: int, b: int) -> Iterator[tuple[int, int, int]]:
    """Yield each stretch of [a, b) with how many are on duty, in order; stretches touch.

    `duty` holds the merged spans of each, within [a, b).
    """
    if a >= b:
        return
    steps: defaultdict[int, int] = defaultdict(int, {a: 0, b: 0})
    for spans in duty:
        for start, end in spans:
            steps[start] += 1
            steps[end] -= 1
    minutes = sorted(steps)
    counts = accumulate(steps[minute] for minute in minutes)
    for (start, end), count in zip(pairwise(minutes), counts, strict=False):
        yield start, end, count


def lowest(stretches: Iterable[tuple[int, int, int]], edges: Sequence[int]) -> list[int]:
    """Return the fewest on duty at any minute between each two edges; -1 between equal edges.

    The stretches touch and reach from the first edge to the last.
    """
    found: list[int] = []
    rest = iter(stretches)
    _start, end, count = next(rest, (0, 0, 0))
    for left, right in pairwise(edges):
        low = -1
        while left < right:
            if end > left:
                low = count if low < 0 else min(low, count)
            if end >= right:
                break
            _start, end, count = next(rest, (end, right, 0))
        found.append(low)
    return found
