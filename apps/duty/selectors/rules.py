"""The planning rules of desks, read in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.duty.models import Closure, Desk, DutyWindow, ExtraCover, Holiday, ImportedShift
from apps.duty.planning import DeskRule, Window
from apps.duty.planning.spans import Interval

# A window that starts on a local date can reach this far around the range's UTC dates.
_MARGIN = timedelta(days=4)

_Part = TypeVar("_Part", DutyWindow, Holiday)


def rules(desks: Iterable[Desk], a: datetime, b: datetime | None = None) -> list[DeskRule]:
    """The planning rules of the desks for [a, b) (b absent: from a on), in five queries."""
    asked = list(desks)
    ids = [desk.pk for desk in asked]
    if not ids:
        return []
    windows = _by_desk(DutyWindow.objects.filter(desk_id__in=ids).order_by("id"))
    holidays = _by_desk(_holidays(ids, a, b))
    closures = _stretches(Closure.objects.all(), ids, a, b)
    extra = _stretches(ExtraCover.objects.all(), ids, a, b)
    imported = _stretches(ImportedShift.objects.all(), ids, a, b)
    return [
        DeskRule(
            id=str(desk.pk),
            tz=desk.tz,
            windows=tuple(_window(row) for row in windows[desk.pk]) if desk.is_active else (),
            holidays=frozenset(row.on for row in holidays[desk.pk]),
            closures=tuple(closures[desk.pk]),
            extra=tuple(extra[desk.pk]) if desk.is_active else (),
            imported=tuple(imported[desk.pk]) if desk.is_active else (),
        )
        for desk in asked
    ]


def _holidays(ids: list[UUID], a: datetime, b: datetime | None) -> QuerySet[Holiday]:
    found = Holiday.objects.filter(desk_id__in=ids, on__gte=_moved(a, -_MARGIN))
    if b is not None:
        found = found.filter(on__lte=_moved(b, _MARGIN))
    return found.order_by("on")


def _moved(instant: datetime, by: timedelta) -> date:
    try:
        return (instant + by).date()
    except OverflowError:
        return date.min if by < timedelta(0) else date.max


def _stretches(
    rows: "QuerySet[Closure] | QuerySet[ExtraCover] | QuerySet[ImportedShift]",
    ids: list[UUID],
    a: datetime,
    b: datetime | None,
) -> dict[UUID, list[Interval]]:
    wanted = Q(desk_id__in=ids, ends_at__gt=a)
    if b is not None:
        wanted &= Q(starts_at__lt=b)
    found: defaultdict[UUID, list[Interval]] = defaultdict(list)
    for desk_id, start, end in (
        rows.filter(wanted)
        .order_by("starts_at", "id")
        .values_list("desk_id", "starts_at", "ends_at")
    ):
        found[desk_id].append((start, end))
    return found


def _by_desk(rows: Iterable[_Part]) -> dict[UUID, list[_Part]]:
    found: defaultdict[UUID, list[_Part]] = defaultdict(list)
    for row in rows:
        found[row.desk_id].append(row)
    return found


def _window(row: DutyWindow) -> Window:
    return Window(
        days=frozenset(row.days),
        start=minute_of_day(row.start),
        end=minute_of_day(row.end),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def minute_of_day(text: str) -> int:
    """The minutes after midnight of an HH:MM."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
