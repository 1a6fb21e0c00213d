"""Pins and legal locks, on the page of the facts."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.models import Level
from apps.core.web.forms import attempt
from apps.duty import selectors as duty
from apps.investigations import policies, selectors, services
from apps.investigations.models import Investigation
from apps.investigations.web.forms import FactsForm, LockForm, PinForm
from apps.investigations.web.views import zone_of
from apps.members.web.access import signed_in


def cards(request: HttpRequest, case: Investigation, actor: Actor, **typed: Any) -> dict[str, Any]:
    """The two forms with what is set now; `typed` replaces one by what was sent."""
    start = {"desk": case.keep_with, "reason": case.keep_reason, "until": case.keep_until}
    law = {"country": case.custody_country, "reason": case.custody_country_reason}
    pin = typed.get("pin") or PinForm(initial=start, auto_id="pin_%s")
    _offer_desks(pin, request, actor)
    return {
        "pin_form": pin,
        "lock_form": typed.get("lock") or LockForm(initial=law, auto_id="lock_%s"),
        "may_bind": policies.may_bind(actor, case),
        "pinned": duty.desks(actor).filter(pk=case.keep_with).first() if case.keep_with else None,
    }


def _offer_desks(form: PinForm, request: HttpRequest, actor: Actor) -> None:
    choices = [(str(desk.pk), desk.name) for desk in duty.desks(actor)]
    form.fields["desk"].choices = choices  # type: ignore[attr-defined]
    form.in_zone(zone_of(request))


@require_POST
@signed_in
def pin(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """Keep the case with one desk."""
    actor = scope.current()
    form = PinForm(request.POST, auto_id="pin_%s")
    _offer_desks(form, request, actor)
    act = partial(services.pin_case, investigation_id, actor=actor, at=clock.now())
    kept = attempt(form, lambda: act(**form.pin())) if form.is_valid() else None
    return _back(investigation_id) if kept else _again(request, investigation_id, pin=form)


@require_POST
@signed_in
def unpin(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    services.unpin_case(investigation_id, actor=scope.current(), at=clock.now())
    return _back(investigation_id)


@require_POST
@signed_in
def lock(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """Keep custody of the evidence in a country."""
    form = LockForm(request.POST, auto_id="lock_%s")
    act = partial(services.lock_custody, investigation_id, actor=scope.current(), at=clock.now())
    kept = attempt(form, lambda: act(**form.cleaned_data)) if form.is_valid() else None
    return _back(investigation_id) if kept else _again(request, investigation_id, lock=form)


@require_POST
@signed_in
def unlock(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    services.unlock_custody(investigation_id, actor=scope.current(), at=clock.now())
    return _back(investigation_id)


def _back(investigation_id: UUID) -> HttpResponse:
    return redirect("investigations:room", investigation_id)


def _again(request: HttpRequest, investigation_id: UUID, **typed: Any) -> HttpResponse:
    """The page of the facts with what was typed and why it was refused."""
    actor = scope.current()
    case = selectors.find(actor, investigation_id, min_level=Level.CASE)
    policies.may_change(actor, case).require()
    context = {
        "form": FactsForm(initial=selectors.project(case, Level.FULL)),
        "case": case,
        "nav": "investigations",
        **cards(request, case, actor, **typed),
    }
    return render(request, "investigations/facts.html", context, status=400)
