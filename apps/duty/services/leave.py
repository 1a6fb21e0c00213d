"""People who are away: leave entered, taken back, and the shifts that then stand empty."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.duty import policies, selectors
from apps.duty.events import HolesOpened, LeaveEnded, LeaveEntered, RosterChanged
from apps.duty.models import Desk, Leave, Swap
from apps.duty.selectors import DeskRoster, Shift
from apps.duty.services.checking import check_stretch, whole_minutes
from apps.duty.services.swaps import decline_for_absence


def enter_leave(
    user_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> Leave:
    """Somebody is away then; the managers learn at once which shifts nobody has."""
    if not selectors.is_colleague(actor, user_id):
        raise Invalid({"user_id": [_("Nobody of your member has this id.")]})
    desks = _locked_desks(user_id, actor=actor)
    policies.may_enter_leave(actor, user_id).require()
    check_stretch(starts_at, ends_at)
    if ends_at <= at:
        raise Invalid({"ends_at": [_("This time is over: leave is entered before it ends.")]})
    if len(note) > 500:
        raise Invalid({"note": [_("At most 500 characters fit here.")]})
    starts_at, ends_at = whole_minutes(starts_at, ends_at)
    leave = Leave.objects.create(
        member_id=actor.member_id,
        user_id=user_id,
        starts_at=starts_at,
        ends_at=ends_at,
        note=note.strip(),
        by=actor.user_id,
    )
    fact = LeaveEntered(subject_id=actor.member_id, user_id=user_id, leave_id=leave.pk)
    emit(fact, actor=actor, at=at)
    asked = Swap.objects.select_for_update().filter(
        desk__in=desks, starts_at__lt=ends_at, ends_at__gt=max(starts_at, at)
    )
    decline_for_absence(user_id, asked.order_by("id"), actor=actor, at=at)
    rosters = selectors.rosters(desks, max(starts_at, at), ends_at)
    for desk in desks:
        emit(RosterChanged(subject_id=desk.pk, cause="leave"), actor=actor, at=at)
        holes = [hole for hole in rosters[desk.pk].holes if hole.user_id == user_id]
        announce_holes(desk, user_id, holes, actor=actor, at=at)
    return leave


def end_leave(leave_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Take leave back before it begins, or cut it short."""
    found = selectors.leave(actor, leave_id)
    desks = _locked_desks(found.user_id, actor=actor)
    policies.may_enter_leave(actor, found.user_id).require()
    leave = Leave.objects.select_for_update().filter(pk=leave_id).first()
    if leave is None:
        raise NotFound
    if leave.ends_at <= at:
        raise DomainError("leave.over", _("This leave is over."))
    _end(leave, actor=actor, at=at)
    for desk in desks:
        emit(RosterChanged(subject_id=desk.pk, cause="leave"), actor=actor, at=at)


def end_leave_of(user_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End all leave of a person who no longer works for the actor's member."""
    rows = Leave.objects.select_for_update().filter(member_id=actor.member_id, user_id=user_id)
    for leave in rows.filter(ends_at__gt=at).order_by("id"):
        _end(leave, actor=actor, at=at)


def announce_holes(
    desk: Desk, user_id: UUID, holes: Sequence[Shift], *, actor: Actor, at: datetime
) -> None:
    """Say that shifts stand empty because of a person; nothing when none does."""
    if not holes:
        return
    fact = HolesOpened(
        subject_id=desk.pk,
        user_id=user_id,
        holes_count=len(holes),
        starts_at=min(hole.starts_at for hole in holes).isoformat(),
    )
    emit(fact, actor=actor, at=at)


def empty_shifts(desk: Desk, roster: DeskRoster) -> list[Shift]:
    """What a roster leaves to nobody in particular: shifts of people on leave, and empty rotas."""
    everybody = [Shift(desk.pk, desk.pk, start, end) for start, end in roster.everybody]
    return [*roster.holes, *everybody]


def _end(leave: Leave, *, actor: Actor, at: datetime) -> None:
    now = at.replace(second=0, microsecond=0)
    if leave.starts_at >= now:
        leave.delete()
    else:
        leave.ends_at = now
        leave.save(update_fields=["ends_at"])
    fact = LeaveEnded(subject_id=leave.member_id, user_id=leave.user_id, leave_id=leave.pk)
    emit(fact, actor=actor, at=at)


def _locked_desks(user_id: UUID, *, actor: Actor) -> list[Desk]:
    """The desks at which the person sits, locked in the order of their ids."""
    ids = selectors.desk_ids_of_person(actor, user_id)
    return list(Desk.objects.select_for_update().filter(pk__in=ids).order_by("id"))
