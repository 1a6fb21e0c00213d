"""Shifts that change hands: asked, taken, declined, withdrawn, or past due."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import due
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.core.events import emit
from apps.core.walltime import minute_after, minute_of
from apps.duty import planning, policies, selectors
from apps.duty.events import (
    RosterChanged,
    SwapAsked,
    SwapDeclined,
    SwapPastDue,
    SwapTaken,
    SwapWithdrawn,
)
from apps.duty.models import Desk, Rota, Swap
from apps.duty.services.checking import check_stretch, whole_minutes

PAST_DUE = "swap.past_due"


def ask_swap(
    desk_id: UUID,
    rota_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    asker_id: UUID | None = None,
    asked_of: UUID | None = None,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> Swap:
    """Ask one colleague, or the whole desk, to take a shift or a part of it."""
    desk = _locked_desk(desk_id, actor=actor)
    rota = selectors.rota(desk, rota_id)
    asker = asker_id or actor.user_id
    if asker is None:
        raise Invalid({"asker_id": [_("Say whose shift it is.")]})
    policies.may_ask_swap(actor, asker).require()
    check_stretch(starts_at, ends_at)
    if len(note) > 500:
        raise Invalid({"note": [_("At most 500 characters fit here.")]})
    starts_at, ends_at = whole_minutes(starts_at, ends_at)
    swap = Swap(
        member_id=desk.member_id,
        desk=desk,
        rota=rota,
        asker_id=asker,
        asked_of=asked_of,
        starts_at=starts_at,
        ends_at=ends_at,
        note=note.strip(),
        asked_at=at,
    )
    _check_askable(swap, at)
    _check_asked_of(swap)
    swap.save(force_insert=True)
    _plan_past_due(swap, at)
    emit(SwapAsked(subject_id=desk.pk, swap_id=swap.pk), actor=actor, at=at)
    return swap


def take_swap(swap_id: UUID, *, actor: Actor, at: datetime) -> Swap:
    """Take a shift over: the first who does has it."""
    swap = _locked(swap_id, actor=actor)
    _require_open(swap, at)
    policies.may_take_swap(actor, swap).require()
    swap.state, swap.taken_by, swap.decided_at = Swap.State.TAKEN, actor.user_id, at
    swap.save(update_fields=["state", "taken_by", "decided_at"])
    due.cancel(swap.pk)
    taker = swap.taken_by
    assert taker is not None  # noqa: S101 - the policy has just seen to it
    emit(SwapTaken(subject_id=swap.desk_id, swap_id=swap.pk, taken_by=taker), actor=actor, at=at)
    emit(RosterChanged(subject_id=swap.desk_id, cause="swap"), actor=actor, at=at)
    return swap


def decline_swap(swap_id: UUID, *, actor: Actor, at: datetime) -> Swap:
    """Say no to what one was asked alone; the asker may then ask the whole desk."""
    swap = _locked(swap_id, actor=actor)
    _require_open(swap, at)
    policies.may_decline_swap(actor, swap).require()
    return _declined(swap, actor=actor, at=at)


def withdraw_swap(swap_id: UUID, *, actor: Actor, at: datetime) -> Swap:
    """Keep the shift after all."""
    swap = _locked(swap_id, actor=actor)
    policies.may_ask_swap(actor, swap.asker_id).require()
    _require_open(swap, at)
    return _withdrawn(swap, actor=actor, at=at)


def ask_everybody(swap_id: UUID, *, actor: Actor, at: datetime) -> Swap:
    """Ask the whole desk what one colleague has declined, or has not answered yet."""
    swap = _locked(swap_id, actor=actor)
    policies.may_ask_swap(actor, swap.asker_id).require()
    if swap.state not in {Swap.State.DECLINED, Swap.State.ASKED} or swap.asked_of is None:
        raise DomainError(
            "swap.not_open",
            _("Only a question that went to one colleague can be put to everybody."),
        )
    _check_askable(swap, at)
    return _asked_of_all(swap, actor=actor, at=at)


def end_past_due(swap_id: UUID, at: datetime) -> None:
    """The shift begins: what nobody took is past due. Harmless when fired twice, or late."""
    swap = Swap.objects.filter(pk=swap_id).first()
    if swap is None:
        return
    Desk.objects.select_for_update().get(pk=swap.desk_id)
    swap = Swap.objects.select_for_update().get(pk=swap_id)
    if not swap.is_open or at < swap.starts_at:
        return
    swap.state, swap.decided_at = Swap.State.PAST_DUE, at
    swap.save(update_fields=["state", "decided_at"])
    fact = SwapPastDue(subject_id=swap.desk_id, swap_id=swap.pk)
    emit(fact, actor=Actor.system(swap.member_id), at=at)


def decline_for_absence(
    user_id: UUID, spans: Iterable[Swap], *, actor: Actor, at: datetime
) -> None:
    """Who will be away cannot take what he alone was asked: the asker learns it at once."""
    for swap in spans:
        if swap.is_open and swap.asked_of == user_id:
            _declined(swap, actor=actor, at=at)


def withdraw_moot(desk: Desk, *, actor: Actor, at: datetime) -> None:
    """Withdraw the desk's questions about shifts that their askers do not have any more."""
    asked = Swap.objects.select_for_update().filter(desk=desk, state=Swap.State.ASKED)
    for swap in asked.order_by("id"):
        if not _is_owned(swap):
            _withdrawn(swap, actor=actor, at=at)


def end_with(rota: Rota, *, actor: Actor, at: datetime) -> None:
    """A rota ends: what was asked of it, or taken and has not begun, ends with it."""
    live = Swap.objects.select_for_update().filter(rota=rota, ends_at__gt=at)
    for swap in live.filter(state__in=[Swap.State.ASKED, Swap.State.TAKEN]).order_by("id"):
        if swap.is_open or swap.starts_at >= at:
            swap.taken_by = None
            _withdrawn(swap, actor=actor, at=at)


def let_go(desk: Desk, user_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End what a person who leaves the desk has asked for, was asked, or has taken.

    A shift that he had taken goes back to its asker, and the whole desk is asked instead.
    """
    rows = Swap.objects.select_for_update().filter(desk=desk, ends_at__gt=at).order_by("id")
    for swap in rows:
        if swap.is_open and swap.asker_id == user_id:
            _withdrawn(swap, actor=actor, at=at)
        elif swap.is_open and swap.asked_of == user_id:
            _declined(swap, actor=actor, at=at)
        elif swap.taken_by == user_id and swap.starts_at > at:
            swap.taken_by = None
            _asked_of_all(swap, actor=actor, at=at)
        elif swap.taken_by == user_id:
            swap.ends_at = whole_minutes(swap.starts_at, at)[1]
            swap.save(update_fields=["ends_at"])


def _locked_desk(desk_id: UUID, *, actor: Actor) -> Desk:
    """One of the desks of the actor's own member, locked. Raises NotFound or Refused."""
    policies.may_see_people(actor, selectors.desk(actor, desk_id)).require()
    return Desk.objects.select_for_update().get(pk=desk_id)


def _locked(swap_id: UUID, *, actor: Actor) -> Swap:
    """The desk first, then the swap: whoever comes second sees what the first has done."""
    found = selectors.swap(actor, swap_id)
    _locked_desk(found.desk_id, actor=actor)
    return Swap.objects.select_for_update().get(pk=swap_id)


def _require_open(swap: Swap, at: datetime) -> None:
    if swap.state == Swap.State.TAKEN:
        raise DomainError("swap.taken", _("Somebody has already taken this shift."))
    if not swap.is_open:
        raise DomainError("swap.not_open", _("Nobody is asked to take this shift any more."))
    if at >= swap.starts_at:
        raise DomainError("swap.passed", _("This shift has already begun."))


def _check_askable(swap: Swap, at: datetime) -> None:
    if swap.starts_at <= at:
        raise Invalid({"starts_at": [_("Only hours that have not begun yet can be given away.")]})
    if not _is_owned(swap):
        raise Invalid(
            {"starts_at": [_("This person does not have all of these hours in this rota.")]}
        )
    others = Swap.objects.filter(rota_id=swap.rota_id, asker_id=swap.asker_id)
    same = others.filter(
        state=Swap.State.ASKED, starts_at__lt=swap.ends_at, ends_at__gt=swap.starts_at
    )
    if same.exclude(pk=swap.pk).exists():
        raise DomainError("swap.already_asked", _("Colleagues are already asked about this time."))


def _check_asked_of(swap: Swap) -> None:
    asked_of = swap.asked_of
    if asked_of is None:
        return
    if asked_of == swap.asker_id or not selectors.sits_at(swap.desk_id, asked_of):
        raise Invalid({"asked_of": [_("Ask a colleague who sits at this desk.")]})
    if selectors.is_on_leave(swap.member_id, asked_of, swap.starts_at, swap.ends_at):
        raise Invalid({"asked_of": [_("This colleague is on leave then.")]})


def _is_owned(swap: Swap) -> bool:
    span = minute_of(swap.starts_at), minute_after(swap.ends_at)
    rule = selectors.roster_rules([swap.desk], swap.starts_at, swap.ends_at)[swap.desk_id]
    return planning.owns(rule, swap.rota_id, swap.asker_id, span)


def _plan_past_due(swap: Swap, at: datetime) -> None:
    # Asked again it needs a row again, and the row of the first time may be cancelled.
    token = f"{PAST_DUE}:{swap.pk}:{at.isoformat()}"
    due.plan(PAST_DUE, swap.pk, at=swap.starts_at, member_id=swap.member_id, token=token)


def _declined(swap: Swap, *, actor: Actor, at: datetime) -> Swap:
    declined_by = swap.asked_of
    assert declined_by is not None  # noqa: S101 - only what one was asked is declined
    swap.state, swap.decided_at = Swap.State.DECLINED, at
    swap.save(update_fields=["state", "decided_at"])
    fact = SwapDeclined(subject_id=swap.desk_id, swap_id=swap.pk, declined_by=declined_by)
    emit(fact, actor=actor, at=at)
    return swap


def _withdrawn(swap: Swap, *, actor: Actor, at: datetime) -> Swap:
    swap.state, swap.decided_at = Swap.State.WITHDRAWN, at
    swap.save(update_fields=["state", "decided_at", "taken_by"])
    due.cancel(swap.pk)
    emit(SwapWithdrawn(subject_id=swap.desk_id, swap_id=swap.pk), actor=actor, at=at)
    return swap


def _asked_of_all(swap: Swap, *, actor: Actor, at: datetime) -> Swap:
    swap.state, swap.asked_of, swap.decided_at = Swap.State.ASKED, None, None
    swap.save(update_fields=["state", "asked_of", "taken_by", "decided_at"])
    _plan_past_due(swap, at)
    emit(SwapAsked(subject_id=swap.desk_id, swap_id=swap.pk), actor=actor, at=at)
    return swap
