"""Who is on duty when, and who holds a case: exact, pure, and without a database."""

from apps.duty.planning.calendars import (
    UnknownCalendar,
    calendar_countries,
    calendar_regions,
    country_holidays,
)
from apps.duty.planning.coverage import Coverage, coverage, gaps_and_overlaps
from apps.duty.planning.document import Limits, PlanError, plan, plan_text
from apps.duty.planning.forecast import Cause, CauseKind, Gap, Piece, forecast, uncovered
from apps.duty.planning.handovers import (
    Event,
    HandedOver,
    Held,
    next_handover,
    simulate_handovers,
)
from apps.duty.planning.lines import Line, lines
from apps.duty.planning.roster import Roster, RosterRule, RotaRule, SwapRule, Turn, owns, roster
from apps.duty.planning.rotation import (
    Oddity,
    OddStart,
    Rota,
    Unit,
    odd_start,
    odd_starts,
    rotation,
    turn_at,
)
from apps.duty.planning.rules import DeskRule, Window, rule_hash
from apps.duty.planning.timeline import is_on_duty, next_change, on_duty

__all__ = [
    "Cause",
    "CauseKind",
    "Coverage",
    "DeskRule",
    "Event",
    "Gap",
    "HandedOver",
    "Held",
    "Limits",
    "Line",
    "OddStart",
    "Oddity",
    "Piece",
    "PlanError",
    "Roster",
    "RosterRule",
    "Rota",
    "RotaRule",
    "SwapRule",
    "Turn",
    "Unit",
    "UnknownCalendar",
    "Window",
    "calendar_countries",
    "calendar_regions",
    "country_holidays",
    "coverage",
    "forecast",
    "gaps_and_overlaps",
    "is_on_duty",
    "lines",
    "next_change",
    "next_handover",
    "odd_start",
    "odd_starts",
    "on_duty",
    "owns",
    "plan",
    "plan_text",
    "roster",
    "rotation",
    "rule_hash",
    "simulate_handovers",
    "turn_at",
    "uncovered",
]
