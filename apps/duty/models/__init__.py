"""Desks and what they promise."""

from apps.duty.models.calendars import CalendarFeed, CalendarSource, ImportedShift
from apps.duty.models.cover import CoverOffer, CoverRequest
from apps.duty.models.desks import (
    TIME_OF_DAY,
    Closure,
    Desk,
    DeskPerson,
    DutyWindow,
    ExtraCover,
    FormerSeat,
    Holiday,
    Reason,
)
from apps.duty.models.intervals import DutyInterval, DutyStamp
from apps.duty.models.rotas import CLOCK_TIME, Leave, Rota, RotaTerms, Swap

__all__ = [
    "CLOCK_TIME",
    "TIME_OF_DAY",
    "CalendarFeed",
    "CalendarSource",
    "Closure",
    "CoverOffer",
    "CoverRequest",
    "Desk",
    "DeskPerson",
    "DutyInterval",
    "DutyStamp",
    "DutyWindow",
    "ExtraCover",
    "FormerSeat",
    "Holiday",
    "ImportedShift",
    "Leave",
    "Reason",
    "Rota",
    "RotaTerms",
    "Swap",
]
