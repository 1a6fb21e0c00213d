"""The quality report as a page and as a file."""

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from apps.core import clock, scope, walltime
from apps.core.registries import panels_in
from apps.duty import selectors
from apps.duty.reporting import csv_text
from apps.duty.web.coverage import page_of
from apps.duty.web.views import zone_of
from apps.members.web.access import signed_in

# Name: from and to, in days from today's midnight.
PERIODS = {
    "past": (-28, 0, _("Last 4 weeks")),
    "next": (0, 28, _("Next 4 weeks")),
    "quarter": (0, 91, _("Next 3 months")),
}


def _range(request: HttpRequest) -> tuple[str, datetime, datetime]:
    name = request.GET.get("period", "")
    name = name if name in PERIODS else "next"
    zone = zone_of(request)
    today = walltime.local(zone, clock.now()).date()
    first, last, _label = PERIODS[name]
    edges = [
        walltime.shift_start(zone, datetime.combine(today + timedelta(days=n), time()))
        for n in (first, last)
    ]
    return name, edges[0], edges[1]


@require_GET
@signed_in
def quality(request: HttpRequest) -> HttpResponse:
    """How well are the hours covered, what hangs on one, who carries the nights?"""
    name, a, b = _range(request)
    chosen = selectors.scoped(scope.current(), request.GET.get("scope", ""))
    member_id = scope.current().member_id
    context: dict[str, Any] = {
        **page_of(chosen),
        "found": selectors.quality(scope.current(), chosen, a, b),
        "period": name,
        "periods": [(key, label) for key, (_a, _b, label) in PERIODS.items()],
        "kept": [("period", name)],
        "panels": [panel.url(member_id) for panel in panels_in("duty.quality")],
        "starts_at": a,
        "ends_at": b,
    }
    return render(request, "duty/quality.html", context)


@require_GET
@signed_in
def quality_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table for other programs."""
    _name, a, b = _range(request)
    chosen = selectors.scoped(scope.current(), request.GET.get("scope", ""))
    found = selectors.quality(scope.current(), chosen, a, b)
    answer = HttpResponse(csv_text(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="coverage-quality.csv"'
    return answer
