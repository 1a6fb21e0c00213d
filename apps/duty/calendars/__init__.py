"""iCalendar, read and written: exact, pure, and without a database."""

from apps.duty.calendars.reading import (
    MAX_BYTES,
    MAX_EVENTS,
    MAX_SHIFTS,
    EventReport,
    NamedShift,
    Reading,
    ReadingError,
    read,
)
from apps.duty.calendars.writing import Entry, Head, calendar_text

__all__ = [
    "MAX_BYTES",
    "MAX_EVENTS",
    "MAX_SHIFTS",
    "Entry",
    "EventReport",
    "Head",
    "NamedShift",
    "Reading",
    "ReadingError",
    "calendar_text",
    "read",
]
