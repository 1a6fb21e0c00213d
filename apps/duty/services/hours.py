"""Changing when a desk is on duty: windows, holidays, closures and extra cover."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import walltime
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Stale
from apps.core.events import emit
from apps.duty import planning, selectors
from apps.duty.events import DutyChanged
from apps.duty.models import Closure, Desk, DutyWindow, ExtraCover, Holiday, Reason
from apps.duty.services.checking import WindowFacts, check_stretch, check_windows, whole_minutes
from apps.duty.services.desks import locked
from apps.duty.services.terms import end_windows

# How far from now a country's calendar is filled in.
_YEARS_AROUND = 5

Exact = TypeVar("Exact", Closure, ExtraCover)


def _announce(desk: Desk, *, actor: Actor, at: datetime) -> None:
    emit(DutyChanged(subject_id=desk.pk), actor=actor, at=at)


def _past_stays() -> str:
    return _("This time is over: when the desk was on duty stays as it was.")


def _today(desk: Desk, at: datetime) -> date:
    return walltime.local(desk.tz, at).date()


def set_windows(
    desk_id: UUID,
    windows: Sequence[WindowFacts],
    *,
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> list[DutyWindow]:
    """Replace a desk's weekly windows from now on; those that overlap are one duty, not an error.

    When the desk was on duty until now stays as it was; its very first windows hold for all time
    before, too. A window that is said again stays.
    """
    desk = locked(desk_id, actor=actor)
    if version is not None and desk.version != version:
        raise Stale
    check_windows(windows)
    begins = at if desk.windows.exists() else None
    kept, wanted = _kept(selectors.windows(desk), [_as_row(desk, window) for window in windows])
    end_windows(desk.windows.filter(until_at=None).exclude(pk__in=[row.pk for row in kept]), at=at)
    for row in wanted:
        row.from_at = begins
    DutyWindow.objects.bulk_create(wanted)
    desk.version += 1
    desk.save(update_fields=["version"])
    _announce(desk, actor=actor, at=at)
    return selectors.windows(desk)


def _as_row(desk: Desk, window: WindowFacts) -> DutyWindow:
    return DutyWindow(
        member_id=desk.member_id,
        desk=desk,
        days=sorted(window.days),
        start=window.start,
        end=window.end,
        valid_from=window.valid_from,
        valid_until=window.valid_until,
    )


def _kept(
    had: Sequence[DutyWindow], said: Sequence[DutyWindow]
) -> tuple[list[DutyWindow], list[DutyWindow]]:
    """Which windows stay, because they are said again, and which are new."""
    left, new = list(had), []
    for row in said:
        same = next((old for old in left if _substance(old) == _substance(row)), None)
        if same is None:
            new.append(row)
        else:
            left.remove(same)
    return [row for row in had if row not in left], new


def _substance(row: DutyWindow) -> tuple[object, ...]:
    return (row.days, row.start, row.end, row.valid_from, row.valid_until)


def add_holiday(desk_id: UUID, on: date, *, name: str = "", actor: Actor, at: datetime) -> Holiday:
    """Take a local date off; the same date twice is one holiday, renamed."""
    desk = locked(desk_id, actor=actor)
    if on < _today(desk, at) and not desk.holidays.filter(on=on).exists():
        raise Invalid({"on": [_past_stays()]})
    if len(name) > 120:
        raise Invalid({"name": [_("At most %(count)s characters.") % {"count": 120}]})
    holiday, _created = Holiday.objects.update_or_create(
        desk=desk,
        on=on,
        defaults={
            "member_id": desk.member_id,
            "name": name.strip(),
            "source": Holiday.Source.HAND,
        },
    )
    _announce(desk, actor=actor, at=at)
    return holiday


def remove_holiday(desk_id: UUID, holiday_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Work on a date that was a holiday."""
    desk = locked(desk_id, actor=actor)
    holiday = Holiday.objects.filter(desk=desk, pk=holiday_id).first()
    if holiday is None:
        raise NotFound
    if holiday.on < _today(desk, at):
        raise DomainError("duty.past", _past_stays())
    holiday.delete()
    _announce(desk, actor=actor, at=at)


def fill_holidays(desk_id: UUID, years: Iterable[int], *, actor: Actor, at: datetime) -> int:
    """Write the public holidays of the desk's country for the years; dates set by hand stay.

    Returns how many dates the calendar has. Filling a year again replaces what it wrote before of
    the days to come; the first time the days before are written, too.
    """
    desk = locked(desk_id, actor=actor)
    wanted = sorted(set(years))
    found = _calendar(desk, wanted, at=at)
    had = Holiday.objects.filter(desk=desk, source=Holiday.Source.CALENDAR)
    first = _today(desk, at) if had.exists() else date.min
    had.filter(on__year__in=wanted, on__gte=first).delete()
    Holiday.objects.bulk_create(
        [
            Holiday(
                member_id=desk.member_id,
                desk=desk,
                on=day,
                name=name,
                source=Holiday.Source.CALENDAR,
            )
            for day, name in found.items()
            if day >= first
        ],
        ignore_conflicts=True,
    )
    _announce(desk, actor=actor, at=at)
    return len(found)


def _calendar(desk: Desk, years: list[int], *, at: datetime) -> dict[date, str]:
    if not desk.country:
        raise Invalid({"country": [_("Say first in which country the desk is.")]})
    if not years or any(abs(year - at.year) > _YEARS_AROUND for year in years):
        raise Invalid(
            {"years": [_("Name years within %(count)d years of now.") % {"count": _YEARS_AROUND}]}
        )
    try:
        return planning.country_holidays(desk.country, desk.subdivision or None, years)
    except planning.UnknownCalendar:
        place = f"{desk.country}-{desk.subdivision}" if desk.subdivision else desk.country
        raise Invalid(
            {"country": [_("There is no holiday calendar for %(place)s.") % {"place": place}]}
        ) from None


def add_closure(
    desk_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> Closure:
    """Close a desk for exact instants from now on; allies see when, not why."""
    desk = locked(desk_id, actor=actor)
    stretch = Closure(desk=desk, starts_at=starts_at, ends_at=ends_at)
    return _added(stretch, desk, reason=reason, actor=actor, at=at)


def remove_closure(desk_id: UUID, closure_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Lift a closure that has not begun, or end it now."""
    desk = locked(desk_id, actor=actor)
    _removed(Closure.objects.filter(desk=desk, pk=closure_id).first(), desk, actor=actor, at=at)


def add_extra_cover(
    desk_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> ExtraCover:
    """Put a desk on duty for exact instants from now on, whatever else is planned."""
    desk = locked(desk_id, actor=actor)
    stretch = ExtraCover(desk=desk, starts_at=starts_at, ends_at=ends_at)
    return _added(stretch, desk, reason=reason, actor=actor, at=at)


def remove_extra_cover(desk_id: UUID, cover_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Withdraw extra cover; what an ally was promised is withdrawn with its offer."""
    desk = locked(desk_id, actor=actor)
    stretch = ExtraCover.objects.filter(desk=desk, pk=cover_id).first()
    if stretch is not None and stretch.pk in selectors.promised_cover(desk):
        raise DomainError(
            "cover.promised",
            _("An ally was promised this cover: withdraw it among the offers, and say why."),
        )
    _removed(stretch, desk, actor=actor, at=at)


def _added(stretch: Exact, desk: Desk, *, reason: str, actor: Actor, at: datetime) -> Exact:
    check_stretch(stretch.starts_at, stretch.ends_at)
    if len(reason) > 500:
        raise Invalid({"reason": [_("At most %(count)s characters.") % {"count": 500}]})
    if stretch.ends_at <= at:
        raise Invalid({"ends_at": [_past_stays()]})
    starts_at = max(stretch.starts_at, at)
    stretch.starts_at, stretch.ends_at = whole_minutes(starts_at, stretch.ends_at)
    stretch.member_id = desk.member_id
    stretch.save(force_insert=True)
    Reason.objects.create(
        ref=stretch.pk, member_id=desk.member_id, text=reason.strip(), by=actor.user_id
    )
    _announce(desk, actor=actor, at=at)
    return stretch


def _removed(
    stretch: Closure | ExtraCover | None, desk: Desk, *, actor: Actor, at: datetime
) -> None:
    if stretch is None:
        raise NotFound
    if stretch.ends_at <= at:
        raise DomainError("duty.past", _past_stays())
    now = at.replace(second=0, microsecond=0)
    if stretch.starts_at < now:
        stretch.ends_at = now
        stretch.save(update_fields=["ends_at"])
    else:
        Reason.objects.filter(pk=stretch.pk).delete()
        stretch.delete()
    _announce(desk, actor=actor, at=at)
