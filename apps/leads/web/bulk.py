"""Decisions about many leads on pages, and taking them back."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from apps.core import clock, scope
from apps.core.errors import Invalid
from apps.leads import policies, services
from apps.leads.models import BulkAction
from apps.leads.triaging import bulks
from apps.leads.web.inbox import inbox_context, morning, place_of
from apps.members import selectors as members
from apps.members.web.access import signed_in

SHOWN = 50


@require_POST
@signed_in
def decide(request: HttpRequest) -> HttpResponse:
    """One decision about the ticked leads; each result can be looked at."""
    try:
        action = services.decide_many(
            _decision(request), _ids(request), actor=scope.current(), at=clock.now()
        )
    except Invalid as refusal:
        if request.headers.get("HX-Request"):
            raise
        for texts in refusal.fields.values():
            for text in texts:
                messages.error(request, str(text))
        return redirect(f"{reverse('leads:inbox')}?{place_of(request).link}&pick=1")
    if not request.headers.get("HX-Request"):
        return redirect("leads:bulk", action.pk)
    answer = render(request, "leads/_inbox.html", inbox_context(request))
    told = {
        "text": sentence(action),
        "undo": reverse("leads:bulk_undo", args=[action.pk]),
        "refresh": "#lead-inbox",
    }
    answer["HX-Trigger"] = json.dumps({"al:toast": told})
    return answer


def _decision(request: HttpRequest) -> services.Decision:
    verb, _colon, severity = request.POST.get("verb", "").partition(":")
    written = request.POST.get("person_id", "")
    try:
        person_id = UUID(written) if written else None
    except ValueError:
        raise Invalid({"person_id": [_("Choose one of your colleagues.")]}) from None
    return services.Decision(
        verb=verb,
        severity=severity,
        reason=request.POST.get("reason", ""),
        person_id=person_id,
        until=morning(request) if verb == BulkAction.Verb.SNOOZE else None,
    )


def _ids(request: HttpRequest) -> list[UUID]:
    try:
        return [UUID(written) for written in request.POST.getlist("id")]
    except ValueError:
        raise Invalid({"ids": [_("Choose the leads from the list.")]}) from None


def sentence(action: BulkAction) -> str:
    """What was done, and how much of it could not be."""
    done = ngettext("%(count)s lead was changed.", "%(count)s leads were changed.", action.done)
    said = done % {"count": action.done}
    if not action.refused:
        return said
    left = ngettext(
        "%(count)s lead could not take it.", "%(count)s leads could not take it.", action.refused
    ) % {"count": action.refused}
    return f"{said} {left}"


@require_GET
@signed_in
def actions(request: HttpRequest) -> HttpResponse:
    """Decisions about many, newest first."""
    found = bulks.actions(scope.current())[:SHOWN]
    people = members.person_cards({row.user_id for row in found if row.user_id})
    context = {"nav": "leads", "actions": found, "people": people}
    return render(request, "leads/bulk_list.html", context)


@require_GET
@signed_in
def one(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """What one decision did to each lead."""
    return render(request, "leads/bulk.html", _context(bulks.find(scope.current(), bulk_id)))


def _context(action: BulkAction) -> dict[str, Any]:
    at = clock.now()
    return {
        "nav": "leads",
        "action": action,
        "said": sentence(action),
        "items": action.items.order_by("place"),
        "by": members.person_cards({action.user_id}).get(action.user_id)
        if action.user_id
        else None,
        "can_undo": action.undone_at is None and at <= action.undo_until and action.done,
        "may_add": policies.may_add(scope.current()),
    }


@require_POST
@signed_in
def undo(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Take it back; what somebody has changed since is named on the page."""
    action = services.undo_many(bulk_id, actor=scope.current(), at=clock.now())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect("leads:bulk", action.pk)
