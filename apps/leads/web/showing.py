"""What the panel and the page of one lead show."""

from typing import Any

from django.http import HttpRequest

from apps.core import scope
from apps.leads import policies, selectors
from apps.leads.models import Lead, Severity
from apps.leads.projecting import LeadView
from apps.leads.triaging import places, priority, timeline, wording
from apps.leads.triaging.priority import Facts
from apps.members import selectors as members
from apps.members.models import Member, User


def zone_of(request: HttpRequest) -> str:
    """The reader's own time zone."""
    return str(getattr(request.user, "time_zone", "UTC"))


def lead_context(request: HttpRequest, lead: Lead, links: selectors.Links) -> dict[str, Any]:
    """One lead with what is known of it and what may be done."""
    actor = scope.current()
    view = selectors.view(actor, lead)
    people = {view.created_by, view.assignee_id} - {None}
    named = User.objects.in_bulk(people) if people else {}
    return {
        "lead": view,
        "owner": Member.objects.filter(pk=lead.member_id).first(),
        "author": named.get(view.created_by),
        "assignee": named.get(view.assignee_id),
        "links": links,
        "repeated": _repeated(view),
        "may_change": policies.may_change(actor, lead),
        "may_dismiss": policies.may_dismiss(actor, lead),
        "may_put_away": policies.may_put_away(actor, lead),
        "severities": Severity.choices,
        "colleagues": members.people(actor),
        **score_context(view),
    }


def score_context(view: LeadView) -> dict[str, Any]:
    """The priority with each of its lines; nothing for a lead of another member."""
    if view.priority is None:
        return {}
    told = wording.told(Facts.kept(view.priority_facts))
    return {"score_lines": told, "score_most": sum(priority.MOST.values())}


def drawing_context(lead: Lead, links: selectors.Links) -> dict[str, Any]:
    """Where and when: the map and the timeline of a lead."""
    actor = scope.current()
    view = selectors.view(actor, lead)
    return {
        "spots": places.spots_of(view),
        "timeline": timeline.timeline_of(actor, lead, view, links),
    }


def _repeated(view: LeadView) -> LeadView | None:
    """The lead that this one repeats."""
    if view.duplicate_of_id is None:
        return None
    actor = scope.current()
    return selectors.view(actor, selectors.find(actor, view.duplicate_of_id))
