"""Keeping the cache of duty ahead: rebuilt with each change, extended daily, never believed."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from apps.core import clock, due, scope
from apps.core.actor import Actor
from apps.core.events import emit
from apps.core.walltime import database_version, minute_of
from apps.duty import selectors
from apps.duty.events import DutyChanged
from apps.duty.models import Desk, DutyInterval, DutyStamp
from apps.duty.planning import on_duty, rule_hash
from apps.duty.planning.spans import Interval
from apps.members.models import Member

BACK, AHEAD = timedelta(days=7), timedelta(days=400)
_DAY = timedelta(days=1)


def horizon(at: datetime) -> Interval:
    """The days that the cache holds on the day of the instant, a day more than is promised."""
    today = datetime.combine(at.astimezone(UTC).date(), time(tzinfo=UTC))
    return today - BACK, today + AHEAD + _DAY


def rebuild_intervals(desk_id: UUID, *, at: datetime) -> bool:
    """Work out a desk's duty anew where its stamp is not right; whether what is ahead moved.

    Runs under the stamp of the desk's own member, in the transaction of what changed.
    """
    desk = Desk.objects.select_for_update().get(pk=desk_id)
    a, b = horizon(at)
    rule = selectors.rules([desk], a, b)[0]
    stamp = DutyStamp.objects.filter(desk=desk).first()
    made_of = {
        "rule_hash": rule_hash(rule, a, b),
        "tzdata": database_version(),
        "starts_at": a,
        "ends_at": b,
    }
    if stamp and all(getattr(stamp, name) == value for name, value in made_of.items()):
        return False
    moved = _replace(desk, on_duty(rule, a, b), stamp, at=at)
    DutyStamp.objects.update_or_create(
        desk=desk, defaults={**made_of, "member_id": desk.member_id, "built_at": at}
    )
    _plan_extension(desk, at=at)
    return moved


def _replace(desk: Desk, wanted: list[Interval], stamp: DutyStamp | None, *, at: datetime) -> bool:
    """Write what is new and remove what is gone; whether [at, the old horizon's end) moved."""
    had = dict[Interval, UUID]()
    for pk, start, end in DutyInterval.objects.filter(desk=desk).values_list(
        "pk", "starts_at", "ends_at"
    ):
        had[start, end] = pk
    gone = had.keys() - set(wanted)
    DutyInterval.objects.filter(pk__in=[had[span] for span in gone]).delete()
    DutyInterval.objects.bulk_create(
        DutyInterval(member_id=desk.member_id, desk=desk, starts_at=start, ends_at=end)
        for start, end in wanted
        if (start, end) not in had
    )
    return stamp is not None and _ahead(had, at, stamp.ends_at) != _ahead(wanted, at, stamp.ends_at)


def _ahead(spans: Iterable[Interval], a: datetime, b: datetime) -> set[Interval]:
    return {(max(start, a), min(end, b)) for start, end in spans if end > a and start < b}


def _plan_extension(desk: Desk, *, at: datetime) -> None:
    """The next day's extension, not for every desk in the same minute."""
    next_day = horizon(at)[0] + BACK + _DAY
    due.plan(
        "duty.extend",
        desk.pk,
        at=next_day + timedelta(minutes=minute_of(at) % 60),
        member_id=desk.member_id,
        token=f"duty.extend:{desk.pk}:{next_day:%Y-%m-%d}",
    )


def extend_intervals(desk_id: UUID, at: datetime) -> None:
    """Daily: the horizon moves on. A desk that is gone needs nothing."""
    desk = Desk.objects.filter(pk=desk_id).first()
    if desk is not None:
        refresh_intervals(desk, at=at)


def refresh_intervals(desk: Desk, *, at: datetime) -> None:
    """Rebuild what is out of date; a new time zone database that moves duty is announced."""
    stamp = DutyStamp.objects.filter(desk=desk).first()
    was_other_database = stamp is not None and stamp.tzdata != database_version()
    moved = rebuild_intervals(desk.pk, at=at)
    if moved and was_other_database:
        emit(DutyChanged(subject_id=desk.pk), actor=Actor.system(desk.member_id), at=at)


def reconcile_intervals() -> None:
    """Every desk's stamp is right: re-derived for each member in turn."""
    at = clock.now()
    for member_id in Member.objects.filter(state=Member.State.ACTIVE).values_list("pk", flat=True):
        with scope.acting(Actor.system(member_id)) as system:
            for desk in _out_of_date(system, at):
                refresh_intervals(desk, at=at)


def _out_of_date(system: Actor, at: datetime) -> list[Desk]:
    """The member's desks whose stamp is missing, short of the horizon, or of another rule."""
    desks = list(selectors.own_desks(system).filter(is_active=True).order_by("pk"))
    stamps = DutyStamp.objects.in_bulk([desk.pk for desk in desks])
    a, b = horizon(at)
    low = min([a, *(stamp.starts_at for stamp in stamps.values())])
    found = zip(desks, selectors.rules(desks, low, b), strict=True)
    return [
        desk
        for desk, rule in found
        if (stamp := stamps.get(desk.pk)) is None
        or stamp.tzdata != database_version()
        or (stamp.starts_at, stamp.ends_at) != (a, b)
        or stamp.rule_hash != rule_hash(rule, a, b)
    ]
