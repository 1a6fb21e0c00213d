"""The circles page: who is allied with my member, and how to become it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core import clock, scope
from apps.core.web.forms import attempt
from apps.members.web.access import signed_in
from apps.sharing import policies, selectors, services
from apps.sharing.web import forms


def _page(request: HttpRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    actor = scope.current()
    seats = selectors.seats_by_circle(actor)
    names = selectors.seated_names(seats)
    context = {
        "nav": "people",
        "circles": [
            {
                "circle": circle,
                "is_keeper": circle.member_id == actor.member_id,
                "seats": [
                    (seat, names.get(seat.seated_member_id, ""))
                    for seat in seats.get(circle.pk, [])
                ],
            }
            for circle in selectors.circles(actor).order_by("created_at", "id")
        ],
        "allies": len(selectors.fellow_ids(actor)),
        "may_form": policies.may_found_circle(actor),
        "found_form": forms.FoundForm(),
        "code_form": forms.CodeForm(),
        **extra,
    }
    return render(request, "sharing/circles.html", context, status=status)


@require_safe
@signed_in
def circles(request: HttpRequest) -> HttpResponse:
    """My member's circles and who sits there."""
    return _page(request)


@require_POST
@signed_in
def found(request: HttpRequest) -> HttpResponse:
    form = forms.FoundForm(request.POST)
    if form.is_valid():
        actor, at, name = scope.current(), clock.now(), form.cleaned_data["name"]
        if attempt(form, lambda: services.found_circle(name, actor=actor, at=at)):
            messages.success(request, _("The circle is founded. Invite its first ally."))
            return redirect("sharing:circles")
    return _page(request, status=400, found_form=form)


@require_POST
@signed_in
def invite(request: HttpRequest, circle_id: UUID) -> HttpResponse:
    """The code is in this one answer and kept nowhere, not even in the session."""
    code = services.invite_to_circle(circle_id, actor=scope.current(), at=clock.now())
    return _page(request, code=code)


@require_POST
@signed_in
def join(request: HttpRequest) -> HttpResponse:
    """First the circle that the code opens, then, confirmed, the seat in it."""
    form = forms.CodeForm(request.POST)
    if form.is_valid():
        actor, at, code = scope.current(), clock.now(), form.cleaned_data["code"]
        if "confirm" not in request.POST:
            peeked = attempt(form, lambda: services.peek_circle(code, actor=actor, at=at))
            if peeked:
                keeper = selectors.member_names([peeked.member_id]).get(peeked.member_id, "")
                shown = {"name": peeked.name, "keeper": keeper}
                return _page(request, peeked=shown, code_form=form)
        else:
            joined = attempt(form, lambda: services.join_by_code(code, actor=actor, at=at))
            if joined:
                message = _("Your member now sits in %(circle)s.") % {"circle": joined.name}
                messages.success(request, message)
                return redirect("sharing:circles")
    return _page(request, status=400, code_form=form)


@require_POST
@signed_in
def leave(request: HttpRequest, circle_id: UUID, member_id: UUID) -> HttpResponse:
    actor = scope.current()
    circle = selectors.circle(actor, circle_id)
    services.leave_circle(circle, member_id, actor=actor, at=clock.now())
    messages.success(request, _("The seat is given up."))
    return redirect("sharing:circles")
