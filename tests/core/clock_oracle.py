"""A wall clock read minute by minute: slow, obvious, and independent of `apps.core.walltime`."""

from array import array
from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
# In minutes.
DAY = 24 * 60
HOUR = 60
# Slow machines are not wrong ones.
EXACT = settings(
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# Zone and date of a change that a careless rule gets wrong.
TROUBLE = [
    ("America/New_York", date(2027, 3, 14)),  # 02:00 to 03:00
    ("America/New_York", date(2027, 11, 7)),  # 02:00 to 01:00
    ("Australia/Lord_Howe", date(2027, 4, 4)),  # half an hour back
    ("Australia/Lord_Howe", date(2027, 10, 3)),  # half an hour forward
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that never was
    ("Pacific/Kwajalein", date(1993, 8, 21)),  # another
    ("Pacific/Kwajalein", date(1969, 9, 30)),  # 23 hours back
    ("America/Juneau", date(1867, 10, 18)),  # 24 hours back
    ("Asia/Manila", date(1844, 12, 31)),  # 24 hours forward, with seconds
    ("Africa/Casablanca", date(2027, 2, 7)),  # back for Ramadan
    ("Africa/Casablanca", date(2027, 3, 14)),  # and forth again
    ("Africa/Monrovia", date(1972, 1, 7)),  # 44 minutes 30 seconds
    ("Africa/Cairo", date(2027, 10, 29)),  # midnight comes twice
    ("America/Caracas", date(2007, 12, 9)),  # half an hour back for good
    ("America/Nuuk", date(2027, 3, 27)),  # on a Saturday evening
    ("America/Santiago", date(2027, 9, 5)),  # midnight is skipped
    ("Antarctica/Casey", date(2010, 3, 5)),  # three hours back
    ("Antarctica/Troll", date(2027, 10, 31)),  # two hours back
    ("Asia/Gaza", date(2027, 10, 30)),
    ("Asia/Pyongyang", date(2018, 5, 4)),  # half an hour forward for good
    ("Europe/Dublin", date(2027, 3, 28)),  # winter time is the exception there
    ("Europe/Dublin", date(2027, 10, 31)),
    ("Europe/London", date(1941, 5, 4)),  # double summer time
    ("Asia/Shanghai", date(2027, 6, 1)),  # no change at all
]


def minute(instant: datetime) -> int:
    return (instant - EPOCH) // MINUTE


def wall(naive: datetime) -> int:
    return minute(naive.replace(tzinfo=UTC))


@cache
def pinned(tz: str) -> ZoneInfo:
    """The standard library's reading of the pinned database, whatever PYTHONTZPATH says."""
    with (files("tzdata") / "zoneinfo" / tz).open("rb") as file:
        return ZoneInfo.from_file(file, key=tz)


def ahead(zone: ZoneInfo, m: int) -> int:
    """By how many minutes the wall clock is ahead of UTC."""
    return wall((EPOCH + m * MINUTE).astimezone(zone).replace(tzinfo=None)) - m


@lru_cache(maxsize=2000)
def shown_on(tz: str, day: int) -> "array[int]":
    """What the wall clock shows in each minute of a UTC day, counted from the epoch.

    Where two readings an hour apart agree, those between them do: no zone has ever changed twice
    within one.
    """
    zone, shown = pinned(tz), array("q")
    for m in range(day * DAY, (day + 1) * DAY, HOUR):
        now, later = ahead(zone, m), ahead(zone, m + HOUR)
        between = range(m, m + HOUR)
        shown.extend(i + (now if now == later else ahead(zone, i)) for i in between)
    return shown


class Clock:
    """What the wall clock of a zone shows in every UTC minute of [first, last)."""

    def __init__(self, tz: str, first: int, last: int) -> None:
        days = range(first // DAY, (last - 1) // DAY + 1)
        shown = [minute for day in days for minute in shown_on(tz, day)]
        before = first - days.start * DAY
        self._read(first, shown[before : before + last - first])

    @classmethod
    def showing(cls, first: int, shown: list[int]) -> "Clock":
        """A clock that shows these minutes from the first on."""
        clock = cls.__new__(cls)
        clock._read(first, shown)
        return clock

    def _read(self, first: int, shown: list[int]) -> None:
        self.first, self.shown = first, shown
        self._highest_so_far = list(accumulate(shown, max))
        self._lowest_from_here = list(accumulate(reversed(shown), min))[::-1]

    def starts(self, target: int) -> int:
        """First instant whose running maximum of the wall clock is >= target."""
        return self.first + bisect_left(self._highest_so_far, target)

    def ends(self, target: int) -> int:
        """First instant from which the wall clock never again is < target."""
        return self.first + bisect_left(self._lowest_from_here, target)
