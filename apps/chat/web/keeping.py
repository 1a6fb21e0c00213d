"""A copy of a room, and how long the member's texts stay."""

import json
from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages as told
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.chat import policies, selectors, services
from apps.chat.web.forms import CopyForm, HoldForm, RetentionForm
from apps.chat.web.views import url_of
from apps.core import clock, scope
from apps.core.web.forms import attempt
from apps.members.web.access import signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def export(request: HttpRequest, room_id: UUID) -> HttpResponseBase:
    """Choose what to take; the copy itself as a file, or as a page to print."""
    actor = scope.current()
    here = selectors.entry(actor, room_id)
    head = selectors.head(here.room)
    form = CopyForm(request.POST or None, initial={"first": 1, "last": head})
    may = policies.may_copy(actor, here.access, here.room)
    if request.method == "POST" and form.is_valid():
        copy = attempt(
            form,
            lambda: services.export_room(room_id, actor=actor, at=clock.now(), **form.cleaned_data),
        )
        if copy:
            if form.cleaned_data["format_name"] == "room-page":
                return render(request, "chat/printed.html", copy)
            return _file(copy["manifest"]["first"], copy["manifest"]["last"], copy)
    context = {
        "nav": "rooms",
        "room": here.room,
        "back": url_of(here.room),
        "title": selectors.titles(actor, [here.room])[here.room.pk],
        "form": form,
        "may": may,
    }
    return render(request, "chat/export.html", context, status=400 if form.errors else 200)


def _file(first: int, last: int, copy: dict[str, object]) -> HttpResponse:
    data = json.dumps(copy, ensure_ascii=False, indent=1)
    answer = HttpResponse(data, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="room-{first}-{last}.json"'
    return answer


@require_http_methods(["GET", "POST"])
@signed_in
def retention(request: HttpRequest) -> HttpResponseBase:
    """The member's rule, and the hold of law."""
    actor, at = scope.current(), clock.now()
    rule = selectors.retention(actor)
    verb = request.POST.get("verb")
    days = RetentionForm(request.POST if verb == "rule" else None, initial={"days": rule.days})
    hold = HoldForm(request.POST if verb == "hold" else None)
    acts: dict[str, Callable[[], object]] = {
        "rule": lambda: services.set_retention(days=days.cleaned_data["days"], actor=actor, at=at),
        "hold": lambda: services.place_hold(reason=hold.cleaned_data["reason"], actor=actor, at=at),
        "translate": lambda: services.allow_translation(
            allows=request.POST.get("allows") == "yes", actor=actor, at=at
        ),
        "lift": lambda: services.lift_hold(actor=actor, at=at),
    }
    # Two of them are buttons alone: what is refused then stands beside no field.
    form = {"rule": days, "hold": hold}.get(verb or "", forms.Form(request.POST))
    if verb in acts and form.is_valid():
        attempt(form, acts[verb])
        if not form.errors:
            told.success(request, _("Saved."))
            return redirect("chat:retention")
    context = {
        "nav": "rooms",
        "rule": rule,
        "days": days,
        "hold": hold,
        "refused": None if form in (days, hold) else form.non_field_errors(),
        "may": policies.may_retain(actor),
        "allows": selectors.allows_translation(actor),
    }
    status = 400 if form.errors else 200
    return render(request, "chat/retention.html", context, status=status)
