"""A person's own page of shifts, and the buttons of leave and swaps on both pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import clock, scope
from apps.core.decisions import Decision
from apps.core.errors import DomainError, NotFound
from apps.core.web.forms import attempt
from apps.duty import selectors, services
from apps.duty.models import Desk, Leave, Swap
from apps.duty.selectors import Shift
from apps.duty.web.rota_forms import LeaveForm, SwapForm
from apps.duty.web.rotas import desk_leave_form, may_take, people_desk, rotas_page, seated_people
from apps.duty.web.views import refused, zone_of
from apps.members.models import User
from apps.members.web.access import signed_in, user_of

_AHEAD = timedelta(days=28)
# A shift that runs is shown from its start.
_BEHIND = timedelta(days=7)
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class OwnShift:
    """A shift of the reader's, with what is asked about it and whom he can ask."""

    shift: Shift
    desk: Desk
    rota_name: str
    swap: Swap | None
    is_running: bool
    can_ask: bool
    colleagues: list[User]


@dataclass(frozen=True, slots=True)
class Question:
    """A shift that the reader could take."""

    swap: Swap
    asker: str
    may_take: Decision
    collides: list[Shift]

    @property
    def key(self) -> str:
        """What names the question's controls on the page."""
        return self.swap.pk.hex


@require_GET
@signed_in
def my_shifts(request: HttpRequest) -> HttpResponse:
    """When am I on duty, what am I asked, when am I away?"""
    return _my_page(request)


def _my_page(request: HttpRequest, **bound: Any) -> HttpResponse:
    me, at, actor = user_of(request), clock.now(), scope.current()
    desks = {desk.pk: desk for desk in selectors.desks_of_person(actor, me.pk)}
    around = selectors.shifts_of_person(actor, me.pk, at - _BEHIND, at + _AHEAD)
    shifts = [shift for shift in around if shift.ends_at > at]
    everybody = {person.pk: person for person in selectors.colleagues(actor)}
    mine = list(selectors.swaps(actor).filter(asker_id=me.pk, ends_at__gt=at))
    leave = selectors.coming_leave(actor, [me.pk], at)
    context: dict[str, Any] = {
        "nav": "shifts",
        "shifts": _own(shifts[:_SHOWN], desks, mine, everybody, at),
        "last": _last_of_run(shifts, at),
        "next_shift": next((s for s in shifts if s.starts_at > at), None),
        "desks": desks,
        "questions": _questions(me.pk, everybody, leave, at),
        "names": {ident: person.name for ident, person in everybody.items()},
        "leave": leave,
        "leave_form": my_leave_form(zone_of(request)),
        "zone": zone_of(request),
        "days": _AHEAD.days,
    }
    return render(request, "duty/my_shifts.html", context | bound, status=400 if bound else 200)


def _last_of_run(shifts: list[Shift], at: datetime) -> Shift | None:
    """The shift with which the duty that runs now ends, one shift after another."""
    last = None
    for shift in shifts:
        end = at if last is None else last.ends_at
        if shift.starts_at <= end < shift.ends_at:
            last = shift
    return last


def _own(
    shifts: list[Shift],
    desks: dict[UUID, Desk],
    mine: list[Swap],
    everybody: dict[UUID, User],
    at: datetime,
) -> list[OwnShift]:
    names = selectors.rota_names(desks)
    seated = selectors.people_by_desk(list(desks.values()))
    me = scope.current().user_id
    return [
        OwnShift(
            shift=shift,
            desk=desks[shift.desk_id],
            rota_name=names.get(shift.rota_id, "") if shift.rota_id else "",
            swap=_about(shift, mine),
            is_running=shift.starts_at <= at < shift.ends_at,
            can_ask=shift.rota_id is not None and shift.starts_at > at,
            colleagues=[everybody[u] for u in seated[shift.desk_id] if u != me and u in everybody],
        )
        for shift in shifts
    ]


def _about(shift: Shift, mine: list[Swap]) -> Swap | None:
    """What is open or declined about a shift."""
    told = {Swap.State.ASKED, Swap.State.DECLINED}
    same = [
        swap
        for swap in mine
        if swap.rota_id == shift.rota_id
        and swap.starts_at < shift.ends_at
        and swap.ends_at > shift.starts_at
        and swap.state in told
    ]
    return max(same, key=lambda swap: swap.asked_at, default=None)


def _questions(
    user_id: UUID, everybody: dict[UUID, User], leave: list[Leave], at: datetime
) -> list[Question]:
    actor = scope.current()
    asked = selectors.asks_for(actor, user_id, at)
    if not asked:
        return []
    first, last = min(s.starts_at for s in asked), max(s.ends_at for s in asked)
    own = selectors.shifts_of_person(actor, user_id, first, last)
    return [
        Question(
            swap=swap,
            asker=everybody[swap.asker_id].name if swap.asker_id in everybody else "",
            may_take=may_take(swap, leave, sits=True),
            collides=[
                s
                for s in own
                if s.rota_id and s.starts_at < swap.ends_at and s.ends_at > swap.starts_at
            ],
        )
        for swap in asked
    ]


def my_leave_form(zone: str, data: Any = None) -> LeaveForm:
    """One's own leave, on one's own clocks."""
    form = LeaveForm(data, auto_id="leave_%s")
    form.in_zone(zone)
    del form.fields["user_id"]
    return form


@require_POST
@signed_in
def leave_enter(request: HttpRequest) -> HttpResponse:
    """Be away."""
    form = my_leave_form(zone_of(request), request.POST)
    if form.is_valid() and attempt(form, lambda: _enter(form, user_of(request).pk)) is not None:
        messages.success(request, _("Your leave is entered."))
        return redirect("duty:my_shifts")
    return _my_page(request, leave_form=form)


@require_POST
@signed_in
def desk_leave_enter(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """A manager enters a colleague's leave, on the clocks of the desk."""
    desk = people_desk(desk_id)
    form = desk_leave_form(desk, seated_people(desk), request.POST)
    if form.is_valid() and form.cleaned_data["user_id"]:
        user_id = UUID(form.cleaned_data["user_id"])
        if attempt(form, lambda: _enter(form, user_id)) is not None:
            messages.success(request, _("The leave is entered."))
            return redirect("duty:rotas", desk_id)
    elif form.is_valid():
        form.add_error("user_id", _("Say who is away."))
    return rotas_page(request, desk, leave_form=form)


def _enter(form: LeaveForm, user_id: UUID) -> object:
    said = form.cleaned_data
    return services.enter_leave(
        user_id,
        said["starts_at"],
        said["ends_at"],
        note=said["note"],
        actor=scope.current(),
        at=clock.now(),
    )


@require_POST
@signed_in
def leave_end(request: HttpRequest, leave_id: UUID) -> HttpResponse:
    """Come back sooner, or do not go at all."""
    return _act(
        request,
        lambda: services.end_leave(leave_id, actor=scope.current(), at=clock.now()),
        _("The leave is ended."),
    )


@require_POST
@signed_in
def swap_ask(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """Ask a colleague, or the whole desk, to take a shift."""
    desk = people_desk(desk_id)
    form = SwapForm(request.POST)
    form.in_zone(desk.tz)
    if not form.is_valid():
        sentences = [str(message) for found in form.errors.values() for message in found]
        messages.error(request, " ".join(sentences))
        return _back(request, desk_id)
    said = form.cleaned_data
    return _act(
        request,
        lambda: services.ask_swap(
            desk_id,
            said["rota_id"],
            said["starts_at"],
            said["ends_at"],
            asker_id=said["asker_id"],
            asked_of=said["asked_of"],
            note=said["note"],
            actor=scope.current(),
            at=clock.now(),
        ),
        _("Your colleagues are asked."),
        desk_id,
    )


@require_POST
@signed_in
def swap_take(request: HttpRequest, swap_id: UUID) -> HttpResponse:
    """Take a shift over; what it collides with is said."""

    def take() -> None:
        swap = services.take_swap(swap_id, actor=scope.current(), at=clock.now())
        if selectors.collisions(scope.current(), swap):
            messages.warning(request, _("You have another shift at the same time: you have both."))

    return _act(request, take, _("The shift is yours."), _desk_of(swap_id))


@require_POST
@signed_in
def swap_decline(request: HttpRequest, swap_id: UUID) -> HttpResponse:
    return _swap(request, swap_id, services.decline_swap, _("You have declined."))


@require_POST
@signed_in
def swap_withdraw(request: HttpRequest, swap_id: UUID) -> HttpResponse:
    return _swap(request, swap_id, services.withdraw_swap, _("The question is withdrawn."))


@require_POST
@signed_in
def swap_everybody(request: HttpRequest, swap_id: UUID) -> HttpResponse:
    return _swap(request, swap_id, services.ask_everybody, _("The whole desk is asked."))


def _swap(
    request: HttpRequest, swap_id: UUID, service: Callable[..., Swap], done: str
) -> HttpResponse:
    return _act(
        request,
        lambda: service(swap_id, actor=scope.current(), at=clock.now()),
        done,
        _desk_of(swap_id),
    )


def _desk_of(swap_id: UUID) -> UUID:
    return selectors.swap(scope.current(), swap_id).desk_id


def _act(
    request: HttpRequest, act: Callable[[], object], done: str, desk_id: UUID | None = None
) -> HttpResponse:
    """Do it and go back to where the button was, with what was done or why it was not."""
    try:
        with transaction.atomic():
            act()
    except NotFound:
        raise
    except DomainError as refusal:
        refused(request, refusal)
    else:
        messages.success(request, done)
    return _back(request, desk_id)


def _back(request: HttpRequest, desk_id: UUID | None) -> HttpResponse:
    """The button's own page: the desk's rotas if it says so, else the person's shifts."""
    asked = request.POST.get("desk", "")
    if desk_id is not None and asked:
        return redirect("duty:rotas", desk_id)
    named = next((d for d in selectors.own_desks(scope.current()) if str(d.pk) == asked), None)
    return redirect("duty:rotas", named.pk) if named else redirect("duty:my_shifts")
