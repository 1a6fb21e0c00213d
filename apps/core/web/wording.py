"""Instants and lengths of time in the words of the active language."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.lists import format_list
from babel.units import format_unit
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import walltime

_BABEL = {"zh-hans": "zh_Hans_CN", "en": "en_GB"}
# Within three days either way a weekday names one day only.
_NEAR_DAYS = 3
_LONG = timedelta(days=14)
Unit = Literal["day", "hour", "minute"]


def locale() -> str:
    """The active language as Babel names it."""
    language = translation.get_language() or "en"
    return _BABEL.get(language, language.replace("-", "_"))


def local(instant: datetime, zone: str | None) -> datetime:
    return walltime.local(zone or "UTC", instant)


def wall(instant: datetime, zone: str, *, now: datetime | None = None, form: str = "auto") -> str:
    """What a clock on a wall in `zone` shows: `auto` names the day unless it is today.

    `time` never names it, `day` always does by its weekday.
    """
    if form == "time":
        return f"{local(instant, zone):%H:%M}"
    return wall_on(today_in(zone, now), instant, zone, form, locale())


def today_in(zone: str, now: datetime | None) -> date:
    """The day that it is there."""
    return local(now or datetime.now(UTC), zone).date()


# A list shows the same fifty instants at each look, to everybody in that zone.
@lru_cache(maxsize=8192)
def wall_on(today: date, instant: datetime, zone: str, form: str, spoken: str) -> str:
    """The same where the day and the language, as Babel names it, are known already."""
    there = local(instant, zone)
    clock = f"{there:%H:%M}"
    if form == "time" or (form == "auto" and there.date() == today):
        return clock
    if form == "day" or abs((there.date() - today).days) <= _NEAR_DAYS:
        return f"{_day_in('EEE', there.date(), spoken)} {clock}"
    skeleton = "MMMd" if there.year == today.year else "yMMMd"
    return f"{_day_by(skeleton, there.date(), spoken)} {clock}"


# A page names few days many times, and Babel reads its tables anew for each.
@lru_cache(maxsize=4096)
def _day_in(pattern: str, day_: date, spoken: str) -> str:
    return format_date(day_, pattern, locale=spoken)


@lru_cache(maxsize=4096)
def _day_by(skeleton: str, day_: date, spoken: str) -> str:
    return format_skeleton(skeleton, day_, locale=spoken)


@lru_cache(maxsize=1024)
def _offset_in(offset: timedelta | None, spoken: str) -> str:
    there = datetime(2000, 1, 1, tzinfo=timezone(offset or timedelta(0)))
    return format_datetime(there, "'UTC'xxx", locale=spoken)


def day(instant: datetime, zone: str = "UTC") -> str:
    """The day alone, for the foot of a drawing: 24 Nov 2026."""
    return format_date(local(instant, zone), "medium", locale=locale())


def utc_clock(instant: datetime) -> str:
    return wall(instant, "UTC", form="time")


def is_same_day(instant: datetime, one: str, other: str) -> bool:
    return local(instant, one).date() == local(instant, other).date()


def is_same_wall(instant: datetime, one: str, other: str) -> bool:
    return local(instant, one).utcoffset() == local(instant, other).utcoffset()


def iso(instant: datetime) -> str:
    """The instant for machines, in UTC."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def in_full(instant: datetime, zone: str) -> str:
    """The whole date, the time, the offset from UTC and the zone: what a tooltip says."""
    return in_full_in(locale(), instant, zone)


@lru_cache(maxsize=8192)
def in_full_in(spoken: str, instant: datetime, zone: str) -> str:
    """The same in a language as Babel names it."""
    there = local(instant, zone)
    day_, offset = _day_in("full", there.date(), spoken), _offset_in(there.utcoffset(), spoken)
    return f"{day_} {there:%H:%M} {offset} {zone}"


def length(value: timedelta) -> str:
    """A length of time the way people say it: two units at most, nothing below a minute."""
    value = abs(value)
    if value >= _LONG:
        return _one_unit(value, "day")
    minutes = int(value.total_seconds() // 60)
    if minutes == 0:
        return _("less than a minute")
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts: list[tuple[int, Unit]] = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    said = [(number, unit) for number, unit in parts if number][:2]
    # Days and minutes without hours between read as a slip.
    if said[0][1] == "day":
        said = [part for part in said if part[1] != "minute"]
    if len(said) == 1:
        return _one_unit(timedelta(**{f"{said[0][1]}s": said[0][0]}), said[0][1])
    words = [
        format_unit(n, f"duration-{unit}", length="short", locale=locale()) for n, unit in said
    ]
    return str(format_list(words, style="unit-short", locale=locale()))


def _one_unit(value: timedelta, unit: Unit) -> str:
    # A threshold that nothing reaches keeps Babel from rounding up to the next unit.
    return str(format_timedelta(value, granularity=unit, threshold=10**9, locale=locale()))


def listed(words: Iterable[object]) -> str:
    """Words one after the other, with the comma of the reader's language between them."""
    return _(", ").join(str(word) for word in words)


def until(instant: datetime, now: datetime) -> str:
    """`in 17 minutes`, or `4 hours ago`."""
    words = {"time": length(instant - now)}
    if instant >= now:
        return _("in %(time)s") % words
    return _("%(time)s ago") % words


def language_name(code: str) -> str:
    """A language's name in the reader's language; the code itself where there is none."""
    try:
        return Locale.parse(code.replace("-", "_")).get_display_name(locale()) or code
    except (UnknownLocaleError, ValueError, TypeError):
        return code


def place(zone: str | None) -> str:
    """A zone's city in the reader's language: `Asia/Shanghai` -> `Shanghai`, `上海`."""
    return _place(zone or "UTC", locale())


@lru_cache(maxsize=4096)
def _place(name: str, language: str) -> str:
    known = Locale.parse(language).time_zones
    # CLDR files some cities under a former name: Asia/Calcutta, America/Buenos_Aires.
    former = (old for old, new in get_global("zone_aliases").items() if new == name)
    city = next((known[n]["city"] for n in (name, *former) if "city" in known.get(n, {})), None)
    return str(city or name.rsplit("/", 1)[-1].replace("_", " "))
