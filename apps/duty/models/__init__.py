"""Desks and what they promise."""

from apps.duty.models.desks import (
    TIME_OF_DAY,
    Closure,
    Desk,
    DeskPerson,
    DutyWindow,
    ExtraCover,
    Holiday,
    Reason,
)

__all__ = [
    "TIME_OF_DAY",
    "Closure",
    "Desk",
    "DeskPerson",
    "DutyWindow",
    "ExtraCover",
    "Holiday",
    "Reason",
]
