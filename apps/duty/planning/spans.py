"""Arithmetic of half-open spans [start, end) of UTC minutes."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime

from apps.core.walltime import instant_at

Span = tuple[int, int]
Interval = tuple[datetime, datetime]

_BEFORE = float("-inf")


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the union in order, touching spans made one, empty ones gone."""
    union: list[Span] = []
    last = _BEFORE
    for span in sorted(spans):
        start, end = span
        if start > last:
            if start < end:
                union.append(span)
                last = end
        elif end > last:
            union[-1] = (union[-1][0], end)
            last = end
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
    # Only the outermost can reach out: a tuple of one is less than each pair that begins with it.
    first = bisect_left(spans, (a,))
    if first and spans[first - 1][1] > a:
        first -= 1
    inside = spans[first : bisect_left(spans, (b,))] if a < b else []
    if inside:
        inside[0] = (max(inside[0][0], a), inside[0][1])
        inside[-1] = (inside[-1][0], min(inside[-1][1], b))
    return inside


def intervals(spans: Iterable[Span], a: datetime, b: datetime) -> list[Interval]:
    """Return the spans, in order, as instants cut to [a, b), which need not be whole minutes."""
    found = [(instant_at(start), instant_at(end)) for start, end in spans]
    if found:
        found[0] = (max(found[0][0], a), found[0][1])
        found[-1] = (found[-1][0], min(found[-1][1], b))
    return found
