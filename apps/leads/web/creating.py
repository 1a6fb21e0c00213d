"""Reporting a lead by hand, with whom reads it from its first instant."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.core import clock, scope
from apps.core.web.forms import attempt
from apps.leads import field_classes, policies, services
from apps.leads.sharing_preview import Preview
from apps.leads.web.forms import LeadForm
from apps.leads.web.share_forms import AudienceForm
from apps.leads.web.showing import zone_of
from apps.members.web.access import signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def create(request: HttpRequest) -> HttpResponse:
    """Report a lead; before it is kept, the page shows what its audience would read."""
    actor = scope.current()
    form, audience = LeadForm(request.POST or None), AudienceForm(request.POST or None)
    audience.offer(actor)
    for one in (form, audience):
        one.in_zone(zone_of(request))
    previews: list[Preview] = []
    if request.method == "POST" and form.is_valid() and audience.is_valid():
        if "preview" in request.POST:
            previews = _previews(form, audience)
        else:
            lead = attempt(
                form,
                lambda: services.create_lead(
                    form.draft(), shares=audience.shares(), actor=actor, at=clock.now()
                ),
                also=[audience],
            )
            if lead:
                return redirect("leads:detail", lead.pk)
    context: dict[str, Any] = {
        "nav": "leads",
        "form": form,
        "audience": audience,
        "previews": previews,
        "fields": field_classes.LABELS,
        "is_open": audience.is_bound and bool(audience.errors or audience.has_any()),
        "may_add": policies.may_add(actor),
    }
    return render(request, "leads/form.html", context)


def _previews(form: LeadForm, audience: AudienceForm) -> list[Preview]:
    """What each of the audience would read; without one there is nothing to show."""
    shares = audience.shares()
    if not shares:
        audience.ask_for_audience()
        return []
    found = attempt(
        form,
        lambda: services.preview_draft(form.draft(), shares, actor=scope.current(), at=clock.now()),
        also=[audience],
    )
    return found or []
