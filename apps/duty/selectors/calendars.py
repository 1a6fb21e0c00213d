"""The calendars from which a desk takes shifts: its own member's to know."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.duty.models import CalendarSource, Desk
from apps.duty.planning.spans import Interval
from apps.duty.selectors.desks import desk as one_desk

# How many of its next times a calendar shows.
SHOWN = 8


def calendars(desk: Desk) -> QuerySet[CalendarSource]:
    """The calendars in use, oldest first; none for a reader who is not of the desk's member."""
    rows = CalendarSource.objects.filter(desk=desk, state=CalendarSource.State.ACTIVE)
    return rows.defer("text").annotate(shifts_count=Count("shifts")).order_by("created_at", "id")


def calendar(actor: Actor, desk_id: UUID, calendar_id: UUID) -> CalendarSource:
    """One calendar of a desk of the actor's member, looked at or in use. Raises NotFound."""
    desk = one_desk(actor, desk_id)
    found = CalendarSource.objects.filter(
        desk=desk, pk=calendar_id, member_id=actor.member_id
    ).first()
    if found is None:
        raise NotFound
    return found


def coming_of_calendar(source: CalendarSource, at: datetime) -> list[Interval]:
    """The next times that are duty because of the calendar, or would be if it were used."""
    if source.is_active:
        rows = source.shifts.filter(ends_at__gt=at).order_by("starts_at", "id")
        return list(rows.values_list("starts_at", "ends_at")[:SHOWN])
    first = source.report["first"]
    return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in first]
