"""Local wall times resolved to instants, by one rule, from the pinned time zone database.

For a local time T: S(T) is the first instant at which the running maximum of the local clock has
reached T; E(T) is the first instant from which the local clock is never again below T. S gives
the first of a repeated time, E the last, both the first instant after a skipped one.

Inside, instants and wall times are whole minutes since 1970-01-01T00:00 on their own clock.
Clocks that ran some seconds off (before 1972) are read as they show: to the minute, rounded down.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import accumulate

from apps.core import tzif
from apps.core.tzif import database_version, zone_names

__all__ = [
    "DAY",
    "MAX_OFFSET",
    "OutsideCalendar",
    "UnknownZone",
    "Zone",
    "database_version",
    "day_number",
    "instant_at",
    "local",
    "minute_after",
    "minute_of",
    "shift_end",
    "shift_start",
    "wall_minute",
    "zone",
    "zone_names",
]

DAY = 1440
# No clock in the database was ever further than this from UTC.
MAX_OFFSET = 26 * 60

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WALL_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  a wall time has no zone
_EPOCH_DAY = _EPOCH.toordinal()
_MINUTE = timedelta(minutes=1)
_ALWAYS = 10**12

# The Gregorian calendar repeats every 400 years, weekdays included, and so does every yearly rule.
_CYCLE = 146_097 * DAY
_CYCLE_YEAR = 2100
_CYCLE_FROM = (date(_CYCLE_YEAR, 1, 1).toordinal() - _EPOCH_DAY) * DAY
_TABLE_YEAR = _CYCLE_YEAR + 401
_QUIET = 7 * DAY


class UnknownZone(ValueError):
    """The name is not a zone of the pinned time zone database."""

    def __init__(self, name: object) -> None:
        self.name = name
        super().__init__(f"{name!r} is not a time zone of the IANA database.")


class OutsideCalendar(ValueError):
    """The instant lies outside the years 1 to 9999."""


class Zone:
    """One time zone: a table of its offsets, and S and E by one bisect each."""

    __slots__ = ("_lows", "_offsets", "_starts", "_stops", "_tops", "name")

    def __init__(self, name: str, starts: list[int], offsets: list[int]) -> None:
        self.name = name
        self._starts, self._offsets = starts, offsets
        self._stops = [*self._starts[1:], _ALWAYS]
        highs = [stop - 1 + o for stop, o in zip(self._stops, self._offsets, strict=True)]
        lows = [start + o for start, o in zip(self._starts, self._offsets, strict=True)]
        # The highest wall time shown until a segment's end, the lowest shown from its start on.
        self._tops = list(accumulate(highs, max))
        self._lows = list(accumulate(reversed(lows), min))[::-1]

    def __repr__(self) -> str:
        return f"Zone({self.name!r})"

    def offset_at(self, minute: int) -> int:
        """Return the minutes to add to the UTC minute to get the wall clock's."""
        return self._offsets[bisect_right(self._starts, minute - _shift(minute)) - 1]

    def changes(self, a: int, b: int) -> list[tuple[int, int]]:
        """Return the UTC minute and the size of each change of offset in [a, b)."""
        shift = _shift(a)
        first = max(1, bisect_left(self._starts, a - shift))
        last = bisect_left(self._starts, b - shift)
        return [
            (self._starts[k] + shift, self._offsets[k] - self._offsets[k - 1])
            for k in range(first, last)
        ]

    def steady(self, minute: int) -> "Zone":
        """Return the zone as if its clock had always kept the offset of this UTC minute."""
        return Zone(self.name, [-_ALWAYS], [self.offset_at(minute)])

    def start_minute(self, wall: int) -> int:
        """Return S: the first UTC minute whose running maximum of the wall clock is >= wall."""
        shift = _shift(wall)
        wall -= shift
        k = bisect_left(self._tops, wall)
        return max(self._starts[k], wall - self._offsets[k]) + shift

    def end_minute(self, wall: int) -> int:
        """Return E: the first UTC minute from which the wall clock is never again < wall."""
        shift = _shift(wall)
        wall -= shift
        k = bisect_left(self._lows, wall) - 1
        return min(self._stops[k], wall - self._offsets[k]) + shift

    def start_minutes(self, walls: Sequence[int]) -> list[int]:
        """Return S of each of the ascending wall minutes."""
        if not walls or walls[-1] >= _CYCLE_FROM:
            return [self.start_minute(wall) for wall in walls]
        tops, found, at = self._tops, list[int](), 0
        for k in range(bisect_left(tops, walls[0]), bisect_left(tops, walls[-1]) + 1):
            start, offset = self._starts[k], self._offsets[k]
            until = bisect_right(walls, tops[k], at)
            # What comes first may have been skipped by the change with which the segment starts.
            cut = bisect_left(walls, start + offset, at, until)
            found += [start] * (cut - at)
            found += [wall - offset for wall in walls[cut:until]]
            at = until
        return found

    def end_minutes(self, walls: Sequence[int]) -> list[int]:
        """Return E of each of the ascending wall minutes."""
        if not walls or walls[-1] >= _CYCLE_FROM:
            return [self.end_minute(wall) for wall in walls]
        lows, found, at = self._lows, list[int](), 0
        last = bisect_left(lows, walls[-1]) - 1
        for k in range(bisect_left(lows, walls[0]) - 1, last + 1):
            stop, offset = self._stops[k], self._offsets[k]
            until = len(walls) if k == last else bisect_right(walls, lows[k + 1], at)
            # What comes last may be skipped by the change with which the segment stops.
            cut = bisect_right(walls, stop + offset, at, until)
            found += [wall - offset for wall in walls[at:cut]]
            found += [stop] * (until - cut)
            at = until
        return found


@lru_cache(maxsize=1024)
def zone(name: str) -> Zone:
    """Return the zone of exactly this IANA name, or raise UnknownZone."""
    if name not in zone_names():
        raise UnknownZone(name)
    return Zone(name, *_segments(name))


def shift_start(where: Zone | str, wall: datetime) -> datetime:
    """Return S: the instant at which a shift that starts at this local time starts."""
    return instant_at(_zone(where).start_minute(wall_minute(wall)))


def shift_end(where: Zone | str, wall: datetime) -> datetime:
    """Return E: the instant at which a shift that ends at this local time ends."""
    return instant_at(_zone(where).end_minute(wall_minute(wall)))


def local(where: Zone | str, instant: datetime) -> datetime:
    """Return what the clocks of the zone show at the instant, with their UTC offset."""
    minutes = _zone(where).offset_at(minute_of(instant))
    try:
        return instant.astimezone(timezone(timedelta(minutes=minutes)))
    except OverflowError:
        raise OutsideCalendar(_OUTSIDE) from None


def minute_of(instant: datetime) -> int:
    """Return the UTC minute in which the instant lies."""
    if instant.utcoffset() is None:
        msg = "An instant needs a time zone."
        raise ValueError(msg)
    return (instant - _EPOCH) // _MINUTE


def minute_after(instant: datetime) -> int:
    """Return the first UTC minute that begins at the instant or after it."""
    minute = minute_of(instant)
    return minute if instant == _EPOCH + timedelta(minutes=minute) else minute + 1


def instant_at(minute: int) -> datetime:
    """Return the UTC instant at which the minute begins."""
    try:
        return _EPOCH + timedelta(minutes=minute)
    except OverflowError:
        raise OutsideCalendar(_OUTSIDE) from None


def wall_minute(wall: datetime) -> int:
    """Return the minute of a local wall time, which has no zone and no seconds."""
    if wall.tzinfo is not None or wall.second or wall.microsecond:
        msg = "A wall time has no time zone and is a whole minute."
        raise ValueError(msg)
    return (wall - _WALL_EPOCH) // _MINUTE


def day_number(day: date) -> int:
    """Return the days since 1970-01-01; day number * DAY is the wall minute of its midnight."""
    return day.toordinal() - _EPOCH_DAY


_OUTSIDE = "The instant lies outside the years 1 to 9999."


def _zone(where: Zone | str) -> Zone:
    return where if isinstance(where, Zone) else zone(where)


def _shift(minute: int) -> int:
    if minute < _CYCLE_FROM:
        return 0
    return (minute - _CYCLE_FROM) // _CYCLE * _CYCLE


def _segments(name: str) -> tuple[list[int], list[int]]:
    """Return where each stretch of one offset starts, and its offset, in whole minutes."""
    file = tzif.read_zone(name)
    if file.changes and file.changes[-1][0] // 60 > _CYCLE_FROM - _QUIET:
        msg = f"{name}: recorded changes reach into the years that are taken to repeat"
        raise ValueError(msg)
    starts, offsets = [-_ALWAYS], [file.first_offset // 60]
    for second, offset in file.changes_until(_TABLE_YEAR):
        start, minutes = -(-second // 60), offset // 60
        if start == starts[-1]:
            starts.pop()
            offsets.pop()
        if not offsets or offsets[-1] != minutes:
            starts.append(start)
            offsets.append(minutes)
    return starts, offsets
