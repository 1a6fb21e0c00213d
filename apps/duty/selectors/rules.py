"""The planning rules of desks, read in one statement: whatever asks about duty asks for them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from apps.duty.models import Desk
from apps.duty.planning import DeskRule, Window

# A window that starts on a local date can reach this far around the range's UTC dates.
_MARGIN = timedelta(days=4)

# Each part of a desk in the columns that all parts together need; an absent end reaches for ever.
_PARTS = """
SELECT desk_id, 'window', days, start, "end", valid_from, valid_until,
       from_at AS starts_at, until_at, tz, id
  FROM duty_dutywindow WHERE desk_id = ANY(%(ids)s)
   AND (until_at IS NULL OR until_at > %(a)s)
   AND (from_at IS NULL OR from_at < coalesce(%(b)s::timestamptz, 'infinity'))
UNION ALL
SELECT desk_id, 'holiday', NULL, NULL, NULL, "on", NULL, NULL, NULL, NULL, id
  FROM duty_holiday WHERE desk_id = ANY(%(ids)s)
   AND "on" >= %(first)s AND "on" <= coalesce(%(last)s::date, 'infinity')
UNION ALL
SELECT desk_id, 'closure', NULL, NULL, NULL, NULL, NULL, starts_at, ends_at, NULL, id
  FROM duty_closure WHERE desk_id = ANY(%(ids)s)
   AND ends_at > %(a)s AND starts_at < coalesce(%(b)s::timestamptz, 'infinity')
UNION ALL
SELECT desk_id, 'extra', NULL, NULL, NULL, NULL, NULL, starts_at, ends_at, NULL, id
  FROM duty_extracover WHERE desk_id = ANY(%(ids)s)
   AND ends_at > %(a)s AND starts_at < coalesce(%(b)s::timestamptz, 'infinity')
UNION ALL
SELECT desk_id, 'imported', NULL, NULL, NULL, NULL, NULL, starts_at, ends_at, NULL, id
  FROM duty_importedshift WHERE desk_id = ANY(%(ids)s)
   AND ends_at > %(a)s AND starts_at < coalesce(%(b)s::timestamptz, 'infinity')
ORDER BY starts_at, id
"""

_Parts = defaultdict[tuple[UUID, str], list[Any]]


def rules(desks: Iterable[Desk], a: datetime, b: datetime | None = None) -> list[DeskRule]:
    """The planning rules of the desks for [a, b) (b absent: from a on), in one statement."""
    asked = list(desks)
    if not asked:
        return []
    parts = _parts([desk.pk for desk in asked], a, b)
    return [
        DeskRule(
            id=str(desk.pk),
            tz=desk.tz,
            windows=tuple(parts[desk.pk, "window"]) if desk.is_active else (),
            holidays=frozenset(parts[desk.pk, "holiday"]),
            closures=tuple(parts[desk.pk, "closure"]),
            extra=tuple(parts[desk.pk, "extra"]) if desk.is_active else (),
            imported=tuple(parts[desk.pk, "imported"]) if desk.is_active else (),
        )
        for desk in asked
    ]


def _parts(ids: list[UUID], a: datetime, b: datetime | None) -> _Parts:
    """What the desks' rules are made of, by desk and kind."""
    last = None if b is None else _moved(b, _MARGIN)
    told: dict[str, Any] = {"ids": ids, "a": a, "b": b, "first": _moved(a, -_MARGIN), "last": last}
    found = _Parts(list)
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, told)
        for desk_id, kind, days, start, end, first, until, starts_at, ends_at, tz, _id in cursor:
            if kind == "window":
                typed = window_of(days, start, end, first, until)
                part: Any = replace(typed, from_at=starts_at, until_at=ends_at, tz=tz)
            else:
                part = first if kind == "holiday" else (starts_at, ends_at)
            found[desk_id, kind].append(part)
    return found


def _moved(instant: datetime, by: timedelta) -> date:
    try:
        return (instant + by).date()
    except OverflowError:
        return date.min if by < timedelta(0) else date.max


def window_of(
    days: Iterable[int], start: str, end: str, valid_from: date | None, valid_until: date | None
) -> Window:
    """A weekly window as planning reads it; its times are HH:MM on the desk's clock."""
    return Window(
        days=frozenset(days),
        start=minute_of_day(start),
        end=minute_of_day(end),
        valid_from=valid_from,
        valid_until=valid_until,
    )


def minute_of_day(text: str) -> int:
    """The minutes after midnight of an HH:MM."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
