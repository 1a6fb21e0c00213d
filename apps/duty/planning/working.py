"""Working days: how long somebody has to answer, in days on which people work there; pure."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from apps.core import walltime

WEEKEND = frozenset({5, 6})
# Where the week ends on other days (CLDR, weekData.xml).
WEEKENDS: dict[str, frozenset[int]] = {
    **dict.fromkeys(
        ("BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "LY", "OM", "QA", "SA", "SD", "SY", "YE"),
        frozenset({4, 5}),
    ),
    "AF": frozenset({3, 4}),
    "IR": frozenset({4}),
    "IN": frozenset({6}),
    "UG": frozenset({6}),
}


def is_working(day: date, country: str, holidays: Collection[date]) -> bool:
    """Whether people work on a day there."""
    return day not in holidays and day.weekday() not in WEEKENDS.get(country, WEEKEND)


def end_after(
    at: datetime, days: int, *, zone: str, country: str, holidays: Collection[date]
) -> datetime:
    """The end, on the clocks of the zone, of the last of so many working days after this one."""
    day = walltime.local(zone, at).date()
    left = days
    # A calendar that names no working day at all must not keep anybody waiting for ever.
    for _step in range(days * 10):
        day += timedelta(days=1)
        left -= is_working(day, country, holidays)
        if not left:
            break
    return walltime.shift_end(zone, datetime.combine(day + timedelta(days=1), time()))
