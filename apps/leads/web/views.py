"""Leads on pages: the inbox with its triage, one lead, the form, the search."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import access, clock, scope
from apps.core.errors import NotFound, Stale
from apps.core.models import Level
from apps.core.registries import panels_in
from apps.core.web.forms import attempt
from apps.leads import policies, searching, selectors, services
from apps.leads.drafts import VALUE_KINDS
from apps.leads.models import Lead, Severity
from apps.leads.services.keeping import draft_of
from apps.leads.web import sharing, signals
from apps.leads.web.forms import DismissForm, LeadForm
from apps.members.models import Member, User
from apps.members.web.access import signed_in


def zone_of(request: HttpRequest) -> str:
    """The reader's own time zone."""
    return str(getattr(request.user, "time_zone", "UTC"))


TABS = {"decide", "mine", "allies", "dismissed", "all"}


@require_GET
@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """The leads of one view; the chosen one is fetched beside them."""
    template = "leads/_inbox.html" if request.headers.get("HX-Request") else "leads/inbox.html"
    return render(request, template, _inbox(request, request.GET.get("selected", "")))


def _inbox(request: HttpRequest, selected: str = "") -> dict[str, Any]:
    asked = request.POST or request.GET
    tab = asked.get("tab", "decide") if asked.get("tab") in TABS else "decide"
    severity = asked.get("severity", "") if asked.get("severity") in Severity.values else ""
    if request.method == "POST":
        severity = ""
    at = clock.now()
    page = selectors.page(
        scope.current(),
        selectors.Wanted(tab=tab, severity=severity),
        cursor=asked.get("cursor", ""),
        at=at,
    )
    chosen = next((v for v in page.leads if str(v.id) == selected), None)
    chosen = chosen or next(iter(page.leads), None)
    return {
        "nav": "leads",
        "tab": tab,
        "cursor": asked.get("cursor", ""),
        "page": page,
        "chosen": chosen,
        "counts": selectors.counts(scope.current(), at=at),
        "owners": Member.objects.in_bulk({view.member_id for view in page.leads}),
        "may_add": policies.may_add(scope.current()),
    }


def _lead(request: HttpRequest, lead: Lead) -> dict[str, Any]:
    """What the panel and the page of one lead show."""
    view = selectors.view(scope.current(), lead)
    return {
        "lead": view,
        "owner": Member.objects.filter(pk=lead.member_id).first(),
        "author": User.objects.filter(pk=view.created_by).first() if view.created_by else None,
        "matches": selectors.links_of(scope.current(), lead.pk),
        "may_change": policies.may_change(scope.current(), lead),
        "may_dismiss": policies.may_dismiss(scope.current(), lead),
        "severities": Severity.choices,
    }


@require_GET
@signed_in
def panel(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """One lead beside the list."""
    lead = selectors.find(scope.current(), lead_id)
    tab = request.GET.get("tab", "")
    where = {"tab": tab if tab in TABS else "", "cursor": request.GET.get("cursor", "")}
    return render(request, "leads/_panel.html", {**where, **_lead(request, lead)})


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
    context = {
        "nav": "leads",
        "dismiss_form": DismissForm(),
        "may_also": services.capabilities_of(lead, actor=actor),
        **_lead(request, lead),
        **signals.of_lead(lead_id, is_owner=is_owner),
        "side_panels": [panel.url(lead.pk) for panel in panels_in("lead.side")]
        if access.may_read(scope.current(), "lead", lead.pk, min_level=Level.CASE)
        else [],
    }
    return render(request, "leads/detail.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def create(request: HttpRequest) -> HttpResponse:
    """Report a lead by hand."""
    form = LeadForm(request.POST or None)
    form.in_zone(zone_of(request))
    if request.method == "POST" and form.is_valid():
        lead = attempt(
            form, lambda: services.create_lead(form.draft(), actor=scope.current(), at=clock.now())
        )
        if lead:
            return redirect("leads:detail", lead.pk)
    may_add = policies.may_add(scope.current())
    return render(request, "leads/form.html", {"form": form, "may_add": may_add, "nav": "leads"})


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
    return {**plain, **values}


@require_POST
@signed_in
def triage(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Give it a severity; in the inbox the next lead is open then."""
    following = _following(request, lead_id)
    severity = request.POST.get("severity", "")
    services.triage(lead_id, severity=severity, actor=scope.current(), at=clock.now())
    return _decided(request, lead_id, following)


@require_POST
@signed_in
def dismiss(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Put it away; a press of Z brings it back."""
    following = _following(request, lead_id)
    reason = request.POST.get("reason", "")
    lead = services.dismiss(lead_id, reason=reason, actor=scope.current(), at=clock.now())
    answer = _decided(request, lead_id, following)
    told = {
        "text": _("%(reference)s is dismissed.") % {"reference": lead.reference},
        "undo": reverse("leads:restore", args=[lead_id]),
        "refresh": "#lead-inbox",
    }
    answer["HX-Trigger"] = json.dumps({"al:toast": told})
    return answer


@require_POST
@signed_in
def restore(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Undo a dismissal."""
    services.restore(lead_id, actor=scope.current(), at=clock.now())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect("leads:detail", lead_id)


def _following(request: HttpRequest, lead_id: UUID) -> str:
    """The lead after this one in the list that the reader looks at."""
    if not _is_in_inbox(request):
        return ""
    leads = [view.id for view in _inbox(request)["page"].leads]
    place = leads.index(lead_id) if lead_id in leads else -1
    rest = leads[place + 1 :] or leads[:place][-1:]
    return str(rest[0]) if rest else ""


def _is_in_inbox(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request")) and "tab" in request.POST


def _decided(request: HttpRequest, lead_id: UUID, following: str) -> HttpResponse:
    if _is_in_inbox(request):
        return render(request, "leads/_inbox.html", _inbox(request, following))
    return redirect("leads:detail", lead_id)


@require_GET
@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """Leads and cases by words in any script, or by a selector in any form."""
    query = request.GET.get("q", "")[: searching.LONGEST_QUERY]
    hits = searching.search(scope.current(), query)
    context = {
        "query": query,
        "cases": [hit for hit in hits if hit.type == "investigation"],
        "leads": [hit for hit in hits if hit.type == "lead"],
        "count": len(hits),
    }
    return render(request, "leads/search.html", context)
