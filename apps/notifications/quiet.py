"""Hours of rest: a weekly window of a person's own time, by the rule of duty windows.

A window is never split by a clock change, and never negative (handover.md 5).
"""

from datetime import datetime

from apps.duty import planning
from apps.notifications.models import QuietHours


def rule_of(hours: QuietHours, zone: str) -> planning.DeskRule:
    """The person's rest as the planning rule that duty is computed by."""
    window = planning.Window(
        days=frozenset(hours.days), start=_minutes(hours.starts), end=_minutes(hours.ends)
    )
    return planning.DeskRule(id=str(hours.user_id), tz=zone, windows=(window,))


def is_quiet(rule: planning.DeskRule | None, at: datetime) -> bool:
    """Whether the person rests at the instant."""
    return rule is not None and planning.is_on_duty(rule, at)


def ends_at(rule: planning.DeskRule | None, at: datetime) -> datetime | None:
    """When the rest at the instant ends; None when there is none, or when it never ends."""
    if rule is None or not planning.is_on_duty(rule, at):
        return None
    return planning.next_change(rule, at)


def starts_at(rule: planning.DeskRule | None, at: datetime) -> datetime | None:
    """When the next rest starts after a waking instant; None when there is none."""
    if rule is None or planning.is_on_duty(rule, at):
        return None
    return planning.next_change(rule, at)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
