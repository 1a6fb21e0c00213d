"""Signals on pages: the inbox, what a lead may tell, judgements, own values, sightings."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import clock, scope
from apps.core.web.forms import attempt
from apps.leads import policies, selectors, services
from apps.leads.correlating import showing
from apps.leads.correlating.models import Discoverability, PairJudgement
from apps.leads.web.forms import OwnSelectorForm, SightingForm
from apps.members.web.access import signed_in

PAGE = 100
STANDARD_MEMBERS = 5


@require_GET
@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """What other members know too: a kind, two bands and a day; nothing else is known here."""
    return _page(request)


def _page(
    request: HttpRequest, *, form: OwnSelectorForm | None = None, status: int = 200
) -> HttpResponse:
    actor = scope.current()
    found = showing.views(actor, showing.signals(actor)[:PAGE])
    context = {
        "nav": "leads",
        "active": [view for view in found if view.is_active and not view.is_muted],
        "past": [view for view in found if not view.is_active or view.is_muted],
        "verdicts": PairJudgement.Verdict.choices,
        "policy": showing.policy(actor),
        "choices": Discoverability.choices,
        "is_frozen": showing.is_frozen(actor),
        "own_selectors": showing.own_selectors(actor),
        "tries_today": showing.tries_on(actor, clock.now()),
        "quota": settings.SIGNAL_DAILY_QUOTA,
        "least_members": settings.SIGNAL_LEAST_MEMBERS,
        "is_lowered": settings.SIGNAL_LEAST_MEMBERS < STANDARD_MEMBERS,
        "may_judge": policies.may_add(actor),
        "may_set_policy": policies.may_set_signal_policy(actor),
        "may_keep_own": policies.may_keep_own_selectors(actor),
        "own_form": form or OwnSelectorForm(),
    }
    return render(request, "leads/signals.html", context, status=status)


@require_POST
@signed_in
def judge(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    verdict = request.POST.get("verdict", "")
    services.judge_signal(signal_id, verdict, actor=scope.current(), at=clock.now())
    messages.success(request, _("Your judgement is kept. Nobody else is told of it."))
    return redirect("leads:signals")


@require_POST
@signed_in
def withdraw(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Hide the own lead: both sides lose the signal."""
    services.withdraw_signal(signal_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("Your lead is hidden: it gives and gets no signals."))
    return redirect("leads:signals")


@require_POST
@signed_in
def policy(request: HttpRequest) -> HttpResponse:
    most = request.POST.get("most", "")
    services.set_signal_policy(most, actor=scope.current(), at=clock.now())
    messages.success(request, _("The limit of your member is kept; all its leads follow."))
    return redirect("leads:signals")


@require_POST
@signed_in
def add_own(request: HttpRequest) -> HttpResponse:
    """A value of one's own; one that cannot be read is shown again with the reason."""
    form = OwnSelectorForm(request.POST)
    actor, at = scope.current(), clock.now()
    if form.is_valid():
        told = form.cleaned_data
        added = attempt(
            form,
            lambda: services.add_own_selector(
                told["kind"], told["value"], note=told["note"], actor=actor, at=at
            ),
        )
        if added:
            messages.success(request, _("The value is your own: it links no leads of yours."))
            return redirect("leads:signals")
    return _page(request, form=form, status=400)


@require_POST
@signed_in
def remove_own(request: HttpRequest, own_selector_id: UUID) -> HttpResponse:
    services.remove_own_selector(own_selector_id, actor=scope.current())
    messages.success(request, _("The value links leads again."))
    return redirect("leads:signals")


@require_POST
@signed_in
def discoverability(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """What others may learn of an own lead."""
    wanted = request.POST.get("discoverability", "")
    services.set_discoverability(lead_id, wanted, actor=scope.current(), at=clock.now())
    messages.success(request, _("What others may learn of this lead is kept."))
    return redirect("leads:detail", lead_id)


@require_POST
@signed_in
def judge_link(request: HttpRequest, lead_id: UUID, other_id: UUID) -> HttpResponse:
    """Two leads that one may see: the same seller, another one, or not yet to be told."""
    verdict = request.POST.get("verdict", "")
    services.judge_pair(lead_id, other_id, verdict, actor=scope.current(), at=clock.now())
    messages.success(request, _("Your judgement is kept. Nobody else is told of it."))
    back = "leads:similar" if request.POST.get("back") == "similar" else "leads:detail"
    return redirect(back, lead_id)


@require_POST
@signed_in
def sight(request: HttpRequest, lead_id: UUID, selector_id: UUID) -> HttpResponse:
    """A selector was seen in use, or misleads."""
    actor = scope.current()
    lead = selectors.find(actor, lead_id)
    form = SightingForm(request.POST)
    if form.is_valid():
        seen = services.Observation(**form.cleaned_data)
        kept = attempt(
            form,
            lambda: services.observe(lead_id, selector_id, seen, actor=actor, at=clock.now()),
        )
        if kept:
            messages.success(request, _("Kept. Beside you, only the lead's owner reads it."))
            return redirect("leads:detail", lead.pk)
    for error in form.errors.values():
        messages.error(request, " ".join(map(str, error)))
    return redirect("leads:detail", lead.pk)


def of_lead(lead_id: UUID, *, is_owner: bool) -> dict[str, Any]:
    """What the page of a lead shows of signals, judgements and sightings."""
    actor = scope.current()
    lead = selectors.find(actor, lead_id)
    capabilities = showing.capabilities(actor, lead_id)
    return {
        "signals": showing.views(actor, showing.signals_of_lead(actor, lead_id))
        if is_owner
        else [],
        "discoverability": lead.discoverability if is_owner else "",
        "choices": [
            (value, label, policies.may_set_discoverability(actor, lead, value))
            for value, label in Discoverability.choices
        ],
        "verdicts": PairJudgement.Verdict.choices,
        "may_judge": policies.may_add(actor),
        "may_sight": policies.may_sight(actor, lead, capabilities),
        "observed": showing.observed(actor, lead_id),
    }
