"""The handover history of a case as a ribbon around the clock, and as a table."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.core import access, clock, scope
from apps.core.models import Level
from apps.handovers import ribbon
from apps.investigations import selectors as investigations
from apps.investigations.models import Custody
from apps.members.web.access import signed_in, user_of

KINDS = {
    "accepted": _("accepted"),
    "declined": _("declined"),
    "expired": _("not answered in time"),
    "bounced": _("undone or given back"),
}
HOURS = range(0, 24, 3)


@require_safe
@signed_in
def page(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """Who held it, when, in which local time; what was declined, given back or held."""
    actor, at = scope.current(), clock.now()
    case = investigations.find(actor, investigation_id)
    level = access.level(actor, "investigation", case.pk)
    found = ribbon.read(actor, case, at, zone=user_of(request).time_zone)
    context: dict[str, Any] = {
        "nav": "investigations",
        "case": case,
        "shown": investigations.project(case, level),
        "reads_case": level >= Level.CASE,
        "ribbon": found,
        "kinds": KINDS,
        "hours": [(f"{hour:02}", f"{hour / 24 * 100:.2f}%") for hour in HOURS],
        "causes": {**dict(Custody.Cause.choices), "bounced": _("Undone or given back")},
        "rows": rows(found),
        "watch": f"investigation:{case.pk}",
    }
    return render(request, "handovers/ribbon.html", context)


def rows(found: ribbon.Ribbon) -> list[dict[str, Any]]:
    """The table's rows, newest first: stretches, with the holds and answers that fell into them."""
    told = []
    for stretch in found.stretches:
        within = [m for m in found.marks if _is_within(m.at, stretch)]
        held = [h for h in found.holds if _is_within(h.since, stretch)]
        told.append({"stretch": stretch, "marks": within, "holds": held})
    return told[::-1]


def _is_within(instant: Any, stretch: ribbon.Stretch) -> bool:
    return stretch.since <= instant and (stretch.until is None or instant < stretch.until)
