"""When a rota that steps by a unit of local time passes from one person to the next."""

from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from apps.core.walltime import (
    DAY,
    MAX_OFFSET,
    instant_at,
    minute_after,
    minute_of,
    wall_minute,
    zone,
)

_YEARS = 400
_CYCLE = 146_097 * DAY  # the minutes of any 400 years
_EPOCH_DAY = date(1970, 1, 1).toordinal()


class Unit(StrEnum):
    """By what the wall clock or the calendar steps."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


_MINUTES = {Unit.HOURLY: 60, Unit.DAILY: DAY, Unit.WEEKLY: 7 * DAY}


@dataclass(frozen=True)
class Rota:
    """Shifts of `length` units each, one of which starts at `start_local`."""

    tz: str
    start_local: datetime
    unit: Unit
    length: int = 1

    def __post_init__(self) -> None:
        if self.length < 1:
            msg = "A shift lasts one unit at least."
            raise ValueError(msg)


def rotation(rota: Rota, a: datetime, b: datetime) -> list[datetime]:
    """Return the changes of shift in the closed range [a, b], before the start as well as after."""
    # a may lie within a minute: the change at that minute's beginning is already past.
    return [instant_at(minute) for minute in change_minutes(rota, minute_after(a), minute_of(b))]


def change_minutes(rota: Rota, a: int, b: int) -> list[int]:
    """Return the changes of shift as UTC minutes in [a, b], without duplicates."""
    _first, starts = turn_starts(rota, a, b)
    return [minute for minute in dict.fromkeys(starts) if a <= minute <= b]


def turn_starts(rota: Rota, a: int, b: int) -> tuple[int, list[int]]:
    """Return the starts of consecutive turns, and the number of the first of them.

    The first starts at `a` or before, the last after `b`. Turn 0 starts at the rota's start. A
    turn whose time a clock change skips starts where the next one does, and is empty.
    """
    number, walls = _turn_walls(rota, a, b)
    return number, zone(rota.tz).start_minutes(walls)


def _turn_walls(rota: Rota, a: int, b: int) -> tuple[int, list[int]]:
    """Return the wall minutes of consecutive turns around [a, b], and the first one's number."""
    first, last = a - MAX_OFFSET, b + MAX_OFFSET
    if rota.unit is Unit.MONTHLY:
        return _months(rota, first, last)
    step, start = _MINUTES[rota.unit] * rota.length, wall_minute(rota.start_local)
    number = (first - start) // step
    return number, list(range(start + number * step, last + step + 1, step))


class Oddity(StrEnum):
    """What a clock change does to a wall time."""

    SKIPPED = "skipped"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class OddStart:
    """A turn whose local time a clock change skips or repeats, and the minute that counts."""

    wall: int
    minute: int
    oddity: Oddity


def odd_start(tz: str, wall: int) -> OddStart | None:
    """Return what is odd about a wall minute at which a turn starts; nothing for most."""
    where = zone(tz)
    minute = where.start_minute(wall)
    if minute + where.offset_at(minute) > wall:
        return OddStart(wall, minute, Oddity.SKIPPED)
    if where.end_minute(wall) > minute:
        return OddStart(wall, minute, Oddity.REPEATED)
    return None


def odd_starts(rota: Rota, a: int, b: int) -> list[OddStart]:
    """Return the turns that start in [a, b) at a time that a clock change skips or repeats."""
    _number, walls = _turn_walls(rota, a, b)
    found = [odd_start(rota.tz, wall) for wall in walls]
    return [odd for odd in found if odd is not None and a <= odd.minute < b]


def turn_at(rota: Rota, minute: int) -> int:
    """Return the number of the turn in course in the minute."""
    first, starts = turn_starts(rota, minute, minute + 1)
    return first + bisect_right(starts, minute) - 1


def _months(rota: Rota, first: int, last: int) -> tuple[int, list[int]]:
    """Return the start's day in every length-th month from before `first` to after `last`."""
    start, length = rota.start_local, rota.length
    origin = start.year * 12 + start.month - 1
    number = (_month_index(first) - origin) // length - 1
    months = range(origin + number * length, _month_index(last) + length + 1, length)
    return number, [_monthly(month, start) for month in months]


def _monthly(month: int, start: datetime) -> int:
    """Return the wall minute of the start's day and time in the month, or of its last day."""
    # Counted in a year of the same shape: the month may lie just outside the years 1 to 9999.
    cycles, year = divmod(month // 12, _YEARS)
    shape = 2000 + year
    number = month % 12 + 1
    day = min(start.day, monthrange(shape, number)[1])
    days = date(shape, number, day).toordinal() - _EPOCH_DAY
    return days * DAY + start.hour * 60 + start.minute + (cycles - 5) * _CYCLE


def _month_index(wall: int) -> int:
    cycles, minutes = divmod(wall, _CYCLE)
    day = date.fromordinal(_EPOCH_DAY + minutes // DAY)
    return (day.year + cycles * _YEARS) * 12 + day.month - 1
