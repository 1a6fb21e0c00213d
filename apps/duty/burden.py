"""Who carries the nights and the weekends, and how evenly. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from statistics import median

from apps.core import walltime
from apps.core.walltime import DAY
from apps.duty.planning.spans import Span, common, length, merged
from apps.members.models import User

_DUSK, _DAWN = 22 * 60, 6 * 60


class Fairness(StrEnum):
    """How evenly something is shared."""

    NOBODY = "nobody"
    ALONE = "alone"
    EVEN = "even"
    FAIR = "fair"
    UNEVEN = "uneven"


@dataclass(frozen=True, slots=True)
class Burden:
    """The duty of one person: all of it, by night and at the weekend of his own zone."""

    person: User
    total: timedelta
    night: timedelta
    weekend: timedelta
    unsocial: timedelta


@dataclass(frozen=True, slots=True)
class Shares:
    """How the unsocial hours are shared: Gini is 0 when all carry the same, near 1 when one does.

    `ratio` is the most that one carries, by the median; None when half of them carry nothing.
    """

    gini: float
    ratio: float | None
    fairness: Fairness
    most: Burden | None


def burden(person: User, spans: Iterable[Span]) -> Burden:
    """What a person's minutes of duty are made of."""
    duty = merged(spans)
    if not duty:
        nothing = timedelta(0)
        return Burden(person, nothing, nothing, nothing, nothing)
    zone = walltime.zone(person.time_zone)
    first = (duty[0][0] - walltime.MAX_OFFSET) // DAY - 1
    last = (duty[-1][1] + walltime.MAX_OFFSET) // DAY + 1
    days = range(first, last + 1)
    nights = merged(
        (zone.start_minute(d * DAY + _DUSK), zone.end_minute((d + 1) * DAY + _DAWN)) for d in days
    )
    # Day 0 of the epoch was a Thursday, weekday 3: Saturdays are 5.
    weekends = merged(
        (zone.start_minute(d * DAY), zone.start_minute((d + 2) * DAY))
        for d in days
        if (d + 3) % 7 == 5
    )
    return Burden(
        person,
        _span(duty),
        _span(common(duty, nights)),
        _span(common(duty, weekends)),
        _span(common(duty, merged([*nights, *weekends]))),
    )


def _span(spans: Iterable[Span]) -> timedelta:
    return timedelta(minutes=length(spans))


def shares(people: Sequence[Burden]) -> Shares:
    """How evenly nights and weekends are shared among the people."""
    hours = sorted(one.unsocial / timedelta(hours=1) for one in people)
    total = sum(hours)
    if not total:
        return Shares(0.0, None, Fairness.NOBODY, None)
    most = max(people, key=lambda one: one.unsocial)
    if len(hours) == 1:
        return Shares(0.0, 1.0, Fairness.ALONE, most)
    n = len(hours)
    ranked = sum((2 * rank - n - 1) * value for rank, value in enumerate(hours, 1))
    gini = round(ranked / (n * total), 3)
    middle = median(hours)
    ratio = round(hours[-1] / middle, 1) if middle else None
    fairness = Fairness.EVEN if gini < 0.15 else Fairness.FAIR if gini < 0.3 else Fairness.UNEVEN
    return Shares(gini, ratio, fairness, most)
