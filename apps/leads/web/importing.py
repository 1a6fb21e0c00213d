"""Imports on pages: upload, columns, dry run, run, what became of each row."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock, scope
from apps.core.errors import Invalid
from apps.core.web.forms import attempt
from apps.leads import kinds, policies, selectors, services, tasks
from apps.leads.drafts import VALUE_KINDS
from apps.leads.importing.messages import sentence
from apps.leads.models import ImportBatch, ImportRow
from apps.leads.reading import FIELDS, Hints
from apps.leads.web.forms import UploadForm
from apps.members.web.access import signed_in

ROWS = 50
SHOWN = 20
FIELD_NAMES: dict[str, Promise] = {
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    **{kind: kinds.REGISTRY[kind].label for kind in VALUE_KINDS},
    "country": gettext_lazy("Country"),
    "brand": gettext_lazy("Brand"),
    "source": gettext_lazy("Source"),
    "grading": gettext_lazy("Grade of source and report"),
    "seen_at": gettext_lazy("Date seen"),
    "tlp": gettext_lazy("Traffic light"),
    "pap": gettext_lazy("What readers may do"),
    "reference": gettext_lazy("Their reference"),
    "ignore": gettext_lazy("Not imported"),
}


@require_http_methods(["GET", "POST"])
@signed_in
def uploads(request: HttpRequest) -> HttpResponse:
    """Upload a file; the member's imports so far."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        batch = attempt(form, lambda: _upload(request, form.cleaned_data))
        if batch:
            return redirect("leads:import", batch.pk)
    context = {
        "nav": "leads",
        "form": form,
        "batches": selectors.batches(scope.current())[:SHOWN],
        "may_add": policies.may_add(scope.current()),
    }
    return render(request, "leads/imports.html", context)


def _upload(request: HttpRequest, data: dict[str, Any]) -> ImportBatch:
    told = services.Upload(
        file_name=data["file"].name,
        source=data["source"],
        source_kind=data["source_kind"],
        source_reliability=data["source_reliability"],
        credibility=data["credibility"],
        tlp=data["tlp"],
        country=data["country"],
        language=data["language"],
        hints=Hints(encoding=data["encoding"] or None),
    )
    return services.upload(data["file"], told, actor=scope.current(), at=clock.now())


@require_GET
@signed_in
def one(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One import in whatever state it is."""
    batch = selectors.find_batch(scope.current(), batch_id)
    return render(
        request, "leads/import.html", {**_context(request, batch), **_rows(request, batch)}
    )


@require_GET
@signed_in
def progress(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """How far it is; the whole page again once it has ended."""
    batch = selectors.find_batch(scope.current(), batch_id)
    answer = render(request, "leads/_progress.html", _context(request, batch))
    if not batch.is_working:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@signed_in
def check(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Begin the dry run with the chosen columns."""
    batch = selectors.find_batch(scope.current(), batch_id)
    mapping = {
        column: request.POST.get(f"column-{place}", "ignore")
        for place, column in enumerate(batch.columns)
    }
    at = clock.now()
    try:
        batch = services.start_check(batch_id, mapping, actor=scope.current(), at=at)
        name = request.POST.get("save_as", "").strip()
        if name:
            services.save_mapping(name, mapping, actor=scope.current(), at=at)
    except Invalid as refusal:
        for sentences in refusal.fields.values():
            for text in sentences:
                messages.error(request, str(text))
        return redirect("leads:import", batch_id)
    tasks.ring(batch)
    return redirect("leads:import", batch_id)


@require_POST
@signed_in
def run(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Begin the import of a checked file."""
    tasks.ring(services.start_run(batch_id, actor=scope.current(), at=clock.now()))
    return redirect("leads:import", batch_id)


@require_POST
@signed_in
def cancel(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Stop; what was added stays."""
    services.cancel(batch_id, actor=scope.current(), at=clock.now())
    messages.info(request, _("The import was stopped. The leads that were added stay."))
    return redirect("leads:import", batch_id)


def _context(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    columns = [
        {
            "name": column,
            "place": place,
            "field": batch.mapping.get(column, "ignore"),
            "sample": [row.get(column, "") for row in batch.sample[:3] if row.get(column)],
        }
        for place, column in enumerate(batch.columns)
    ]
    return {
        "nav": "leads",
        "batch": batch,
        "columns": columns,
        "fields": [(name, FIELD_NAMES[name]) for name in FIELDS],
        "helps": [(one.label, one.help) for one in kinds.REGISTRY.values() if one.help],
        "is_mapping": request.GET.get("step") == "columns" and batch.state != "done",
        "failure": sentence(batch.failure, {}) if batch.failure else "",
        "may_add": policies.may_add(scope.current()),
    }


def _rows(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    outcome = request.GET.get("outcome", "")
    matched = outcome == "matched"
    found = selectors.batch_rows(
        batch, outcome=outcome if outcome in ImportRow.Outcome.values else "", matched=matched
    )
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 10:
        found = found.filter(number__gt=int(after))
    rows = list(found[: ROWS + 1])
    shown = rows[:ROWS]
    return {
        "rows": [(row, sentence(row.code, row.params)) for row in shown],
        "outcome": outcome,
        "next_after": shown[-1].number if len(rows) > ROWS else None,
        "outcomes": [
            ("", _("All"), batch.processed),
            ("added", _("New"), batch.added),
            ("known", _("Known"), batch.known),
            ("duplicate", _("Twice in the file"), batch.duplicates),
            ("error", _("Errors"), batch.errors),
            ("matched", _("Known selector"), batch.matches),
        ],
    }
