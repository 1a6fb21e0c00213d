"""Who holds a case over a range, if every planned handover is accepted."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.core.walltime import instant_at, minute_after, minute_of
from apps.duty.planning.rules import DeskRule
from apps.duty.planning.spans import Span
from apps.duty.planning.timeline import duty_spans, next_change_minute

FOREVER = 10**12


@dataclass(frozen=True)
class HandedOver:
    """Custody passes from one desk to another."""

    at: datetime
    from_desk: str
    to_desk: str


@dataclass(frozen=True)
class Held:
    """Nobody is on duty: the desk stays accountable."""

    at: datetime
    desk: str


Event = HandedOver | Held
Move = tuple[int, int, int | None]  # (minute, holder's index, receiver's index or None: held)


def simulate_handovers(
    rules: Sequence[DeskRule], initial_holder: str, a: datetime, b: datetime
) -> Iterator[Event]:
    """Yield what happens to a case in [a, b) that the initial holder holds at its start.

    A receiver is judged by its duty beyond b too, so a longer range never changes the events of
    a shorter one.
    """
    holder = [rule.id for rule in rules].index(initial_holder)
    for minute, index, receiver in moves(rules, holder, minute_of(a), minute_after(b)):
        at, desk = max(instant_at(minute), a), rules[index].id
        yield Held(at, desk) if receiver is None else HandedOver(at, desk, rules[receiver].id)


def next_handover(
    rules: Sequence[DeskRule], holder: str, at: datetime, until: datetime
) -> Event | None:
    """Return the first event in [at, until) for a case that the holder holds at `at`, if any."""
    return next(simulate_handovers(rules, holder, at, until), None)


def moves(rules: Sequence[DeskRule], holder: int, a: int, b: int) -> Iterator[Move]:
    """Yield the handovers and holds of [a, b) by the rule."""
    desks = [_Duty(rule, a, b) for rule in rules]
    at, held = a, False
    while at < b:
        ends = [desk.end_at(at) for desk in desks]
        if ends[holder] > at:
            at, held = ends[holder], False
            continue
        longest = max(ends)
        if longest > at:
            # The first of the longest: ties go by the order of the desks.
            receiver = ends.index(longest)
            yield at, holder, receiver
            holder = receiver
            continue
        if not held:
            yield at, holder, None
            held = True
        # Whoever comes first; the holder itself at the same minute keeps the case.
        at = min(duty.start_after(at) for duty in desks)


class _Duty:
    """The timeline of one desk from a on, its last span as long as it truly is."""

    def __init__(self, rule: DeskRule, a: int, b: int) -> None:
        spans = duty_spans(rule, a, b)
        if spans and spans[-1][1] == b:
            spans[-1] = _true_span(rule, spans[-1])
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def end_at(self, minute: int) -> int:
        """Return the end of the contiguous duty that the minute lies in; if off duty, no later."""
        k = bisect_right(self._starts, minute) - 1
        return self._ends[k] if k >= 0 else minute

    def start_after(self, minute: int) -> int:
        k = bisect_right(self._starts, minute)
        return self._starts[k] if k < len(self._starts) else FOREVER


def _true_span(rule: DeskRule, span: Span) -> Span:
    start, clipped_end = span
    end = next_change_minute(rule, clipped_end - 1)
    return start, FOREVER if end is None else end
