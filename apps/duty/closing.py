"""What would close the gaps of a week: longer hours, or a desk where nobody has one. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from apps.core.walltime import DAY, minute_after, minute_of
from apps.duty.models import Desk
from apps.duty.planning import DeskRule, Window
from apps.duty.planning.spans import Interval, Span, length, without
from apps.duty.planning.timeline import duty_spans, window_spans

_EVERY_DAY = frozenset(range(7))
# One for each part of the day: where a member might be found.
_PLACES = (
    "Pacific/Auckland", "Australia/Sydney", "Asia/Tokyo", "Asia/Shanghai", "Asia/Kolkata",
    "Asia/Dubai", "Africa/Nairobi", "Europe/Rome", "Europe/London", "America/Sao_Paulo",
    "America/New_York", "America/Chicago", "America/Los_Angeles", "Pacific/Honolulu",
)  # fmt: skip
_STARTS = (7 * 60, 8 * 60, 9 * 60)
_SHIFT = 8 * 60
_LONGER = (60, 120, 180)
_SHOWN = 4
_START = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change of hours, how many gaps it closes and what it costs each week."""

    tz: str
    windows: tuple[Window, ...]
    closes: int
    gained: int
    extra: int
    desk: Desk | None = None
    starts: int | None = None
    ends: int | None = None

    @property
    def extra_hours(self) -> float:
        return round(self.extra / 60, 1)

    @property
    def start_text(self) -> str:
        return _clock(self.starts or 0)

    @property
    def end_text(self) -> str:
        return _clock(self.ends or 0)


def suggestions(
    desks: Sequence[Desk], rules: Sequence[DeskRule], gaps: Sequence[Interval], week: Interval
) -> list[Suggestion]:
    """The best change of each desk and the best new place, those that close most gaps first."""
    asked = _Asked([(minute_of(a), minute_after(b)) for a, b in gaps], *map(minute_of, week))
    if not asked.gaps:
        return []
    found = [_best(_longer(desk, rule, asked)) for desk, rule in zip(desks, rules, strict=True)]
    found.append(_best(_new(asked, {rule.tz for rule in rules})))
    return sorted((best for best in found if best is not None), key=_worth)[:_SHOWN]


@dataclass(frozen=True, slots=True)
class _Asked:
    gaps: list[Span]
    a: int
    b: int

    def closed(self, rule: DeskRule, window: Window) -> tuple[int, int]:
        """How many gaps a window of a desk would close, and how many minutes of gaps.

        Nobody is on duty in a gap, so that nothing else of the desk's matters.
        """
        duty = window_spans(rule, window, self.a, self.b)
        left = without(self.gaps, duty)
        open_gaps = {bisect_right(self.gaps, start, key=_START) for start, _end in left}
        return len(self.gaps) - len(open_gaps), length(self.gaps) - length(left)


def _worth(one: Suggestion) -> tuple[int, int, int]:
    return -one.closes, -one.gained, one.extra


def _best(found: Iterable[Suggestion]) -> Suggestion | None:
    return min(found, key=_worth, default=None)


def _longer(desk: Desk, rule: DeskRule, asked: _Asked) -> Iterator[Suggestion]:
    """Each window begun earlier or ended later by an hour or a few, if it borders on a gap."""
    duty = duty_spans(rule, asked.a, asked.b)
    begins, stops = {end for _start, end in asked.gaps}, {start for start, _end in asked.gaps}
    may_begin = any(start in begins for start, _end in duty)
    may_stop = any(end in stops for _start, end in duty)
    for index, window in enumerate(rule.windows):
        for changed in _stretched(window, begin=may_begin, stop=may_stop):
            closes, gained = asked.closed(rule, changed)
            if not closes:
                continue
            windows = (*rule.windows[:index], changed, *rule.windows[index + 1 :])
            after = duty_spans(replace(rule, windows=windows), asked.a, asked.b)
            yield Suggestion(
                tz=rule.tz,
                windows=windows,
                closes=closes,
                gained=gained,
                extra=length(after) - length(duty),
                desk=desk,
                starts=changed.start if changed.start != window.start else None,
                ends=changed.end if changed.end != window.end else None,
            )


def _stretched(window: Window, *, begin: bool, stop: bool) -> Iterator[Window]:
    if window.length == DAY:
        return
    for more in _LONGER:
        if begin and window.start - more >= 0:
            yield replace(window, start=window.start - more)
        if stop and window.length + more < DAY:
            yield replace(window, end=(window.end + more) % DAY)


def _new(asked: _Asked, taken: set[str]) -> Iterator[Suggestion]:
    for tz in _PLACES:
        for start in _STARTS if tz not in taken else ():
            window = Window(_EVERY_DAY, start, start + _SHIFT)
            rule = DeskRule("", tz, (window,))
            closes, gained = asked.closed(rule, window)
            if closes:
                extra = length(duty_spans(rule, asked.a, asked.b))
                yield Suggestion(
                    tz, (window,), closes, gained, extra, starts=start, ends=start + _SHIFT
                )


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def window_query(windows: Iterable[Window]) -> list[tuple[str, str]]:
    """The windows as the fields of the form that changes a desk's hours."""
    found: list[tuple[str, str]] = []
    rows = list(windows)
    for index, window in enumerate(rows):
        found += [(f"windows-{index}-days", str(day)) for day in sorted(window.days)]
        found += [
            (f"windows-{index}-start", _clock(window.start)),
            (f"windows-{index}-end", _clock(window.end)),
        ]
        for name in ("valid_from", "valid_until"):
            if on := getattr(window, name):
                found.append((f"windows-{index}-{name}", on.isoformat()))
    return [
        ("windows-TOTAL_FORMS", str(len(rows))),
        ("windows-INITIAL_FORMS", "0"),
        *found,
    ]
