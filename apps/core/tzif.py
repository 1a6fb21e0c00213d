"""Every change of a zone's UTC offset, read exactly from the pinned tzdata package (RFC 9636).

The system's database is never read: two databases on one machine disagree about the future.
"""

import importlib
import re
import struct
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

Change = tuple[int, int]  # (unix second, offset in seconds from then on)

_HEADER = struct.Struct(">4sc15x6l")
_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_NAME = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
_TIME = r"[+-]?\d{1,3}(?::\d{2}(?::\d{2})?)?"
_FOOTER = re.compile(
    rf"{_NAME}(?P<std>{_TIME})(?:{_NAME}(?P<dst>{_TIME})?,(?P<begin>[^,]+),(?P<end>[^,]+))?"
)
_RULE = re.compile(
    rf"(?:M(?P<month>\d+)\.(?P<week>\d)\.(?P<weekday>\d)|(?P<julian>J?)(?P<day>\d+))"
    rf"(?:/(?P<time>{_TIME}))?"
)


@dataclass(frozen=True)
class ZoneFile:
    """The recorded changes of a zone and the yearly rule that holds after the last of them."""

    first_offset: int
    changes: tuple[Change, ...]
    footer: str

    def changes_until(self, year: int) -> list[Change]:
        """Return all changes up to the end of `year`, the yearly rule played forward."""
        changes = list(self.changes)
        last = changes[-1][0] if changes else -(1 << 62)
        since = 1970 + last // (366 * _DAY) if changes else 1
        ruled = [c for y in range(max(since, 1), year + 1) for c in _ruled(self.footer, y)]
        return changes + sorted(c for c in ruled if c[0] > last)


@cache
def zone_names() -> frozenset[str]:
    """Return the names of the pinned database, spelled exactly."""
    return frozenset((files("tzdata") / "zones").read_text("ascii").split())


@cache
def database_version() -> str:
    """Return the release of the pinned database, such as "2026a"."""
    return str(importlib.import_module("tzdata").IANA_VERSION)


def read_zone(name: str) -> ZoneFile:
    """Read one zone; the caller has checked the name against `zone_names`."""
    return _parsed((files("tzdata") / "zoneinfo" / name).read_bytes())


def _parsed(data: bytes) -> ZoneFile:
    # The first block repeats the data in 32 bits for old readers.
    at = _block_end(data, 0, width=4)
    _, _, _, _, _, times, types, _ = _HEADER.unpack_from(data, at)
    end = _block_end(data, at, width=8)
    at += _HEADER.size
    instants = struct.unpack_from(f">{times}q", data, at)
    indexes = data[at + 8 * times : at + 9 * times]
    at += 9 * times
    offsets = [int(struct.unpack_from(">l", data, at + 6 * i)[0]) for i in range(types)]
    changes = tuple((t, offsets[i]) for t, i in zip(instants, indexes, strict=True))
    return ZoneFile(offsets[0], changes, data[end:].strip(b"\n").decode("ascii"))


def _block_end(data: bytes, at: int, *, width: int) -> int:
    magic, version, isutc, isstd, leaps, times, types, chars = _HEADER.unpack_from(data, at)
    if magic != b"TZif" or version < b"2":
        msg = "not a TZif file of version 2 or later"
        raise ValueError(msg)
    body = times * (width + 1) + types * 6 + chars + leaps * (width + 4) + isstd + isutc
    return int(at + _HEADER.size + body)


def _ruled(footer: str, year: int) -> list[Change]:
    """Return the two changes that the footer's rule makes in `year`, if it has one."""
    parts = _FOOTER.fullmatch(footer)
    if parts is None:
        msg = f"unreadable time zone rule: {footer!r}"
        raise ValueError(msg)
    standard = -_seconds(parts["std"])
    if parts["begin"] is None:
        return []
    summer = -_seconds(parts["dst"]) if parts["dst"] else standard + 3600
    return [
        (_local_second(parts["begin"], year) - standard, summer),
        (_local_second(parts["end"], year) - summer, standard),
    ]


def _local_second(rule: str, year: int) -> int:
    parts = _RULE.fullmatch(rule)
    if parts is None:
        msg = f"unreadable time zone rule: {rule!r}"
        raise ValueError(msg)
    if parts["month"]:
        day = _nth_weekday(year, int(parts["month"]), int(parts["week"]), int(parts["weekday"]))
    else:
        day = _day_of_year(year, int(parts["day"]), julian=bool(parts["julian"]))
    return (day - _EPOCH) * _DAY + _seconds(parts["time"] or "2")


def _nth_weekday(year: int, month: int, week: int, weekday: int) -> int:
    first = date(year, month, 1)
    day = first.toordinal() + (weekday - first.isoweekday()) % 7 + 7 * (week - 1)
    following = date(year + month // 12, month % 12 + 1, 1).toordinal()
    return day if day < following else day - 7


def _day_of_year(year: int, day: int, *, julian: bool) -> int:
    if not julian:
        return date(year, 1, 1).toordinal() + day
    # "Jn" counts 1 to 365 and never counts 29 February.
    plain = date.fromordinal(date(2001, 1, 1).toordinal() + day - 1)
    return date(year, plain.month, plain.day).toordinal()


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    parts = [int(part) for part in text.lstrip("+-").split(":")]
    hours, minutes, seconds = (*parts, 0, 0)[:3]
    return sign * (hours * 3600 + minutes * 60 + seconds)
