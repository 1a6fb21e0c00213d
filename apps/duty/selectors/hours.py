"""Who is on duty when; every instant is passed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from apps.core.actor import Actor
from apps.duty import planning, strips, weeks
from apps.duty.models import Desk
from apps.duty.planning import Coverage, DeskRule
from apps.duty.planning.spans import Interval
from apps.duty.selectors.desks import desks as desks_of
from apps.duty.selectors.rules import rules

# Duty that never ends, for a desk that is always on.
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)

# Keyed by the rule's whole content, so an edit is a new key and no answer outlives its rule; who
# may read the rule is decided before, by the rows that the actor could load.
_on_duty = lru_cache(maxsize=512)(planning.on_duty)
_next_change = lru_cache(maxsize=1024)(planning.next_change)


def duty(desks: Iterable[Desk], a: datetime, b: datetime) -> dict[UUID, list[Interval]]:
    """When each desk is on duty in [a, b): in order, merged, clipped."""
    return {UUID(rule.id): list(_on_duty(rule, a, b)) for rule in rules(desks, a, b)}


def coverage(desks: Iterable[Desk], a: datetime, b: datetime) -> Coverage:
    """Duty per desk id (as text), gaps and overlaps of [a, b)."""
    return planning.coverage(rules(desks, a, b), a, b)


def duty_ends(desks: Iterable[Desk], at: datetime) -> dict[UUID, datetime | None]:
    """The end of each desk's contiguous duty at the instant; None for a desk off duty."""
    return {UUID(rule.id): _end(rule, at) for rule in rules(desks, at)}


def next_starts(desks: Iterable[Desk], at: datetime) -> dict[UUID, datetime | None]:
    """When each desk next comes on duty after the instant; None if never."""
    return {UUID(rule.id): _start(rule, at) for rule in rules(desks, at)}


def _end(rule: DeskRule, at: datetime) -> datetime | None:
    if not planning.is_on_duty(rule, at):
        return None
    return _next_change(rule, at) or FOREVER


def _start(rule: DeskRule, at: datetime) -> datetime | None:
    change = _next_change(rule, at)
    if change is None or not planning.is_on_duty(rule, at):
        return change
    return _next_change(rule, change)


def is_on_duty(desk: Desk, at: datetime) -> bool:
    return planning.is_on_duty(rules([desk], at, at + timedelta(minutes=1))[0], at)


def duty_end(desk: Desk, at: datetime) -> datetime | None:
    """The end of the contiguous duty at the instant; None when off duty."""
    return duty_ends([desk], at)[desk.pk]


def next_start(desk: Desk, at: datetime) -> datetime | None:
    """When the desk next comes on duty after the instant; None if never."""
    return next_starts([desk], at)[desk.pk]


def remaining(desk: Desk, at: datetime) -> timedelta:
    """How long the contiguous duty at the instant still lasts; zero when off duty."""
    end = duty_end(desk, at)
    return end - at if end else timedelta(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """A desk at an instant: on duty until `ends_at`, or next on duty from `starts_at`."""

    desk: Desk
    ends_at: datetime | None
    starts_at: datetime | None

    @property
    def is_on_duty(self) -> bool:
        return self.ends_at is not None

    @property
    def is_endless(self) -> bool:
        return self.ends_at == FOREVER

    @property
    def changes_at(self) -> datetime | None:
        """The next start or end of duty; None when there is none."""
        return self.starts_at if self.ends_at is None else None if self.is_endless else self.ends_at


def standings(desks: Iterable[Desk], at: datetime) -> list[Standing]:
    """Who is on duty now and who is next: on duty first, then by what happens next."""
    asked = list(desks)
    found = [
        Standing(desk, _end(rule, at), _start(rule, at))
        for desk, rule in zip(asked, rules(asked, at), strict=True)
    ]
    return sorted(found, key=lambda s: (not s.is_on_duty, s.changes_at or FOREVER, s.desk.order))


def strip(actor: Actor, at: datetime, zone: str) -> strips.Strip:
    """The coverage strip of the coming 24 hours over every desk that the actor sees."""
    seen = list(desks_of(actor))
    a, b = strips.strip_range(at)
    margin = timedelta(days=1)
    return strips.strip(seen, rules(seen, a - margin, b + margin), at, zone)


def week(actor: Actor, first: date, zone: str, at: datetime) -> weeks.Week:
    """The week from `first`, hour by hour in the zone, over every desk that the actor sees."""
    seen = list(desks_of(actor))
    a, b = weeks.week_range(first, zone)
    return weeks.week(seen, rules(seen, a, b), first, zone, at)
