"""Desks on pages: the list, and one desk with its hours."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import clock, scope, walltime
from apps.core.errors import DomainError
from apps.core.web.forms import attempt
from apps.duty import planning, policies, selectors, services
from apps.duty.models import Desk
from apps.duty.services import DeskFacts
from apps.duty.templatetags.duty import country_name
from apps.duty.web.calendar_forms import AddressForm, CalendarForm
from apps.duty.web.forms import (
    DeskForm,
    HolidayForm,
    PersonForm,
    StretchForm,
    WindowFormSet,
    desk_form,
    new_desk_form,
)
from apps.members.models import User
from apps.members.web.access import signed_in


def zone_of(request: HttpRequest) -> str:
    """The zone in which the person reads times."""
    return request.user.time_zone if isinstance(request.user, User) else "UTC"


@require_GET
@signed_in
def desks(request: HttpRequest) -> HttpResponse:
    """Every desk that the member sees: its time, whether it is on duty, what changes next."""
    at = clock.now()
    standings = selectors.standings(selectors.desks(scope.current()), at)
    closed = [desk for desk in selectors.own_desks(scope.current()) if not desk.is_active]
    context = {
        "nav": "desks",
        "standings": standings,
        "closed": closed,
        "members": selectors.member_names(standing.desk for standing in standings),
        "on_duty_count": sum(standing.is_on_duty for standing in standings),
        "strip": selectors.strip(scope.current(), at, zone_of(request)),
        "may_keep": policies.may_keep_desks(scope.current()),
    }
    return render(request, "duty/desks.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def desk_create(request: HttpRequest) -> HttpResponse:
    """Open a desk."""
    policies.may_keep_desks(scope.current()).require()
    form = new_desk_form(zone_of(request))
    if request.method == "POST":
        form = DeskForm(request.POST)
        if form.is_valid():
            facts = DeskFacts(**form.facts())
            desk = attempt(
                form, lambda: services.create_desk(facts, actor=scope.current(), at=clock.now())
            )
            if desk is not None:
                messages.success(request, _("The desk is open. Now say when it is on duty."))
                return redirect("duty:desk", desk.pk)
    status = 400 if form.errors else 200
    context = {"nav": "desks", "form": form, **_places("")}
    return render(request, "duty/desk_create.html", context, status=status)


def _places(country: str) -> dict[str, Any]:
    """What the fields of zone, country and region can be chosen from."""
    return {
        "zones": sorted(walltime.zone_names()),
        "countries": [(code, country_name(code)) for code in planning.calendar_countries()],
        "regions": planning.calendar_regions(country),
    }


@require_GET
@signed_in
def regions(request: HttpRequest) -> HttpResponse:
    """The regions of a country that have holidays of their own."""
    country = request.GET.get("country", "")[:2].upper()
    context = {"regions": planning.calendar_regions(country)}
    return render(request, "duty/regions.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def desk(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """One desk: for its own managers a form, for everybody else a card."""
    if request.method == "GET":
        return desk_page(request, selectors.desk(scope.current(), desk_id))
    found = own_desk(request, desk_id)
    form = DeskForm(request.POST)
    if form.is_valid():
        changed = attempt(
            form,
            lambda: services.change_desk(
                desk_id,
                form.facts(),
                version=form.cleaned_data["version"] or 0,
                actor=scope.current(),
                at=clock.now(),
            ),
        )
        if changed is not None:
            messages.success(request, _("The desk is changed."))
            return redirect("duty:desk", desk_id)
    return desk_page(request, found, form=_sendable_again(form, found))


def own_desk(request: HttpRequest, desk_id: UUID) -> Desk:
    """A desk that the person may change. Raises NotFound or Refused."""
    found = selectors.desk(scope.current(), desk_id)
    policies.may_change_desk(scope.current(), found).require()
    return found


def _sendable_again(form: DeskForm, desk: Desk) -> DeskForm:
    """A refused form, its text kept, now of the desk's present version."""
    form.data = {**form.data.dict(), "version": str(desk.version)}  # type: ignore[attr-defined]
    return form


def desk_page(request: HttpRequest, desk: Desk, **bound: Any) -> HttpResponse:
    """The page of a desk; `bound` holds the one form that was refused."""
    at = clock.now()
    may_change = policies.may_change_desk(scope.current(), desk)
    windows = selectors.windows(desk)
    context: dict[str, Any] = {
        "nav": "desks",
        "desk": desk,
        "is_own": desk.member_id == scope.current().member_id,
        "may_change": may_change,
        "member_name": selectors.member_names([desk]).get(desk.member_id, ""),
        "standing": selectors.standings([desk], at)[0],
        "windows": windows,
        "holidays": selectors.holidays(desk, walltime.local(desk.tz, at).date()),
        **calendar_parts(desk),
        **_stretches(request, desk, at),
        **_people(desk, at),
    }
    if may_change:
        context |= _forms(desk, windows, context["colleagues"], at) | _tried(request, desk)
    context |= bound
    return render(request, "duty/desk.html", context, status=400 if bound else 200)


def calendar_parts(desk: Desk) -> dict[str, Any]:
    """The addresses that give a desk's hours away, and the calendars that bring it some."""
    actor = scope.current()
    is_own = desk.member_id == actor.member_id
    return {
        "may_subscribe": policies.may_subscribe(actor),
        "feeds": selectors.feeds_of_desk(actor, desk),
        "calendars": selectors.calendars(desk) if is_own else [],
        "address_form": AddressForm(auto_id="address_%s"),
        "calendar_form": CalendarForm(auto_id="calendar_%s"),
    }


def _stretches(request: HttpRequest, desk: Desk, at: datetime) -> dict[str, Any]:
    since = at - timedelta(days=7)
    closures = [row for row in selectors.closures(desk) if row.ends_at > since]
    cover = [row for row in selectors.extra_cover(desk) if row.ends_at > since]
    refs = [row.pk for row in (*closures, *cover)]
    reasons = selectors.reasons(scope.current(), refs)
    return {"closures": closures, "extra_cover": cover, "reasons": reasons}


def _people(desk: Desk, at: datetime) -> dict[str, Any]:
    """Who sits at the desk and who could: nobody's business but the own member's."""
    if not policies.may_see_people(scope.current(), desk):
        return {"people": [], "colleagues": [], "on_now": []}
    seated = set(selectors.people(desk))
    everybody = selectors.colleagues(scope.current())
    return {
        "people": [person for person in everybody if person.pk in seated],
        "on_now": selectors.people_on_duty(desk, at),
        "colleagues": [person for person in everybody if person.pk not in seated],
    }


def _forms(desk: Desk, windows: list[Any], colleagues: list[Any], at: datetime) -> dict[str, Any]:
    fields = ("days", "start", "end", "valid_from", "valid_until")
    rows = [{name: getattr(window, name) for name in fields} for window in windows]
    year = walltime.local(desk.tz, at).year
    return {
        "form": desk_form(desk),
        "formset": WindowFormSet(initial=rows, prefix="windows"),
        "holiday_form": HolidayForm(auto_id="holiday_%s"),
        "closure_form": StretchForm(auto_id="closure_%s"),
        "cover_form": StretchForm(auto_id="cover_%s"),
        "person_form": person_form(colleagues),
        **_places(desk.country),
        "years": [year, year + 1],
    }


def _tried(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """The forms filled with what was tried on the page of what-ifs; the person saves each."""
    found: dict[str, Any] = {}
    if "windows-TOTAL_FORMS" in request.GET:
        found["formset"] = WindowFormSet(request.GET, prefix="windows")
    if on := request.GET.get("holiday"):
        found["holiday_form"] = HolidayForm(initial={"on": on}, auto_id="holiday_%s")
    for name, form, prefix in (
        ("closed", "closure_form", "closure_%s"),
        ("extra", "cover_form", "cover_%s"),
    ):
        span = [request.GET.get(f"{name}_{end}", "") for end in ("from", "to")]
        if all(span):
            initial = dict(zip(("starts_at", "ends_at"), span, strict=True))
            found[form] = StretchForm(initial=initial, auto_id=prefix)
    return found


def person_form(colleagues: list[Any], data: Any = None) -> PersonForm:
    form = PersonForm(data)
    form.fields["user_id"].choices = [(str(person.pk), person.name) for person in colleagues]  # type: ignore[attr-defined]
    return form


def refused(request: HttpRequest, refusal: DomainError) -> None:
    """Say a refusal that has no form to stand on."""
    sentences = [str(m) for found in refusal.fields.values() for m in found]
    messages.error(request, " ".join(sentences) or str(refusal.message))
