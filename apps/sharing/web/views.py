"""The circles page: who is allied with my member, and how to become it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core import clock, scope
from apps.core.errors import NotFound
from apps.core.web.forms import attempt
from apps.members.web.access import signed_in
from apps.sharing import policies, selectors, services
from apps.sharing.models import Candidacy, Circle
from apps.sharing.web import forms


def _page(request: HttpRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    actor = scope.current()
    seats = selectors.seats_by_circle(actor)
    waiting = list(selectors.candidacies(actor).filter(state=Candidacy.State.PENDING))
    closed = list(selectors.closed_circles(actor)[:20])
    ids = {row.candidate_id for row in waiting} | {row.owner_id for row in closed}
    names = {**selectors.seated_names(seats), **selectors.member_names(ids)}
    context = {
        "nav": "people",
        "circles": [
            {
                "circle": circle,
                "is_keeper": circle.member_id == actor.member_id,
                "rules": _rules(circle),
                "waiting": [
                    (row, names.get(row.candidate_id, ""), actor.member_id in row.sponsors)
                    for row in waiting
                    if row.circle_id == circle.pk
                ],
                "seats": [
                    (seat, names.get(seat.seated_member_id, ""))
                    for seat in seats.get(circle.pk, [])
                ],
            }
            for circle in selectors.circles(actor).order_by("created_at", "id")
        ],
        "standing": [row for row in waiting if row.candidate_id == actor.member_id],
        "closed": [(row, names.get(row.owner_id, "")) for row in closed],
        "allies": len(selectors.fellow_ids(actor)),
        "may_form": policies.may_found_circle(actor),
        "found_form": forms.FoundForm(),
        "code_form": forms.CodeForm(),
        **extra,
    }
    return render(request, "sharing/circles.html", context, status=status)


def _rules(circle: Circle) -> forms.RulesForm:
    start = {"sponsors_needed": circle.sponsors_needed, "lists_members": circle.lists_members}
    return forms.RulesForm(initial=start, auto_id=f"{circle.pk}_%s")


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
                seated = selectors.circles(actor).filter(pk=joined.pk).exists()
                message = (
                    _("Your member now sits in %(circle)s.")
                    if seated
                    else _("Your member stands for %(circle)s. Its keeper decides.")
                ) % {"circle": joined.name}
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


@require_POST
@signed_in
def rules(request: HttpRequest, circle_id: UUID) -> HttpResponse:
    """How a circle takes newcomers, and whether members are listed."""
    actor = scope.current()
    circle = selectors.circle(actor, circle_id)
    form = forms.RulesForm(request.POST)
    if not form.is_valid():
        return _page(request, status=400, refused=form)
    services.change_circle(circle.pk, **form.cleaned_data, actor=actor, at=clock.now())
    messages.success(request, _("The rules of the circle are changed."))
    return redirect("sharing:circles")


@require_POST
@signed_in
def recommend(request: HttpRequest, circle_id: UUID) -> HttpResponse:
    """A code with which a member may ask for a seat."""
    code = services.recommend_to_circle(circle_id, actor=scope.current(), at=clock.now())
    return _page(request, code=code, is_recommended=True)


@require_POST
@signed_in
def seat(request: HttpRequest, circle_id: UUID, member_id: UUID, verb: str) -> HttpResponse:
    """Suspend or restore a seat, or let it read what came before."""
    actor, at = scope.current(), clock.now()
    if verb == "suspend":
        reason = request.POST.get("reason", "")
        services.suspend_seat(circle_id, member_id, reason=reason, actor=actor, at=at)
        messages.success(request, _("The seat is suspended: nothing is read or given through it."))
    elif verb == "restore":
        services.restore_seat(circle_id, member_id, actor=actor, at=at)
        messages.success(request, _("The seat is restored, with all that it gave and got."))
    elif verb == "backfill":
        services.let_backfill(circle_id, member_id, actor=actor, at=at)
        messages.success(request, _("This member now reads what was shared before it joined."))
    else:
        raise NotFound
    return redirect("sharing:circles")


@require_POST
@signed_in
def candidacy(request: HttpRequest, candidacy_id: UUID, verb: str) -> HttpResponse:
    """Vouch for a candidate, admit or refuse it, or withdraw."""
    actor, at = scope.current(), clock.now()
    if verb == "admit":
        may_backfill = "backfill" in request.POST
        services.admit(candidacy_id, may_backfill=may_backfill, actor=actor, at=at)
        messages.success(request, _("The member sits in your circle."))
        return redirect("sharing:circles")
    acts = {
        "vouch": (services.vouch, _("Your member vouches for it. The keeper decides.")),
        "refuse": (services.refuse, _("The member is not admitted, and is told so.")),
        "withdraw": (services.withdraw, _("Your member no longer stands for a seat.")),
    }
    if verb not in acts:
        raise NotFound
    act, said = acts[verb]
    act(candidacy_id, actor=actor, at=at)
    messages.success(request, said)
    return redirect("sharing:circles")
