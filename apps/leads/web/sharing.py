"""Sharing on pages: who reads a lead, what they will read, and what others share with us."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.web.forms import attempt
from apps.leads import field_classes, policies, selectors, services
from apps.leads.models import Lead
from apps.leads.sharing_preview import Preview, preview
from apps.leads.web.share_forms import BulkShareForm, ShareForm, TermsForm
from apps.members import selectors as members
from apps.members.web.access import signed_in
from apps.sharing import policies as sharing_policies
from apps.sharing import selectors as grants
from apps.sharing import services as sharing
from apps.sharing.models import Grant

SHOWN = 100
# What a run keeps of a refusal is its code; these are the words of the policies.
WHY = {
    "grant.tlp_red": _lazy("TLP:RED stays with the people named: lower it first."),
    "grant.tlp_circle": _lazy(
        "Only TLP:GREEN and TLP:CLEAR go to a circle: name the members, or lower it first."
    ),
    "grant.level_too_high": _lazy("Sharing at this level needs a manager or an admin."),
    "grant.not_allied": _lazy(
        "You can share with your circles, their members and their people only."
    ),
    "grant.observer": _lazy("An observer reads and gives no access."),
}


@require_http_methods(["GET", "POST"])
@signed_in
def share(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Who reads an own lead; the form shows what an audience will read before it is shared."""
    actor = scope.current()
    lead = selectors.find_own(actor, lead_id)
    form = ShareForm(request.POST or None)
    form.offer(actor)
    form.in_zone(zone_of(request))
    previews: list[Preview] | None = None
    if request.method == "POST" and form.is_valid():
        if "confirm" in request.POST:
            given = attempt(form, lambda: _give(lead, form, actor))
            if given:
                messages.success(request, _said(len(given)))
                return redirect("leads:share", lead.pk)
        else:
            previews = attempt(form, lambda: _previews(actor, lead, form))
    context = {
        **_who_reads(actor, lead),
        "form": form,
        "previews": previews,
        "is_refused": any(not one.decision for one in previews or ()),
    }
    return render(request, "leads/share.html", context)


def zone_of(request: HttpRequest) -> str:
    """The reader's own time zone."""
    return str(getattr(request.user, "time_zone", "UTC"))


def _said(count: int) -> str:
    return ngettext(
        "The lead is shared with %(count)s ally.",
        "The lead is shared with %(count)s allies.",
        count,
    ) % {"count": count}


def _give(lead: Lead, form: ShareForm, actor: Actor) -> list[Grant]:
    return services.share_lead(lead.pk, form.shares(), actor=actor, at=clock.now())


def _previews(actor: Actor, lead: Lead, form: ShareForm) -> list[Preview]:
    return [
        preview(actor, lead, sharing.known(one.to, actor), level=one.terms.level)
        for one in form.shares()
    ]


def _who_reads(actor: Actor, lead: Lead) -> dict[str, Any]:
    given = list(grants.grants_on(actor, "lead", lead.pk)[:SHOWN])
    readings = list(grants.readings(actor, "lead", lead.pk)[:SHOWN])
    copies = list(grants.exports(actor, "lead", lead.pk)[:SHOWN])
    ids = {one.grantee_member_id or one.grantee_id for one in given}
    ids |= {one.reader_id for one in readings} | {one.exporter_id for one in copies}
    people = {one.user_id for one in readings if one.user_id}
    people |= {one.user_id for one in copies if one.user_id}
    return {
        "nav": "leads",
        "lead": lead,
        "given": [one for one in given if one.via_id is None],
        "names": {**grants.member_names(ids), **grants.circle_names(actor)},
        "people": members.person_cards(people),
        "readings": readings,
        "copies": copies,
        "fields": field_classes.LABELS,
        "may_share": sharing_policies.may_work(actor),
    }


@require_http_methods(["GET", "POST"])
@signed_in
def change_terms(request: HttpRequest, lead_id: UUID, grant_id: UUID) -> HttpResponse:
    """Other terms for a grant: a successor."""
    actor = scope.current()
    lead = selectors.find_own(actor, lead_id)
    given = grants.grant_of(actor, "lead", lead.pk, grant_id)
    start = {
        name: getattr(given, name)
        for name in ("level", "purpose", "capabilities", "not_before", "expires_at")
    }
    form = TermsForm(request.POST or None, initial=start)
    form.in_zone(zone_of(request))
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: services.change_share(
                lead.pk, given.pk, form.terms(), actor=actor, at=clock.now()
            ),
        )
        if made:
            messages.success(request, _("The terms are changed. They count from now on."))
            return redirect("leads:share", lead.pk)
    context = {"nav": "leads", "lead": lead, "given": given, "form": form}
    return render(request, "leads/share_terms.html", context)


@require_POST
@signed_in
def revoke(request: HttpRequest, lead_id: UUID, grant_id: UUID) -> HttpResponse:
    """End an ally's access at once; an ally that renounces its own is led to what is shared."""
    actor = scope.current()
    lead = selectors.find(actor, lead_id)
    reason = request.POST.get("reason", "")
    services.revoke_share(lead.pk, grant_id, reason=reason, actor=actor, at=clock.now())
    messages.success(request, _("The access has ended."))
    if lead.member_id == actor.member_id:
        return redirect("leads:share", lead.pk)
    return redirect("leads:shared")


@require_GET
@signed_in
def shared(request: HttpRequest) -> HttpResponse:
    """What allies share with us, what has ended, and what we are to delete."""
    actor = scope.current()
    received = [*selectors.named_to(actor), *grants.received(actor, "lead")[:SHOWN]]
    deletions = list(grants.deletions(actor)[:SHOWN])
    taken = list(grants.copies_taken(actor, "lead")[:SHOWN])
    ids = {one.member_id for one in received} | {one.member_id for one in taken}
    ids |= {i for one in deletions for i in (one.member_id, one.owner_id)}
    still = [one for one in received if one.is_open]
    context = {
        "nav": "leads",
        "open": still,
        "leads": selectors.cards(actor, [one.subject_id for one in still]),
        "ended": [one for one in received if not one.is_open],
        "owed": [one for one in deletions if one.member_id == actor.member_id],
        "taken": taken,
        "people": members.person_cards({one.user_id for one in taken if one.user_id}),
        "awaited": [one for one in deletions if one.owner_id == actor.member_id],
        "names": grants.member_names(ids),
        "may_work": sharing_policies.may_work(actor),
    }
    return render(request, "leads/shared.html", context)


@require_POST
@signed_in
def acknowledge(request: HttpRequest, deletion_id: UUID) -> HttpResponse:
    """Say that the copies are deleted."""
    sharing.acknowledge_deletion(deletion_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("The owner is told that your copies are deleted."))
    return redirect("leads:shared")


def tombstone(request: HttpRequest, actor: Actor, lead_id: UUID) -> HttpResponse:
    """What remains of a lead whose access has ended. Raises NotFound for anything else."""
    found = selectors.tombstone(actor, lead_id)
    owner = grants.member_names([found.owner_id]).get(found.owner_id, "")
    mine = grants.own_work(actor, "lead", lead_id)
    context = {"nav": "leads", "tombstone": found, "owner": owner, **mine}
    return render(request, "leads/tombstone.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def bulk(request: HttpRequest) -> HttpResponse:
    """Share many leads at once: first what would be read, then the run; and the earlier ones."""
    actor = scope.current()
    form = BulkShareForm(request.POST or None)
    form.offer(actor)
    form.in_zone(zone_of(request))
    previews: list[services.RunPreview] = []
    if request.method == "POST" and form.is_valid():
        chosen, shares = form.chosen(), form.shares()
        if "confirm" in request.POST:
            run = attempt(
                form,
                lambda: services.start_share_run(chosen, shares, actor=actor, at=clock.now()),
            )
            if run:
                return redirect("leads:share_run", run.pk)
        else:
            found = attempt(form, lambda: services.preview_run(chosen, shares, actor=actor))
            previews = found or []
    context = {
        "nav": "leads",
        "form": form,
        "previews": previews,
        "fields": field_classes.LABELS,
        "runs": grants.share_runs(actor)[:20],
        "may_share": policies.may_add(actor),
    }
    return render(request, "leads/share_many.html", context)


@require_GET
@signed_in
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far a run is, and what became of each lead."""
    actor = scope.current()
    found = grants.share_run(actor, run_id)
    items = list(found.items.order_by("position")[:SHOWN])
    leads = Lead.objects.in_bulk([item.subject_id for item in items])
    context = {
        "nav": "leads",
        "run": found,
        "items": [
            (item, leads.get(item.subject_id), WHY.get(item.code, item.code)) for item in items
        ],
    }
    return render(request, "leads/share_run.html", context)


@require_POST
@signed_in
def cancel_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Stop a run."""
    services.cancel_share_run(run_id, actor=scope.current(), at=clock.now())
    return redirect("leads:share_run", run_id)
