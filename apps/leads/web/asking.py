"""What members ask of each other, on pages: access, passing on, changes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.web.forms import attempt
from apps.leads import field_classes, policies, selectors
from apps.leads.correlating import showing
from apps.leads.models import Lead
from apps.leads.services import answering, asking, proposing, resharing
from apps.leads.web.share_forms import LEVELS, AskForm, ProposeForm, ReshareForm
from apps.members.models import Member
from apps.members.web.access import signed_in
from apps.sharing import policies as sharing_policies
from apps.sharing import selectors as grants
from apps.sharing import services as sharing
from apps.sharing.models import AccessQuestion, Proposal, ReshareRequest

SHOWN = 100


@require_GET
@signed_in
def requests(request: HttpRequest) -> HttpResponse:
    """What we ask, what is asked of us, and what is proposed to us and by us."""
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    actor = scope.current()
    asked = list(grants.questions(actor)[:SHOWN])
    reshares = list(grants.reshares(actor)[:SHOWN])
    proposals = list(grants.proposals(actor)[:SHOWN])
    ids = {one.requester_id for one in asked}
    ids |= {i for one in reshares for i in (one.member_id, one.owner_id, one.target_id)}
    ids |= {i for one in proposals for i in (one.member_id, one.owner_id)}
    sent = list(grants.requests(actor)[:SHOWN])
    own = {one.lead_id for one in asked} | {one.lead_id for one in sent}
    own |= {one.subject_id for one in reshares if one.owner_id == actor.member_id}
    own |= {one.subject_id for one in proposals if one.owner_id == actor.member_id}
    leads = Lead.objects.filter(member_id=actor.member_id).in_bulk(own)
    context = {
        "nav": "leads",
        "asked": asked,
        "sent": sent,
        "reshares": reshares,
        "proposals": [(one, _changes(one, leads.get(one.subject_id))) for one in proposals],
        "names": grants.member_names(ids),
        "leads": leads,
        "levels": LEVELS,
        "is_for_others": any(one.state == AccessQuestion.State.PENDING for one in asked)
        or any(_waits(one, actor) for one in reshares),
        "may_answer": sharing_policies.may_answer(actor),
        "may_work": sharing_policies.may_work(actor),
        **extra,
    }
    return render(request, "leads/requests.html", context, status=status)


def _waits(one: ReshareRequest, actor: Actor) -> bool:
    return one.owner_id == actor.member_id and one.state == ReshareRequest.State.OPEN


def _changes(proposal: Proposal, lead: Lead | None) -> list[tuple[Any, str, str]]:
    """What the proposal would change: the field, what an own lead says now, what it would say."""
    is_open = lead is not None and proposal.state == Proposal.State.OPEN
    return [
        (field_classes.LABELS.get(name, name), getattr(lead, name) if is_open else "", value)
        for name, value in proposal.changes.items()
    ]


@require_http_methods(["GET", "POST"])
@signed_in
def ask(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Ask whoever stands behind a signal."""
    actor = scope.current()
    signal = showing.find_signal(actor, signal_id)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = asking.Ask(**form.cleaned_data)
        if attempt(form, lambda: asking.ask_access(signal.pk, wanted, actor=actor, at=clock.now())):
            text = _("It is asked. You learn here if somebody grants it, or that nobody did.")
            messages.success(request, text)
            return redirect("leads:requests")
    context = {"nav": "leads", "form": form, "signal": signal, "may_ask": policies.may_add(actor)}
    return render(request, "leads/ask.html", context)


@require_POST
@signed_in
def withdraw(request: HttpRequest, request_id: UUID) -> HttpResponse:
    asking.withdraw_request(request_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("You ask no longer."))
    return redirect("leads:requests")


@require_POST
@signed_in
def recommend(request: HttpRequest, question_id: UUID) -> HttpResponse:
    text = request.POST.get("text", "")
    answering.recommend(question_id, text, actor=scope.current(), at=clock.now())
    messages.success(request, _("Your managers see what you recommend."))
    return redirect("leads:requests")


@require_POST
@signed_in
def grant(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Give access and get what is offered in return."""
    level = request.POST.get("level", "")
    terms = sharing.Terms(level=int(level) if level in {"1", "2", "3", "4"} else 0, purpose="")
    answering.grant_access(question_id, terms, actor=scope.current(), at=clock.now())
    messages.success(request, _("Access is given. What was offered in return is yours to read."))
    return redirect("leads:requests")


@require_POST
@signed_in
def decline(request: HttpRequest, question_id: UUID) -> HttpResponse:
    answering.decline(question_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("Nothing is given, and nobody learns that it was you."))
    return redirect("leads:requests")


_PROPOSAL = {
    "accept": proposing.accept_proposal,
    "reject": proposing.reject_proposal,
    "withdraw": proposing.withdraw_proposal,
}


@require_POST
@signed_in
def proposal(request: HttpRequest, proposal_id: UUID, verb: str) -> HttpResponse:
    """Answer or withdraw a proposal."""
    act = _PROPOSAL.get(verb)
    if act is None:
        raise NotFound
    done = act(proposal_id, actor=scope.current(), at=clock.now())
    messages.success(request, done.get_state_display())
    return redirect("leads:requests")


@require_POST
@signed_in
def reshare(request: HttpRequest, reshare_id: UUID, verb: str) -> HttpResponse:
    """Answer or withdraw a request to pass a lead on."""
    actor, at = scope.current(), clock.now()
    if verb == "approve":
        resharing.approve_reshare(reshare_id, actor=actor, at=at)
        messages.success(request, _("The lead is shared."))
    elif verb == "decline":
        resharing.decline_reshare(reshare_id, actor=actor, at=at)
    elif verb == "withdraw":
        resharing.withdraw_reshare(reshare_id, actor=actor, at=at)
    else:
        raise NotFound
    return redirect("leads:requests")


@require_http_methods(["GET", "POST"])
@signed_in
def propose(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Propose other facts for an ally's lead."""
    actor = scope.current()
    lead = selectors.find(actor, lead_id)
    if lead.member_id == actor.member_id:
        raise NotFound
    view = selectors.view(actor, lead)
    start = {name: getattr(view, name) for name in ("title", "description", "brand", "country")}
    form = ProposeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        changes, note = form.changes(), form.cleaned_data["note"]
        if attempt(
            form,
            lambda: proposing.propose(lead.pk, changes, note=note, actor=actor, at=clock.now()),
        ):
            messages.success(request, _("The owner sees what you propose."))
            return redirect("leads:requests")
    return render(request, "leads/propose.html", {"nav": "leads", "form": form, "lead": view})


@require_http_methods(["GET", "POST"])
@signed_in
def ask_reshare(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Ask the owner to share a lead with one of our allies."""
    actor = scope.current()
    lead = selectors.find(actor, lead_id)
    if lead.member_id == actor.member_id:
        raise NotFound
    form = ReshareForm(request.POST or None)
    others = grants.fellow_ids(actor) - {lead.member_id}
    allies = Member.objects.filter(pk__in=others).order_by("name")
    form.fields["target"].choices = [(str(one.pk), one.name) for one in allies]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            form,
            lambda: resharing.ask_reshare(
                lead.pk,
                UUID(data["target"]),
                level=data["level"],
                purpose=data["purpose"],
                actor=actor,
                at=clock.now(),
            ),
        ):
            messages.success(request, _("The owner is asked. Nothing is shared until it agrees."))
            return redirect("leads:requests")
    view = selectors.view(actor, lead)
    return render(request, "leads/pass_on.html", {"nav": "leads", "form": form, "lead": view})
