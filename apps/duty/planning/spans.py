"""Arithmetic of half-open spans [start, end) of UTC minutes."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime

from apps.core.walltime import instant_at

Span = tuple[int, int]
Interval = tuple[datetime, datetime]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the union in order, touching spans made one, empty ones gone."""
    union: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if not union or start > union[-1][1]:
            union.append((start, end))
        elif end > union[-1][1]:
            union[-1] = (union[-1][0], end)
    return union


def without(spans: list[Span], holes: list[Span]) -> list[Span]:
    """Return the merged spans less the merged holes."""
    rest: list[Span] = []
    k = 0
    for start, end in spans:
        cursor = start
        while k < len(holes) and holes[k][1] <= cursor:
            k += 1
        at = k
        while at < len(holes) and holes[at][0] < end:
            if holes[at][0] > cursor:
                rest.append((cursor, holes[at][0]))
            cursor = max(cursor, holes[at][1])
            at += 1
        if cursor < end:
            rest.append((cursor, end))
    return rest


def common(spans: list[Span], others: list[Span]) -> list[Span]:
    """Return what lies in both of two lists of merged spans."""
    found: list[Span] = []
    k = 0
    for start, end in spans:
        while k < len(others) and others[k][1] <= start:
            k += 1
        at = k
        while at < len(others) and others[at][0] < end:
            found.append((max(start, others[at][0]), min(end, others[at][1])))
            at += 1
    return found


def length(spans: Iterable[Span]) -> int:
    """Return the minutes of spans that do not overlap."""
    return sum(end - start for start, end in spans)


def clipped(spans: list[Span], a: int, b: int) -> list[Span]:
    """Return what of the merged spans lies in [a, b)."""
    return [
        (max(start, a), min(end, b))
        for start, end in spans
        if start < b and end > a and max(start, a) < min(end, b)
    ]


def within(spans: list[Span], a: int, b: int) -> list[Span]:
    """As `clipped`, found by bisection: for long lists of which a short stretch is asked."""
    low = bisect_right(spans, a, key=_end)
    high = bisect_left(spans, b, lo=low, key=_start)
    return clipped(spans[low:high], a, b)


def _start(span: Span) -> int:
    return span[0]


def _end(span: Span) -> int:
    return span[1]


def intervals(spans: Iterable[Span], a: datetime, b: datetime) -> list[Interval]:
    """Return the spans, in order, as instants cut to [a, b), which need not be whole minutes."""
    found = [(instant_at(start), instant_at(end)) for start, end in spans]
    if found:
        found[0] = (max(found[0][0], a), found[0][1])
        found[-1] = (found[-1][0], min(found[-1][1], b))
    return found
