"""Exports and disclosures on pages."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock, scope
from apps.core.errors import DomainError
from apps.core.web.forms import attempt
from apps.leads import policies, selectors, services, tasks
from apps.leads.exchange import exporting
from apps.leads.web.forms import DiscloseForm, ExportForm
from apps.members.web.access import signed_in

SHOWN = 20


@require_http_methods(["GET", "POST"])
@signed_in
def exports(request: HttpRequest) -> HttpResponse:
    """One's own files; a POST begins one more, of one lead or of what a list shows."""
    actor, at = scope.current(), clock.now()
    form = ExportForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        lead_ids = [told["lead"]] if told["lead"] else []
        wanted = selectors.Wanted(tab=told["tab"] or "all", severity=told["severity"])
        made = attempt(
            form,
            lambda: services.start_export(
                told["format"], lead_ids=lead_ids, wanted=wanted, actor=actor, at=at
            ),
        )
        if made:
            tasks.ring_export(made)
            return redirect("leads:exports")
    context = {
        "nav": "leads",
        "form": form,
        "exports": exporting.exports(actor)[:SHOWN],
        "may_export": policies.may_export(actor),
    }
    return render(request, "leads/exports.html", context)


@require_GET
@signed_in
def export_file(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The file, while everything in it may still leave."""
    try:
        file = services.deliver_export(export_id, actor=scope.current(), at=clock.now())
    except DomainError as refusal:
        if refusal.code != "export.not_ready":
            raise
        messages.error(request, str(refusal.message))
        return redirect("leads:exports")
    if file is None:
        gone = _("Access to some of these leads has changed since. Export them again.")
        messages.error(request, gone)
        return redirect("leads:exports")
    response = HttpResponse(file.data, content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@signed_in
def disclose(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Say why one reads what is sealed, and read it."""
    selectors.find(scope.current(), lead_id)
    form = DiscloseForm(request.POST)
    reason = form.data.get("reason", "")
    services.disclose(lead_id, reason=reason, actor=scope.current(), at=clock.now())
    return redirect("leads:detail", lead_id)
