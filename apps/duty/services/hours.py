"""Changing when a desk is on duty: windows, holidays, closures and extra cover."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Stale
from apps.core.events import emit
from apps.duty import planning, selectors
from apps.duty.events import DutyChanged
from apps.duty.models import Closure, Desk, DutyWindow, ExtraCover, Holiday, Reason
from apps.duty.services.checking import WindowFacts, check_stretch, check_windows, whole_minutes
from apps.duty.services.desks import locked

# How far from now a country's calendar is filled in.
_YEARS_AROUND = 5

Exact = TypeVar("Exact", Closure, ExtraCover)


def _announce(desk: Desk, *, actor: Actor, at: datetime) -> None:
    emit(DutyChanged(subject_id=desk.pk), actor=actor, at=at)


def set_windows(
    desk_id: UUID,
    windows: Sequence[WindowFacts],
    *,
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> list[DutyWindow]:
    """Replace a desk's weekly windows; windows that overlap are one duty, not an error."""
    desk = locked(desk_id, actor=actor)
    if version is not None and desk.version != version:
        raise Stale
    check_windows(windows)
    DutyWindow.objects.filter(desk=desk).delete()
    rows = DutyWindow.objects.bulk_create(
        [
            DutyWindow(
                member_id=desk.member_id,
                desk=desk,
                days=sorted(window.days),
                start=window.start,
                end=window.end,
                valid_from=window.valid_from,
                valid_until=window.valid_until,
            )
            for window in windows
        ]
    )
    desk.version += 1
    desk.save(update_fields=["version"])
    _announce(desk, actor=actor, at=at)
    return rows


def add_holiday(desk_id: UUID, on: date, *, name: str = "", actor: Actor, at: datetime) -> Holiday:
    """Take a local date off; the same date twice is one holiday, renamed."""
    desk = locked(desk_id, actor=actor)
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
    removed, _rows = Holiday.objects.filter(desk=desk, pk=holiday_id).delete()
    if not removed:
        raise NotFound
    _announce(desk, actor=actor, at=at)


def fill_holidays(desk_id: UUID, years: Iterable[int], *, actor: Actor, at: datetime) -> int:
    """Write the public holidays of the desk's country for the years; dates set by hand stay.

    Returns how many dates the calendar has. Filling a year again replaces what it wrote before.
    """
    desk = locked(desk_id, actor=actor)
    wanted = sorted(set(years))
    found = _calendar(desk, wanted, at=at)
    Holiday.objects.filter(desk=desk, source=Holiday.Source.CALENDAR, on__year__in=wanted).delete()
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
    """Close a desk for exact instants; allies see when, not why."""
    desk = locked(desk_id, actor=actor)
    stretch = Closure(desk=desk, starts_at=starts_at, ends_at=ends_at)
    return _added(stretch, desk, reason=reason, actor=actor, at=at)


def remove_closure(desk_id: UUID, closure_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Lift a closure."""
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
    """Put a desk on duty for exact instants, whatever else is planned."""
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
    stretch.starts_at, stretch.ends_at = whole_minutes(stretch.starts_at, stretch.ends_at)
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
    Reason.objects.filter(pk=stretch.pk).delete()
    stretch.delete()
    _announce(desk, actor=actor, at=at)
