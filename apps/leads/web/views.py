"""Leads on pages: one lead, the form, the search."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import access, clock, scope
from apps.core.errors import NotFound, Stale
from apps.core.models import Level
from apps.core.registries import panels_in
from apps.core.web.forms import attempt
from apps.leads import policies, searching, selectors, services
from apps.leads.drafts import VALUE_KINDS
from apps.leads.models import Lead
from apps.leads.services.keeping import draft_of
from apps.leads.web import sharing, signals
from apps.leads.web.forms import DismissForm, LeadForm
from apps.leads.web.showing import drawing_context, lead_context, zone_of
from apps.members.web.access import signed_in


@require_GET
@signed_in
def detail(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """One lead with everything that is known of it; where access has ended, what remains."""
    actor = scope.current()
    try:
        lead = selectors.find(actor, lead_id)
    except NotFound:
        return sharing.tombstone(request, actor, lead_id)
    services.note_reading(lead, actor=actor, at=clock.now())
    is_owner = lead.member_id == scope.current().member_id
    links = selectors.links_of(actor, lead.pk)
    context = {
        "nav": "leads",
        "dismiss_form": DismissForm(),
        "may_also": services.capabilities_of(lead, actor=actor),
        **lead_context(request, lead, links),
        **signals.of_lead(lead_id, is_owner=is_owner),
        **drawing_context(lead, links),
        "side_panels": [panel.url(lead.pk) for panel in panels_in("lead.side")]
        if access.may_read(scope.current(), "lead", lead.pk, min_level=Level.CASE)
        else [],
    }
    return render(request, "leads/detail.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def change(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Change the facts; a form gone stale keeps its text and is sent again by decision."""
    lead = selectors.find(scope.current(), lead_id)
    policies.may_change(scope.current(), lead).require()
    form = LeadForm(request.POST or None, initial=_initial(lead))
    form.in_zone(zone_of(request))
    if request.method == "POST" and form.is_valid():
        changed = attempt(form, lambda: _change(request, lead, form))
        if changed:
            return redirect("leads:detail", lead.pk)
        form.data = {**request.POST.dict(), "version": lead.version}
    context = {"form": form, "lead": lead, "may_add": policies.may_add(scope.current())}
    return render(request, "leads/form.html", {**context, "nav": "leads"})


def _change(request: HttpRequest, lead: Lead, form: LeadForm) -> Lead:
    version = form.cleaned_data["version"]
    if version is None:
        raise Stale
    return services.change_lead(
        lead.pk, form.facts(), version=version, actor=scope.current(), at=clock.now()
    )


def _initial(lead: Lead) -> dict[str, Any]:
    draft = draft_of(lead)
    plain = {name: getattr(lead, name) for name in LeadForm.base_fields if hasattr(lead, name)}
    values = {kind: "\n".join(draft.values.get(kind, ())) for kind in VALUE_KINDS}
    return {**plain, **values, "title": draft.title}


@require_GET
@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """Leads and cases by words in any script, or by a selector in any form."""
    query = request.GET.get("q", "")[: searching.LONGEST_QUERY]
    hits = searching.search(scope.current(), query, limit=searching.MOST_OF_EACH)
    cases = [hit for hit in hits if hit.type == "investigation"]
    leads = [hit for hit in hits if hit.type == "lead"]
    context = {
        "query": query,
        "problems": searching.read(query).problems,
        "cases": cases,
        "leads": leads,
        "is_cut": max(len(cases), len(leads)) == searching.MOST_OF_EACH,
        "said": [hit for hit in hits if hit.type == "message"],
        "count": len(hits),
    }
    return render(request, "leads/search.html", context)
