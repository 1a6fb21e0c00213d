"""Reading desks and their duty as the actor may; every instant is passed in."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.duty import planning
from apps.duty.models import (
    Closure,
    Desk,
    DeskPerson,
    DutyWindow,
    ExtraCover,
    Holiday,
    Reason,
)
from apps.duty.planning import Coverage, DeskRule, Window
from apps.duty.planning.spans import Interval
from apps.members.models import Membership
from apps.sharing.models import Seat

# Duty that never ends, for a desk that is always on.
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
# A window that starts on a local date can reach this far around the range's UTC dates.
_MARGIN = timedelta(days=4)

_Part = TypeVar("_Part", DutyWindow, Holiday)


def desks(actor: Actor) -> QuerySet[Desk]:
    """The active desks of the actor's member and of its allies."""
    seen = access.subject_ids(actor, "desk")
    return Desk.objects.filter(id__in=seen, is_active=True).order_by("order", "name", "id")


def own_desks(actor: Actor) -> QuerySet[Desk]:
    """The desks of the actor's own member, closed ones included."""
    seen = access.subject_ids(actor, "desk")
    mine = Desk.objects.filter(id__in=seen, member_id=actor.member_id)
    return mine.order_by("order", "name", "id")


def desk(actor: Actor, desk_id: UUID) -> Desk:
    """One desk that the actor may see. Raises NotFound."""
    seen = access.subject_ids(actor, "desk")
    found = Desk.objects.filter(id__in=seen, pk=desk_id).first()
    if found is None or not (found.is_active or found.member_id == actor.member_id):
        raise NotFound
    return found


def rules(desks: Iterable[Desk], a: datetime, b: datetime | None = None) -> list[DeskRule]:
    """The planning rules of the desks for [a, b) (b absent: from a on), in four queries."""
    asked = list(desks)
    ids = [desk.pk for desk in asked]
    if not ids:
        return []
    windows = _by_desk(DutyWindow.objects.filter(desk_id__in=ids).order_by("id"))
    holidays = _by_desk(_holidays(ids, a, b))
    closures = _stretches(Closure.objects.all(), ids, a, b)
    extra = _stretches(ExtraCover.objects.all(), ids, a, b)
    return [
        DeskRule(
            id=str(desk.pk),
            tz=desk.tz,
            windows=tuple(_window(row) for row in windows[desk.pk]) if desk.is_active else (),
            holidays=frozenset(row.on for row in holidays[desk.pk]),
            closures=tuple(closures[desk.pk]),
            extra=tuple(extra[desk.pk]) if desk.is_active else (),
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
    rows: "QuerySet[Closure] | QuerySet[ExtraCover]",
    ids: list[UUID],
    a: datetime,
    b: datetime | None,
) -> dict[UUID, list[Interval]]:
    wanted = Q(desk_id__in=ids, ends_at__gt=a)
    if b is not None:
        wanted &= Q(starts_at__lt=b)
    found: defaultdict[UUID, list[Interval]] = defaultdict(list)
    for desk_id, start, end in (
        rows.filter(wanted).order_by("starts_at", "id").values_list("desk_id", "starts_at", "ends_at")
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


def people(desk: Desk) -> list[UUID]:
    """Who sits at the desk; empty for a reader who is not of the desk's member."""
    return list(
        DeskPerson.objects.filter(desk=desk).order_by("id").values_list("user_id", flat=True)
    )


def people_on_duty(desk: Desk, at: datetime) -> list[UUID]:
    """Who is on duty at the desk: everybody who sits there, while it is on duty."""
    return people(desk) if is_on_duty(desk, at) else []


def desks_of_person(actor: Actor, user_id: UUID) -> QuerySet[Desk]:
    """The active desks of the actor's member at which the person sits."""
    return own_desks(actor).filter(people__user_id=user_id, is_active=True)


def desk_ids_of_person(actor: Actor, user_id: UUID) -> set[UUID]:
    return set(desks_of_person(actor, user_id).values_list("id", flat=True))


def person_is_on_duty(actor: Actor, user_id: UUID, at: datetime) -> bool:
    """Whether one of the person's desks is on duty at the instant."""
    return any(duty_ends(desks_of_person(actor, user_id), at).values())


def people_by_desk(desks: Sequence[Desk]) -> dict[UUID, list[UUID]]:
    """Who sits at each of the desks, as far as the reader may know."""
    found: dict[UUID, list[UUID]] = {desk.pk: [] for desk in desks}
    rows = DeskPerson.objects.filter(desk__in=desks).order_by("id")
    for desk_id, user_id in rows.values_list("desk_id", "user_id"):
        found[desk_id].append(user_id)
    return found


def seated_ids(circle_id: UUID) -> set[UUID]:
    """The members who sit in a circle, as far as the stamp shows."""
    return set(Seat.objects.filter(circle_id=circle_id).values_list("seated_member_id", flat=True))


def is_colleague(actor: Actor, user_id: UUID) -> bool:
    """Whether the person works for the actor's member now."""
    return Membership.objects.filter(
        member_id=actor.member_id, user_id=user_id, ended_at__isnull=True
    ).exists()


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


def reasons(actor: Actor, refs: Iterable[UUID]) -> dict[UUID, str]:
    """Why, for the closures and the extra cover of the actor's own member."""
    rows = Reason.objects.filter(member_id=actor.member_id, ref__in=list(refs))
    return dict(rows.values_list("ref", "text"))


def closures(desk: Desk) -> list[Closure]:
    return list(desk.closures.order_by("-starts_at", "id")[:200])


def extra_cover(desk: Desk) -> list[ExtraCover]:
    return list(desk.extra_cover.order_by("-starts_at", "id")[:200])
