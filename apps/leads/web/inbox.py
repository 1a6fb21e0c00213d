"""The inbox: a list with the chosen lead beside it, and what is decided there.

Every decision is a form that works by itself; with htmx the list answers in place, with the next
lead open.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import clock, scope, together, walltime
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.core.models import Level
from apps.core.web import wording
from apps.leads import policies, selectors, services
from apps.leads.models import Lead, Severity
from apps.leads.triaging import query, searches
from apps.leads.web.showing import lead_context, zone_of
from apps.members import selectors as members
from apps.members.models import Member
from apps.members.web.access import signed_in

SNOOZES = (1, 3, 7)
WAKES_AT = 9
# Of which the panel shows the newest that were not judged different; the lead's page has more.
MOST_LINKS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Which list the reader looks at, and how far down."""

    tab: str = "decide"
    sort: str = "newest"
    text: str = ""
    cursor: str = ""

    @property
    def link(self) -> str:
        """The place as the end of an address."""
        return urlencode(
            {"tab": self.tab, "sort": self.sort, "q": self.text, "cursor": self.cursor}
        )


def place_of(request: HttpRequest) -> Place:
    asked = request.POST if request.method == "POST" else request.GET
    tab = asked.get("tab", "decide") or "decide"
    sort = asked.get("sort", "priority" if tab == "decide" else "newest")
    return Place(
        tab if tab in selectors.TABS else "decide",
        sort if sort in selectors.SORTS else "newest",
        " ".join(asked.get("q", "").split())[: query.LONGEST],
        asked.get("cursor", ""),
    )


@require_GET
@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """The leads of one view; the chosen one is fetched beside them."""
    template = "leads/_inbox.html" if request.headers.get("HX-Request") else "leads/inbox.html"
    return render(request, template, inbox_context(request, request.GET.get("selected", "")))


def inbox_context(request: HttpRequest, selected: str = "") -> dict[str, Any]:
    """What the list shows where the reader stands."""
    at, actor, place = clock.now(), scope.current(), place_of(request)
    wanted = _wanted(request, place)
    has_named = selectors.has_named(actor, at=at)
    page = selectors.page(
        actor, wanted, cursor=place.cursor, links=False, has_named=has_named, at=at
    )
    beside = _beside(actor, page, at=at)
    counts = selectors.counts_of(beside)
    counts["allies"] += selectors.named_alone(actor, has_any=has_named, at=at)
    chosen = next((v for v in page.leads if str(v.id) == selected), None)
    chosen = chosen or next(iter(page.leads), None)
    return {
        "nav": "leads",
        "tab": place.tab,
        "place": place,
        "in_inbox": True,
        # What stands outside the list and counts it is sent along when the list alone is.
        "is_fragment": bool(request.headers.get("HX-Request")),
        "is_by_priority": wanted.is_by_priority,
        "is_picking": "pick" in request.GET,
        "problems": query.parse(place.text, at=at).problems,
        "page": page,
        "chosen": chosen,
        "counts": counts,
        "most": selectors.COUNTED,
        "links": {UUID(found["lead_id"]): found["n"] for found in beside["links"]},
        "searches": beside["searches"],
        "colleagues": beside["colleagues"],
        "severities": Severity.choices,
        "owners": {UUID(owner["id"]): owner for owner in beside["owners"]},
        "may_add": policies.may_add(actor),
    }


def _wanted(request: HttpRequest, place: Place) -> selectors.Wanted:
    severity = request.GET.get("severity", "")
    return selectors.Wanted(
        tab=place.tab,
        severity=severity if severity in Severity.values else "",
        text=place.text,
        sort=place.sort,
    )


def _beside(actor: Actor, page: selectors.Page, *, at: datetime) -> dict[str, list[dict[str, Any]]]:
    """Everything that the page shows beside the list, in one statement."""
    readable = [view.id for view in page.leads if view.level >= Level.CASE]
    allies = {view.member_id for view in page.leads} - {actor.member_id}
    owners = Member.objects.filter(pk__in=allies)
    return together.ask(
        {
            **selectors.count_questions(actor, at=at),
            **together.filled(_forms(), actor, at=at),
            "links": selectors.link_question(actor, readable),
            "owners": together.question(owners.values("id", "name")),
        }
    )


@cache
def _forms() -> dict[str, together.Question]:
    return {
        "searches": together.question(searches.searches(together.ANYBODY).values("id", "name")),
        "colleagues": together.question(
            members.people(together.ANYBODY).values("user_id", "user__name")
        ),
    }


@require_GET
@signed_in
def panel(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """One lead beside the list."""
    lead = selectors.find(scope.current(), lead_id)
    place = place_of(request)
    where = {"tab": place.tab, "place": place, "in_inbox": True}
    links = selectors.links_of(scope.current(), lead.pk, most=MOST_LINKS)
    return render(request, "leads/_panel.html", {**where, **lead_context(request, lead, links)})


Decide = Callable[[UUID, datetime], Lead]


def _decide(
    request: HttpRequest, lead_id: UUID, act: Decide, *, said: str = "", until: str = ""
) -> HttpResponse:
    """Decide, and show where the reader goes on; `said` is a sentence about the reference."""
    following = _following(request, lead_id)
    try:
        lead = act(lead_id, clock.now())
    except Invalid as refusal:
        return _refused(request, lead_id, refusal)
    answer = _decided(request, lead_id, following)
    if said:
        text = said % {"reference": lead.reference, "until": until}
        if not _is_in_inbox(request):
            messages.success(request, text)
        else:
            _offer_undo(answer, text, _undo_of(lead))
    return answer


def _undo_of(lead: Lead) -> str:
    """Where a press of Z goes; a withdrawal ends with a reason only."""
    if lead.is_put_away and lead.status != Lead.Status.WITHDRAWN:
        return reverse("leads:restore", args=[lead.pk])
    return reverse("leads:unsnooze", args=[lead.pk]) if lead.snoozed_until else ""


def _refused(request: HttpRequest, lead_id: UUID, refusal: DomainError) -> HttpResponse:
    """A form by itself comes back to its lead with the sentence; htmx shows the problem."""
    if _is_in_inbox(request):
        raise refusal
    for texts in refusal.fields.values():
        for text in texts:
            messages.error(request, str(text))
    return redirect("leads:detail", lead_id)


def _offer_undo(answer: HttpResponse, text: str, undo: str) -> None:
    told = {"text": text, "undo": undo, "refresh": "#lead-inbox"}
    answer["HX-Trigger"] = json.dumps({"al:toast": told})


def _following(request: HttpRequest, lead_id: UUID) -> str:
    """The lead after this one in the list that the reader looks at."""
    if not _is_in_inbox(request):
        return ""
    place = place_of(request)
    page = selectors.page(
        scope.current(), _wanted(request, place), cursor=place.cursor, links=False, at=clock.now()
    )
    leads = [view.id for view in page.leads]
    here = leads.index(lead_id) if lead_id in leads else -1
    rest = leads[here + 1 :] or leads[:here][-1:]
    return str(rest[0]) if rest else ""


def _is_in_inbox(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request")) and "tab" in request.POST


def _decided(request: HttpRequest, lead_id: UUID, following: str) -> HttpResponse:
    if _is_in_inbox(request):
        return render(request, "leads/_inbox.html", inbox_context(request, following))
    return redirect("leads:detail", lead_id)


@require_POST
@signed_in
def triage(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Give it a severity; in the inbox the next lead is open then."""
    severity, actor = request.POST.get("severity", ""), scope.current()
    return _decide(
        request,
        lead_id,
        lambda key, at: services.triage(key, severity=severity, actor=actor, at=at),
    )


@require_POST
@signed_in
def accept(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Take it on."""
    actor = scope.current()
    return _decide(
        request,
        lead_id,
        lambda key, at: services.accept(key, actor=actor, at=at),
        said=_("%(reference)s is yours."),
    )


@require_POST
@signed_in
def assign(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Give it to a colleague, or to nobody."""
    person_id, actor = _person(request), scope.current()
    return _decide(
        request,
        lead_id,
        lambda key, at: services.assign(key, person_id=person_id, actor=actor, at=at),
        said=_("%(reference)s was given to a colleague.")
        if person_id
        else _("%(reference)s is nobody's now."),
    )


def _person(request: HttpRequest) -> UUID | None:
    written = request.POST.get("person_id", "")
    try:
        return UUID(written) if written else None
    except ValueError:
        raise Invalid({"person_id": [_("Choose one of your colleagues.")]}) from None


@require_POST
@signed_in
def snooze(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Let it sleep until a morning of the reader's."""
    until, actor = morning(request), scope.current()
    return _decide(
        request,
        lead_id,
        lambda key, at: services.snooze(key, until=until, actor=actor, at=at),
        said=_("%(reference)s sleeps until %(until)s."),
        until=wording.wall(until, zone_of(request), now=clock.now()),
    )


def morning(request: HttpRequest) -> datetime:
    """Nine o'clock in the reader's zone, as many days on as the form says."""
    written = request.POST.get("days", "")
    days = int(written) if written.isdecimal() and len(written) < 3 else 1
    zone = zone_of(request)
    day = walltime.local(zone, clock.now()).replace(tzinfo=None) + timedelta(days=days)
    return walltime.shift_start(zone, day.replace(hour=WAKES_AT, minute=0, second=0, microsecond=0))


@require_POST
@signed_in
def unsnooze(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Wake it before its time."""
    services.unsnooze(lead_id, actor=scope.current(), at=clock.now())
    return _undone(request, lead_id)


@require_POST
@signed_in
def dismiss(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Put it away; a press of Z brings it back."""
    reason, actor = request.POST.get("reason", ""), scope.current()
    return _decide(
        request,
        lead_id,
        lambda key, at: services.dismiss(key, reason=reason, actor=actor, at=at),
        said=_("%(reference)s is dismissed."),
    )


@require_POST
@signed_in
def withdraw(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Take back what was reported, with a reason."""
    reason, actor = request.POST.get("reason", ""), scope.current()
    return _decide(
        request,
        lead_id,
        lambda key, at: services.withdraw(key, reason=reason, actor=actor, at=at),
        said=_("%(reference)s is withdrawn."),
    )


@require_POST
@signed_in
def restore(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Bring back what was put away."""
    reason = request.POST.get("reason", "")
    try:
        services.restore(lead_id, reason=reason, actor=scope.current(), at=clock.now())
    except Invalid as refusal:
        return _refused(request, lead_id, refusal)
    return _undone(request, lead_id)


def _undone(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect("leads:detail", lead_id)
