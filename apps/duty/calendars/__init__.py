"""iCalendar, read and written: exact, pure, and without a database.

What reads (`reading`) is left to a process of its own (`jobs`): strangers' texts and the libraries
that take them apart stay out of the product's.
"""

from apps.duty.calendars.jobs import Job, Outcome, carry_out
from apps.duty.calendars.results import MAX_BYTES, EventReport, NamedShift, Reading
from apps.duty.calendars.writing import Entry, Head, calendar_text

__all__ = [
    "MAX_BYTES",
    "Entry",
    "EventReport",
    "Head",
    "Job",
    "NamedShift",
    "Outcome",
    "Reading",
    "calendar_text",
    "carry_out",
]
