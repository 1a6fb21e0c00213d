"""What if a desk's hours were others: an unsaved form that redraws the week at each change."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from apps.core import clock, scope, walltime
from apps.core.errors import NotFound
from apps.core.web.forms import LocalInstantField, LocalTimesForm
from apps.duty import policies, selectors
from apps.duty.models import Desk
from apps.duty.planning.spans import Interval
from apps.duty.selectors import Changes, Scope
from apps.duty.selectors.rules import window_of
from apps.duty.web.coverage import asked_week, page_of
from apps.duty.web.explaining import odd_times
from apps.duty.web.forms import WindowForm, WindowFormSet
from apps.duty.web.views import zone_of
from apps.duty.weeks import monday_of
from apps.members.web.access import signed_in

_WINDOW = ("days", "start", "end", "valid_from", "valid_until")
_DATE = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


class WhatIfForm(LocalTimesForm):
    """Exceptions that are not kept: dates and times on the desk's own clocks."""

    holiday = forms.DateField(label=_("A holiday on"), required=False, widget=_DATE)
    workday = forms.DateField(
        label=_("Work in spite of the holiday on"), required=False, widget=_DATE
    )
    closed_from = LocalInstantField(label=_("Closed from"), required=False)
    closed_to = LocalInstantField(label=_("Closed to"), required=False)
    extra_from = LocalInstantField(label=_("Extra cover from"), required=False)
    extra_to = LocalInstantField(label=_("Extra cover to"), required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in ("closed", "extra"):
            start, end = said.get(f"{name}_from"), said.get(f"{name}_to")
            if start and end and end <= start:
                self.add_error(f"{name}_to", _("The end must be after the start."))
        return said

    def stretch(self, name: str) -> tuple[Interval, ...]:
        """The closure or the extra cover, where both of its ends are given."""
        start, end = self.cleaned_data.get(f"{name}_from"), self.cleaned_data.get(f"{name}_to")
        return ((start, end),) if start and end else ()

    def day(self, name: str) -> tuple[date, ...]:
        on = self.cleaned_data.get(name)
        return (on,) if on else ()


@require_GET
@signed_in
def what_if(request: HttpRequest) -> HttpResponse:
    """The form and what it would change; over htmx what it would change alone."""
    at, zone = clock.now(), zone_of(request)
    chosen = selectors.scoped(scope.current(), request.GET.get("scope", ""))
    this_week = monday_of(walltime.local(zone, at).date())
    first = asked_week(request.GET.get("week", ""), this_week)
    context: dict[str, Any] = {**page_of(chosen), "first": first, "zone": zone}
    if chosen.desks:
        context |= _asked(request, chosen, first)
    name = "_what_if_result" if request.headers.get("HX-Request") else "what_if"
    status = 400 if context.get("is_wrong") else 200
    # htmx swaps no refusal: what is wrong is said in the part that it shows.
    status = 200 if request.headers.get("HX-Request") else status
    return render(request, f"duty/{name}.html", context, status=status)


def _asked(request: HttpRequest, chosen: Scope, first: date) -> dict[str, Any]:
    at, zone = clock.now(), zone_of(request)
    desk = _desk(request, chosen)
    formset, form = _forms(request, desk)
    is_wrong = (formset.is_bound and not formset.is_valid()) or not form.is_valid()
    changes = Changes() if is_wrong else _changes(formset, form)
    found = selectors.what_if(chosen, desk, changes, first=first, zone=zone, at=at)
    return {
        "desk": desk,
        "formset": formset,
        "what_form": form,
        "is_wrong": is_wrong,
        "is_changed": changes != Changes(),
        "found": found,
        "week": found.after.week,
        "holiday_names": found.after.holiday_names,
        "view": found.after,
        "odd_times": odd_times(form, desk.tz),
        "keep": _keep(request, desk),
        "may_change": policies.may_change_desk(scope.current(), desk),
        "previous": first - timedelta(days=7),
        "next": first + timedelta(days=7),
    }


def _desk(request: HttpRequest, chosen: Scope) -> Desk:
    """The desk that is asked for, among those of the scope; else an own one, else the first."""
    text = request.GET.get("desk", "")
    if not text:
        mine = scope.current().member_id
        return next((desk for desk in chosen.desks if desk.member_id == mine), chosen.desks[0])
    try:
        wanted = UUID(text)
    except ValueError:
        raise NotFound from None
    found = next((desk for desk in chosen.desks if desk.pk == wanted), None)
    if found is None:
        raise NotFound
    return found


def _forms(request: HttpRequest, desk: Desk) -> tuple[Any, WhatIfForm]:
    if "windows-TOTAL_FORMS" in request.GET:
        formset = WindowFormSet(request.GET, prefix="windows")
    else:
        rows = [{name: getattr(w, name) for name in _WINDOW} for w in selectors.windows(desk)]
        formset = WindowFormSet(initial=rows, prefix="windows")
    form = WhatIfForm(request.GET)
    form.in_zone(desk.tz)
    return formset, form


def _changes(formset: Any, form: WhatIfForm) -> Changes:
    windows = None
    if formset.is_bound:
        said = [row.cleaned_data for row in formset if _is_kept(row)]
        windows = tuple(window_of(**{name: row[name] for name in _WINDOW}) for row in said)
    return Changes(
        windows=windows,
        holidays=form.day("holiday"),
        workdays=form.day("workday"),
        closures=form.stretch("closed"),
        extra=form.stretch("extra"),
    )


def _is_kept(row: WindowForm) -> bool:
    return bool(row.cleaned_data) and not row.cleaned_data.get("DELETE")


def _keep(request: HttpRequest, desk: Desk) -> str:
    """The desk's own form, filled with what was tried."""
    names = {"holiday", "closed_from", "closed_to", "extra_from", "extra_to"}
    kept = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if value and (name in names or name.startswith("windows-"))
    ]
    return f"{reverse('duty:desk', args=[desk.pk])}?{urlencode(kept)}"
