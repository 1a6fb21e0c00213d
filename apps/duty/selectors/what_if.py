"""What coverage would be if a desk's hours were others: nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from apps.core.walltime import minute_after, minute_of
from apps.duty import weeks
from apps.duty.models import Desk
from apps.duty.planning import DeskRule, Window
from apps.duty.planning.coverage import gap_and_overlap_spans
from apps.duty.planning.spans import Interval, Span, length
from apps.duty.planning.timeline import duty_spans
from apps.duty.selectors.cached import known_duty
from apps.duty.selectors.coverage import Scope, WeekView, week_of

AHEAD = timedelta(days=400)
_AROUND = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Changes:
    """What would be other at one desk; what is None or empty stays as it is."""

    windows: tuple[Window, ...] | None = None
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
    closures: tuple[Interval, ...] = ()
    extra: tuple[Interval, ...] = ()

    def of(self, rule: DeskRule) -> DeskRule:
        """The rule as it would be."""
        return replace(
            rule,
            windows=rule.windows if self.windows is None else self.windows,
            holidays=(rule.holidays | frozenset(self.holidays)) - frozenset(self.workdays),
            closures=(*rule.closures, *self.closures),
            extra=(*rule.extra, *self.extra),
        )


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A week before and after, and how much of 400 days is uncovered before and after."""

    before: WeekView
    after: WeekView
    uncovered_before: timedelta
    uncovered_after: timedelta

    @property
    def gain(self) -> timedelta:
        """How much more of the 400 days is covered; below zero: less."""
        return self.uncovered_before - self.uncovered_after

    @property
    def loss(self) -> timedelta:
        return -self.gain

    @property
    def fewer_gaps(self) -> int:
        return len(self.before.week.gaps) - len(self.after.week.gaps)


def what_if(
    scope: Scope, desk: Desk, changes: Changes, *, first: date, zone: str, at: datetime
) -> WhatIf:
    """Coverage with the changes, beside coverage as it is."""
    a, b = weeks.week_range(first, zone)
    kept, duty = known_duty(scope.desks, at, at + AHEAD, read=(a - _AROUND, b + _AROUND))
    changed = [changes.of(rule) if rule.id == str(desk.pk) else rule for rule in kept]
    would_be = next(rule for rule in changed if rule.id == str(desk.pk))
    before, after = _year(duty, would_be, at)
    return WhatIf(
        week_of(scope, kept, first, zone, at),
        week_of(scope, changed, first, zone, at),
        before,
        after,
    )


def _year(
    duty: Mapping[str, list[Span]], would_be: DeskRule, at: datetime
) -> tuple[timedelta, timedelta]:
    """How much of the time ahead nobody covers, as it is and with one rule as it would be."""
    first, last = minute_of(at), minute_after(at + AHEAD)
    was = length(gap_and_overlap_spans(duty.values(), first, last)[0])
    others = {**duty, would_be.id: duty_spans(would_be, first, last)}
    then = length(gap_and_overlap_spans(others.values(), first, last)[0])
    return timedelta(minutes=was), timedelta(minutes=then)
