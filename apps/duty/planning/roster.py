"""Which people of a desk are on duty when: rotas, with swaps applied, less those on leave."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from apps.core.walltime import DAY, day_number, minute_after, minute_of, zone
from apps.duty.planning.rotation import Rota, turn_starts
from apps.duty.planning.spans import Interval, Span, clipped, common, merged, without

_BY_TIME = itemgetter(0, 1)
_END = itemgetter(1)


@dataclass(frozen=True)
class RotaRule:
    """People who take turns, from the beginning of one local day to the end of another.

    A rota that was said anew is several rules with its id: each holds from the minute of its
    `from_at` to that of its `until_at`.
    """

    id: UUID
    turns: Rota
    people: tuple[UUID, ...]
    valid_from: date | None = None
    valid_until: date | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None

    def held_span(self, a: int, b: int) -> Span:
        """Return the part of [a, b) in which the rota says this."""
        if self.from_at is not None:
            a = max(a, minute_of(self.from_at))
        if self.until_at is not None:
            b = min(b, minute_of(self.until_at))
        return a, b

    def valid_span(self, a: int, b: int) -> Span:
        """Return the part of [a, b) for which the rota gives anybody."""
        a, b = self.held_span(a, b)
        where = zone(self.turns.tz)
        if self.valid_from is not None:
            a = max(a, where.start_minute(day_number(self.valid_from) * DAY))
        if self.valid_until is not None:
            b = min(b, where.start_minute((day_number(self.valid_until) + 1) * DAY))
        return a, b


@dataclass(frozen=True)
class SwapRule:
    """A stretch of one person's shift in a rota that another has taken."""

    rota_id: UUID
    asker: UUID
    taker: UUID
    starts_at: datetime
    ends_at: datetime

    @cached_property
    def span(self) -> Span:
        return minute_of(self.starts_at), minute_after(self.ends_at)


@dataclass(frozen=True)
class RosterRule:
    """The people of one desk; swaps are in the order in which they were taken.

    `sat` is when somebody sat there who did so for a part of the time only; whoever it does not
    name sat there throughout. The rules of one rota are in the order of time.
    """

    seated: tuple[UUID, ...] = ()
    rotas: tuple[RotaRule, ...] = ()
    swaps: tuple[SwapRule, ...] = ()
    leave: Mapping[UUID, Sequence[Interval]] = field(default_factory=dict)
    sat: Mapping[UUID, Sequence[Interval]] = field(default_factory=dict)

    @cached_property
    def away(self) -> dict[UUID, list[Span]]:
        """When each person is on leave, as merged spans; a part of a minute is the whole."""
        return {
            person: merged((minute_of(start), minute_after(end)) for start, end in spans)
            for person, spans in self.leave.items()
        }

    def there(self, person: UUID, spans: list[Span]) -> list[Span]:
        """Return when of the merged spans the person sits at the desk and is not on leave."""
        if person in self.sat:
            sat = merged((minute_of(a), minute_of(b)) for a, b in self.sat[person])
            spans = common(spans, sat)
        return without(spans, self.away.get(person, []))


class Turn(NamedTuple):
    """A stretch of duty of one person in minutes [start, end); no rota: everybody is on."""

    start: int
    end: int
    person: UUID
    rota_id: UUID | None = None
    is_swap: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is on when, whose shift stands empty, and when everybody is on for want of anybody.

    `holes` are the shifts of people on leave that nobody took. `everybody` is when a desk with
    rotas has nobody left: all who sit there and are not on leave are on duty then.
    """

    turns: list[Turn]
    holes: list[Turn]
    everybody: list[Span]


def roster(rule: RosterRule, duty: Sequence[Span], a: int, b: int) -> Roster:
    """Return who is on duty in [a, b) while the desk is, which `duty` says: merged, in order."""
    inside = clipped(list(duty), a, b)
    turns: list[Turn] = []
    holes: list[Turn] = []
    for rota in rule.rotas:
        owed = _within(_swapped(rota_turns(rota, a, b), rota.id, rule.swaps), inside)
        for turn in owed:
            away = _overlapping(rule.away.get(turn.person), turn.start, turn.end)
            if not away:
                turns.append(turn)
                continue
            there = without([(turn.start, turn.end)], away)
            turns += [_cut(turn, *span) for span in there]
            holes += [_cut(turn, *span) for span in without([(turn.start, turn.end)], there)]
    bare = without(inside, merged((turn.start, turn.end) for turn in turns)) if turns else inside
    for person in rule.seated:
        turns += [Turn(*span, person) for span in rule.there(person, bare)]
    turns.sort(key=_BY_TIME)
    holes.sort(key=_BY_TIME)
    kept = merged(rota.held_span(a, b) for rota in rule.rotas)
    return Roster(turns, holes, common(bare, kept))


def rota_turns(rota: RotaRule, a: int, b: int) -> list[Turn]:
    """Return the turns of the rota that touch [a, b), cut to it, whether the desk is on or not."""
    people, turns = rota.people, []
    a, b = rota.valid_span(a, b)
    if not people or a >= b:
        return []
    first, starts = turn_starts(rota.turns, a, b)
    count, ident = len(people), rota.id
    for k, (start, end) in enumerate(zip(starts, [*starts[1:], b], strict=True), first):
        if end > a and start < b and start < end:
            turns.append(Turn(max(start, a), min(end, b), people[k % count], ident))
    return turns


def owns(rule: RosterRule, rota_id: UUID, person: UUID, span: Span) -> bool:
    """Tell whether a rota, with its swaps, gives the person in every minute of the span."""
    turns = [turn for rota in rule.rotas if rota.id == rota_id for turn in rota_turns(rota, *span)]
    mine = [t for t in _swapped(turns, rota_id, rule.swaps) if t.person == person]
    return merged((turn.start, turn.end) for turn in mine) == [span]


def _overlapping(spans: list[Span] | None, start: int, end: int) -> list[Span]:
    """Return those of the merged spans that share a minute with [start, end)."""
    if not spans:
        return []
    first = bisect_right(spans, start, key=_END)
    return [span for span in spans[first:] if span[0] < end]


def _swapped(turns: list[Turn], rota_id: UUID, swaps: Iterable[SwapRule]) -> list[Turn]:
    """Return the turns with what changed hands at its taker, in the order of taking."""
    for swap in swaps:
        if swap.rota_id != rota_id:
            continue
        start, end = swap.span
        first = bisect_right(turns, start, key=_END)
        last = first
        while last < len(turns) and turns[last].start < end:
            last += 1
        turns[first:last] = [part for turn in turns[first:last] for part in _handed(turn, swap)]
    return turns


def _handed(turn: Turn, swap: SwapRule) -> Iterator[Turn]:
    start, end = max(turn.start, swap.span[0]), min(turn.end, swap.span[1])
    if turn.person != swap.asker or start >= end:
        yield turn
        return
    if turn.start < start:
        yield _cut(turn, turn.start, start)
    yield Turn(start, end, swap.taker, turn.rota_id, is_swap=True)
    if end < turn.end:
        yield _cut(turn, end, turn.end)


def _within(turns: list[Turn], spans: list[Span]) -> Iterator[Turn]:
    """Yield what of the turns, in order and apart from each other, lies in the merged spans."""
    k = 0
    for turn in turns:
        while k < len(spans) and spans[k][1] <= turn.start:
            k += 1
        at = k
        while at < len(spans) and spans[at][0] < turn.end:
            start, end = spans[at]
            if start <= turn.start and turn.end <= end:
                yield turn
            else:
                yield _cut(turn, max(turn.start, start), min(turn.end, end))
            at += 1


def _cut(turn: Turn, start: int, end: int) -> Turn:
    return Turn(start, end, turn.person, turn.rota_id, turn.is_swap)
