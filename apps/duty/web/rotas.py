"""The page of a desk's rotas: a fortnight per person, the rotas' forms and their preview."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import clock, scope, walltime
from apps.core.decisions import Decision
from apps.core.errors import DomainError, NotFound
from apps.core.web.forms import attempt, show
from apps.duty import policies, selectors, services
from apps.duty.models import Desk, Leave, Swap
from apps.duty.ribbons import Ribbon, ribbon, ribbon_range
from apps.duty.selectors import DeskRoster, Said, Shift
from apps.duty.templatetags.duty import day_and_time
from apps.duty.web.roster_words import Note, notes, start_note
from apps.duty.web.rota_forms import (
    LeaveForm,
    RotaForm,
    new_rota_form,
    rota_form,
)
from apps.members.models import User
from apps.members.web.access import signed_in

_MINUTE = timedelta(minutes=1)


@require_GET
@signed_in
def rotas(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """Who is on duty at the desk in the coming two weeks, and why."""
    return rotas_page(request, people_desk(desk_id))


@require_POST
@signed_in
def rota_create(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """Let people of the desk take turns."""
    desk = people_desk(desk_id)
    form = RotaForm(seated_people(desk), desk.tz, request.POST, auto_id="rota_new_%s")
    if form.is_valid():
        made = attempt(
            form,
            lambda: services.create_rota(
                desk_id, form.facts(), actor=scope.current(), at=clock.now()
            ),
        )
        if made is not None:
            messages.success(request, _("The rota is kept."))
            return redirect("duty:rotas", desk_id)
    return rotas_page(request, desk, new_form=form)


@require_POST
@signed_in
def rota_change(request: HttpRequest, desk_id: UUID, rota_id: UUID) -> HttpResponse:
    """Say a rota anew; a stale form is refused with its text kept."""
    desk = people_desk(desk_id)
    kept = selectors.rota(desk, rota_id)
    form = RotaForm(seated_people(desk), desk.tz, request.POST, auto_id=f"rota_{rota_id}_%s")
    if form.is_valid():
        changed = attempt(
            form,
            lambda: services.change_rota(
                desk_id,
                rota_id,
                form.facts(),
                version=form.cleaned_data["version"] or 0,
                from_at=form.cleaned_data["from_at"],
                actor=scope.current(),
                at=clock.now(),
            ),
        )
        if changed is not None:
            messages.success(request, _changed_sentence(form.cleaned_data["from_at"], desk))
            return redirect("duty:rotas", desk_id)
    form.data = {**request.POST.dict(), "version": str(kept.version)}
    return rotas_page(request, desk, changed_form=(rota_id, form))


def _changed_sentence(from_at: datetime | None, desk: Desk) -> str:
    if from_at is None:
        return _("The rota is changed from now on.")
    return _("The change is planned for %(time)s.") % {"time": day_and_time(from_at, desk.tz)}


@require_POST
@signed_in
def rota_remove(request: HttpRequest, desk_id: UUID, rota_id: UUID) -> HttpResponse:
    """End a rota."""
    services.remove_rota(desk_id, rota_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("The rota is ended."))
    return redirect("duty:rotas", desk_id)


@require_POST
@signed_in
def rota_preview(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """The ribbon of the rota that is being typed; nothing is kept."""
    desk, at = people_desk(desk_id), clock.now()
    people = seated_people(desk)
    form = RotaForm(people, desk.tz, request.POST)
    roster = _previewed(desk, form, at) if form.is_valid() else None
    context: dict[str, Any] = {"desk": desk, "preview_form": form, "roster": roster}
    if roster is not None:
        facts = form.facts()
        typed = services.rota_of(desk, facts)
        context["ribbon"] = _ribbon(desk, people, roster, at)
        context["notes"] = [
            *filter(None, [start_note(desk, typed.start_local)]),
            *notes(desk, roster, [typed], _names(people), ribbon_range(desk, at)),
        ]
    return render(request, "duty/rota_preview.html", context)


def _previewed(desk: Desk, form: RotaForm, at: datetime) -> DeskRoster | None:
    span = ribbon_range(desk, at)
    try:
        return services.preview_rota(
            desk.pk,
            form.facts(),
            span,
            rota_id=form.cleaned_data["rota"],
            from_at=form.cleaned_data["from_at"],
            actor=scope.current(),
            at=at,
        )
    except NotFound:
        raise
    except DomainError as refusal:
        show(form, refusal)
        return None


def people_desk(desk_id: UUID) -> Desk:
    """A desk whose people the reader may know. Raises NotFound or Refused."""
    desk = selectors.desk(scope.current(), desk_id)
    policies.may_see_people(scope.current(), desk).require()
    return desk


def rotas_page(request: HttpRequest, desk: Desk, **bound: Any) -> HttpResponse:
    """The page; `bound` holds the one form that was refused."""
    at, people = clock.now(), seated_people(desk)
    on_now = selectors.people_on_duty(desk, at)
    span = ribbon_range(desk, at)
    roster = selectors.rosters([desk], *span)[desk.pk]
    rows = selectors.rotas(desk)
    names = _names(people)
    said = selectors.said_by_rota(rows, at)
    turns = [selectors.rota_rule(terms).turns for row in rows for terms in said[row.pk].ahead]
    may_change = policies.may_change_desk(scope.current(), desk)
    swaps = selectors.coming_swaps(scope.current(), desk, at)
    leave = selectors.coming_leave(scope.current(), names, at)
    me = scope.current().user_id
    mine = [row for row in leave if row.user_id == me]
    context: dict[str, Any] = {
        "nav": "desks",
        "desk": desk,
        "people": people,
        "names": names,
        "may_change": may_change,
        "ribbon": _ribbon(desk, people, roster, at),
        "notes": _with_remedies(notes(desk, roster, turns, names, span), roster, swaps, at),
        "holes_count": len(roster.holes),
        "on_now": [person for person in people if person.pk in on_now],
        "rotas": [_shown(said[row.pk], desk, people, bound) for row in rows],
        "swaps": [(swap, may_take(swap, mine, sits=me in names)) for swap in swaps],
        "leave": leave,
        "leave_form": desk_leave_form(desk, people) if may_change else None,
        "new_form": new_rota_form(people, desk.tz, _defaults(desk, at, len(rows))),
        "at": at,
    }
    return render(request, "duty/rotas.html", context | bound, status=400 if bound else 200)


def _shown(said: Said, desk: Desk, people: list[User], bound: Mapping[str, Any]) -> dict[str, Any]:
    names = _names(people)
    changed_id, form = bound.get("changed_form", (None, None))
    is_open = changed_id == said.rota.pk
    return {
        "rota": said.rota,
        "ahead": [
            (terms, [names[user_id] for user_id in terms.people if user_id in names])
            for terms in said.ahead
        ],
        "form": form if is_open else rota_form(people, said, desk.tz),
        "is_open": is_open,
    }


def _with_remedies(
    said: list[Note], roster: DeskRoster, swaps: list[Swap], at: datetime
) -> list[tuple[Note, Shift | None]]:
    """Each note with the shift that colleagues can be asked to take, from the next minute on."""
    asked = [swap for swap in swaps if swap.is_open]
    next_minute = at.replace(second=0, microsecond=0) + _MINUTE
    found: list[tuple[Note, Shift | None]] = []
    for index, note in enumerate(said):
        hole = roster.holes[index] if index < min(len(roster.holes), 20) else None
        if hole is not None and (hole.ends_at <= next_minute or _is_asked(hole, asked)):
            hole = None
        if hole is not None and hole.starts_at < next_minute:
            hole = Shift(hole.desk_id, hole.user_id, next_minute, hole.ends_at, hole.rota_id)
        found.append((note, hole))
    return found


def _is_asked(hole: Shift, asked: list[Swap]) -> bool:
    return any(
        swap.rota_id == hole.rota_id
        and swap.asker_id == hole.user_id
        and swap.starts_at < hole.ends_at
        and swap.ends_at > hole.starts_at
        for swap in asked
    )


def _ribbon(desk: Desk, people: list[User], roster: DeskRoster, at: datetime) -> Ribbon:
    leave = selectors.coming_leave(scope.current(), [p.pk for p in people], at)
    return ribbon(desk, people, roster, leave, at)


def seated_people(desk: Desk) -> list[User]:
    """The people who sit at the desk, by name."""
    seated = set(selectors.people(desk))
    return [person for person in selectors.colleagues(scope.current()) if person.pk in seated]


def _names(people: list[User]) -> dict[UUID, str]:
    return {person.pk: person.name for person in people}


def may_take(swap: Swap, leave: list[Leave], *, sits: bool) -> Decision:
    """Whether the reader, whose leave this is, may take a shift."""
    is_away = any(row.starts_at < swap.ends_at and row.ends_at > swap.starts_at for row in leave)
    return policies.may_take_when(scope.current(), swap, sits=sits, is_away=is_away)


def _defaults(desk: Desk, at: datetime, count: int) -> dict[str, Any]:
    return {
        "length": 1,
        "unit": "weekly",
        "start_on": walltime.local(desk.tz, at).date(),
        "start_time": "09:00",
        "order": count,
    }


def desk_leave_form(desk: Desk, people: list[User], data: Any = None) -> LeaveForm:
    """The form with which a manager enters a colleague's leave, on the desk's clocks."""
    form = LeaveForm(data, auto_id="leave_%s")
    form.in_zone(desk.tz)
    form.fields["user_id"].choices = [(str(p.pk), p.name) for p in people]  # type: ignore[attr-defined]
    return form
