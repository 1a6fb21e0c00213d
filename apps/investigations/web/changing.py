"""The pages on which the owner opens, changes, closes and shares a case."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.models import Level
from apps.core.web.forms import attempt
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.investigations import policies, selectors, services, showing
from apps.investigations.models import Investigation
from apps.investigations.services.facts import FACTS
from apps.investigations.web import binding
from apps.investigations.web.forms import (
    CloseForm,
    FactsForm,
    OpenForm,
    ReopenForm,
    ShareForm,
    StatusForm,
)
from apps.investigations.web.views import zone_of
from apps.members.models import Member
from apps.members.web.access import signed_in
from apps.sharing import selectors as sharing
from apps.sharing.models import Grant

COPIES_SHOWN = 50


def _desks(actor: Actor) -> QuerySet[Desk]:
    return duty.own_desks(actor).filter(is_active=True)


def _offer_desks(form: BaseForm, actor: Actor) -> None:
    choices = [(str(desk.pk), desk.name) for desk in _desks(actor)]
    form.fields["desk"].choices = choices  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@signed_in
def create(request: HttpRequest) -> HttpResponse:
    """Open a case, from leads or from nothing."""
    actor = scope.current()
    lead_ids = services.find_leads(_uuids(request), actor=actor)
    form = OpenForm(
        request.POST or None,
        initial={"language": "en", "tlp": "amber", "pap": "green", "version": 0},
    )
    _offer_desks(form, actor)
    if request.method == "POST" and form.is_valid():
        opened = attempt(form, lambda: _open(form, lead_ids, actor))
        if opened:
            return redirect("investigations:room", opened.pk)
    context = {"form": form, "lead_ids": lead_ids, "nav": "investigations"}
    return render(request, "investigations/create.html", context)


def _open(form: OpenForm, lead_ids: list[UUID], actor: Actor) -> Investigation:
    desk = duty.desk(actor, UUID(form.cleaned_data["desk"]))
    opening = services.Opening(**form.changes(), lead_ids=lead_ids)
    return services.open_case(opening, desk=desk, actor=actor, at=clock.now())


def _uuids(request: HttpRequest) -> list[UUID]:
    """The leads named in the address or the form. Raises NotFound for what is no id."""
    try:
        return [UUID(text) for text in (request.POST or request.GET).getlist("lead")]
    except ValueError:
        raise NotFound from None


@require_http_methods(["GET", "POST"])
@signed_in
def facts(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """Change the facts; a form that has gone stale keeps its text and shows what is there now."""
    actor = scope.current()
    case = selectors.find(actor, investigation_id, min_level=Level.CASE)
    policies.may_change(actor, case).require()
    form = FactsForm(request.POST or None, initial=selectors.project(case, Level.FULL))
    if request.method == "POST" and form.is_valid():
        changed = attempt(form, lambda: _change(case, form, actor))
        if changed:
            return redirect("investigations:room", case.pk)
    differing = _differing(case, form) if request.method == "POST" else {}
    if differing:
        # The page shows what is there now: sending again is a decision, not an accident.
        form.data = {**request.POST.dict(), "version": case.version}
    context = {"form": form, "case": case, "differing": differing, "nav": "investigations"}
    context |= binding.cards(request, case, actor)
    return render(request, "investigations/facts.html", context)


def _change(case: Investigation, form: FactsForm, actor: Actor) -> Investigation:
    return services.change_facts(
        case.pk,
        form.changes(),
        version=form.cleaned_data["version"],
        actor=actor,
        at=clock.now(),
    )


def _differing(case: Investigation, form: FactsForm) -> dict[str, str]:
    """What the case says now where the form says something else."""
    if str(case.version) == form.data.get("version"):
        return {}
    return {
        str(form.fields[name].label): getattr(case, name)
        for name in FACTS
        if getattr(case, name) != form.data.get(name)
    }


@require_http_methods(["GET", "POST"])
@signed_in
def state(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """Set the status, close with an outcome, or open again."""
    actor = scope.current()
    case = selectors.find(actor, investigation_id, min_level=Level.CASE)
    decision = (policies.may_change if case.is_open else policies.may_reopen)(actor, case)
    verb = request.POST.get("verb", "")
    forms = _state_forms(request, case, verb, actor)
    form = forms.get(verb)
    if form is not None and form.is_valid():
        changed = attempt(form, lambda: _set_state(verb, form.cleaned_data, case, actor))
        if changed:
            return redirect("investigations:room", case.pk)
    context = {"case": case, "forms": forms, "decision": decision, "nav": "investigations"}
    return render(request, "investigations/state.html", context)


def _state_forms(
    request: HttpRequest, case: Investigation, verb: str, actor: Actor
) -> dict[str, BaseForm]:
    kinds: dict[str, Any] = (
        {"status": StatusForm, "close": CloseForm} if case.is_open else {"reopen": ReopenForm}
    )
    forms = {
        name: kind(request.POST if name == verb else None, auto_id=f"{name}_%s")
        for name, kind in kinds.items()
    }
    if "reopen" in forms:
        _offer_desks(forms["reopen"], actor)
    return forms


def _set_state(verb: str, data: dict[str, Any], case: Investigation, actor: Actor) -> Investigation:
    at = clock.now()
    if verb == "status":
        return services.set_status(case.pk, **data, actor=actor, at=at)
    if verb == "close":
        return services.close_investigation(case.pk, **data, actor=actor, at=at)
    desk = duty.desk(actor, UUID(data["desk"]))
    return services.reopen_investigation(
        case.pk, desk=desk, reason=data["reason"], actor=actor, at=at
    )


@require_http_methods(["GET", "POST"])
@signed_in
def share(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """Who sees the case, the form that adds an ally, and what that ally will see."""
    actor = scope.current()
    case = selectors.find(actor, investigation_id)
    form = ShareForm(request.POST or None)
    allies = Member.objects.filter(pk__in=sharing.fellow_ids(actor)).order_by("name")
    form.fields["grantee"].choices = [(str(ally.pk), ally.name) for ally in allies]  # type: ignore[attr-defined]
    if request.method == "POST":
        form.in_zone(zone_of(request))
        given = attempt(form, lambda: _give(case, form, actor)) if form.is_valid() else None
        if given:
            return redirect("investigations:share", case.pk)
    grants = list(sharing.grants_on(actor, "investigation", case.pk))
    copies = list(sharing.exports(actor, "investigation", case.pk)[:COPIES_SHOWN])
    context = {
        "case": case,
        "form": form,
        "shares": showing.share_rows(actor, grants),
        "copies": showing.copy_rows(copies),
        "may_share": policies.may_share(actor, case),
        "preview": selectors.project(case, Level.CASE) if case.member_id == actor.member_id else {},
        "is_owner": case.member_id == actor.member_id,
        "nav": "investigations",
    }
    return render(request, "investigations/share.html", context)


def _give(case: Investigation, form: ShareForm, actor: Actor) -> Grant:
    return services.share_investigation(case.pk, form.share(), actor=actor, at=clock.now())


@require_GET
@signed_in
def preview(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """What an ally would see at a level."""
    actor = scope.current()
    case = selectors.find(actor, investigation_id)
    level = request.GET.get("level", "")
    if case.member_id != actor.member_id or level not in {str(value) for value in Level.values}:
        raise NotFound
    context = {"case": case, "preview": selectors.project(case, int(level))}
    return render(request, "investigations/parts/preview.html", context)


@require_POST
@signed_in
def revoke(request: HttpRequest, investigation_id: UUID, grant_id: UUID) -> HttpResponse:
    """End an ally's access; an ally that renounces its own is led back to the list."""
    actor = scope.current()
    reason = request.POST.get("reason", "")
    services.revoke_share(investigation_id, grant_id, reason=reason, actor=actor, at=clock.now())
    if not selectors.visible(actor).filter(pk=investigation_id).exists():
        return redirect("investigations:list")
    return redirect("investigations:share", investigation_id)
