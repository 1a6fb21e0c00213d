"""Leads that may mean the same seller, side by side."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import clock, scope
from apps.core.errors import DomainError, NotFound
from apps.leads import policies, selectors, services
from apps.leads.models import PairJudgement
from apps.leads.triaging import comparing
from apps.members.web.access import signed_in


@require_GET
@signed_in
def similar(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """What may be the same as this lead, each with its reason."""
    lead = selectors.find(scope.current(), lead_id)
    context = {
        "nav": "leads",
        "lead": selectors.view(scope.current(), lead),
        "twins": comparing.twins(scope.current(), lead),
    }
    return render(request, "leads/similar.html", context)


@require_GET
@signed_in
def compare(request: HttpRequest, lead_id: UUID, other_id: UUID) -> HttpResponse:
    """Two leads side by side, and what the reader thinks of them."""
    actor = scope.current()
    lead, mine, other, theirs = comparing.pair(actor, lead_id, other_id)
    context = {
        "nav": "leads",
        "lead": mine,
        "other": theirs,
        "rows": comparing.rows(mine, theirs),
        "shared": comparing.shared_values(mine, theirs),
        "verdict": selectors.verdicts_of(actor, lead_id).get(other_id, ""),
        "verdicts": PairJudgement.Verdict.choices,
        "may_judge": policies.may_add(actor),
        "may_merge": policies.may_merge(actor, lead, other),
    }
    return render(request, "leads/compare.html", context)


@require_POST
@signed_in
def repeats(request: HttpRequest, lead_id: UUID, other_id: UUID) -> HttpResponse:
    """The lead repeats the other one."""
    try:
        lead = services.mark_duplicate(
            lead_id, of_id=other_id, actor=scope.current(), at=clock.now()
        )
    except NotFound:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("leads:compare", lead_id, other_id)
    said = _("%(reference)s is kept as a duplicate: restore it if that was wrong.")
    messages.success(request, said % {"reference": lead.reference})
    return redirect("leads:detail", other_id)
