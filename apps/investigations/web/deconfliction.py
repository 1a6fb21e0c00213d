"""Holds on targets as pages: the member's own, and the review by the alliance's staff."""

import contextlib
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock, scope
from apps.core.web.forms import attempt
from apps.investigations import policies, services
from apps.investigations.deconflicting import holding
from apps.investigations.deconflicting.models import TargetHold
from apps.investigations.models import Task
from apps.investigations.web.forms import HoldForm
from apps.leads import selectors as leads
from apps.members import selectors as members
from apps.members.models import User
from apps.members.web.access import signed_in, staff_only, user_of

SHOWN = 100


@require_http_methods(["GET", "POST"])
@signed_in
def holds(request: HttpRequest) -> HttpResponse:
    """The member's own holds and what met them; a POST holds the target of one more lead."""
    actor, at = scope.current(), clock.now()
    form = HoldForm(request.POST or None, initial=request.GET.dict())
    form.in_zone(str(getattr(request.user, "time_zone", "UTC")))
    if request.method == "POST" and form.is_valid():
        lead_id = form.cleaned_data["lead"]
        wish = form.wish()
        made = attempt(form, lambda: services.hold_target(lead_id, wish, actor=actor, at=at))
        if made:
            messages.success(request, _said(made))
            return redirect("investigations:holds")
    rows = list(holding.holds(actor)[:SHOWN])
    targets = {row.lead_id for row in rows}
    asked = form.data.get("lead") or request.GET.get("lead")
    with contextlib.suppress(ValueError):
        targets |= {UUID(asked)} if asked else set()
    context = {
        "nav": "investigations",
        "form": form if asked else None,
        "asked": asked,
        "leads": {str(key): card for key, card in leads.cards(actor, targets).items()},
        "holds": rows,
        "reviewers": User.objects.in_bulk({row.reviewed_by for row in rows if row.reviewed_by}),
        "encounters": holding.encounters(actor)[:SHOWN],
        "targets": {row.pk: row.lead_id for row in rows},
        "measures": dict(Task.Kind.choices),
        "may_hold": policies.may_hold_target(actor),
    }
    return render(request, "investigations/holds.html", context)


def _said(made: TargetHold) -> str:
    if made.state == TargetHold.State.REVIEW:
        return _("You held this lately: the alliance looks at it first, and nobody is stopped yet.")
    return _("The target is held.")


@require_POST
@signed_in
def release(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    services.release_hold(hold_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("The target is free again."))
    return redirect("investigations:holds")


@require_GET
@staff_only
def review(request: HttpRequest) -> HttpResponse:
    """Whose hold, how firm and until when: staff see neither the target nor the reason."""
    rows = holding.under_review(clock.now())
    cards = members.member_cards({row.member_id for row in rows})
    context = {"nav": "staff", "holds": [(row, cards.get(row.member_id)) for row in rows]}
    return render(request, "investigations/staff_holds.html", context)


@require_POST
@staff_only
def judge(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    is_kept = request.POST.get("verdict") == "keep"
    actor, by = scope.current(), user_of(request).pk
    services.review_hold(hold_id, is_kept=is_kept, by=by, actor=actor, at=clock.now())
    messages.success(request, _("The hold stands.") if is_kept else _("The hold is lifted."))
    return redirect("investigations:staff_holds")
