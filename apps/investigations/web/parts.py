"""The parts of a room: what each shows, built for the whole page or for one refetch."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core import access
from apps.core.actor import Actor
from apps.core.models import Level
from apps.core.registries import subjects
from apps.duty import selectors as duty
from apps.evidence import selectors as evidence
from apps.investigations import policies, selectors, showing
from apps.investigations.models import Investigation
from apps.investigations.web.forms import TaskForm
from apps.members.models import Member, User

Context = dict[str, Any]


def head(actor: Actor, case: Investigation, at: datetime) -> Context:
    """The name of the case and the answer: who holds it, until when, what runs out next."""
    desks = showing.desk_cards(actor, [case.accountable_desk_id])
    desk = desks.get(case.accountable_desk_id)
    is_owner = case.member_id == actor.member_id
    return {
        "shown": selectors.project(case, access.level(actor, "investigation", case.pk)),
        "case": case,
        "desk": desk,
        "rests": case.pinned_to(at) == case.accountable_desk_id,
        "holder": Member.objects.filter(pk=case.accountable_member_id).first(),
        "owner": Member.objects.filter(pk=case.member_id).first(),
        "is_owner": is_owner,
        "until": duty.duty_end(desk, at) if desk and case.is_open else None,
        "next_task": selectors.open_tasks(case).filter(due_at__isnull=False).first(),
        "readers": len(selectors.reader_ids(case.pk)) if is_owner else None,
        "may_change": policies.may_change(actor, case),
        "may_share": policies.may_share(actor, case),
        "may_reopen": policies.may_reopen(actor, case),
    }


def chain(actor: Actor, case: Investigation, at: datetime) -> Context:
    """Who held the case, as a drawing and in words."""
    return {"case": case, "chain": showing.chain(actor, case, at)}


def facts(actor: Actor, case: Investigation, at: datetime) -> Context:
    """What is known, with the leads it was opened from."""
    links = list(selectors.linked_leads(case))
    kept = case.pinned_to(at)
    lead = subjects.get("lead")
    ids = [link.lead_id for link in links]
    readable = set(access.subject_ids(actor, "lead").filter(subject_id__in=ids))
    leads = [
        {"title": lead.title(actor, ident), "url": lead.url(ident)}
        for ident in ids
        if lead and ident in readable
    ]
    return {
        "shown": selectors.project(case, access.level(actor, "investigation", case.pk)),
        "case": case,
        "pinned": showing.desk_cards(actor, [kept]).get(kept) if kept else None,
        "is_pinned": kept is not None,
        "owner": Member.objects.filter(pk=case.member_id).first(),
        "leads": leads,
        "sealed_leads": len(links) - len(leads),
        "same_sellers": selectors.same_sellers(actor, case),
        "may_change": policies.may_change(actor, case),
    }


def tasks(actor: Actor, case: Investigation, at: datetime) -> Context:
    """What is to be done, with the form that adds to it."""
    rows = list(selectors.tasks(actor, case.pk))
    rows.sort(key=lambda t: (t.is_done, t.due_at is None, t.due_at or t.created_at))
    return {
        "case": case,
        "tasks": rows,
        "open_count": sum(not task.is_done for task in rows),
        "people": User.objects.in_bulk({t.assignee_id for t in rows if t.assignee_id}),
        "members": Member.objects.in_bulk({t.member_id for t in rows}),
        "task_form": task_form(actor, case),
        "may_work": policies.may_work(actor, case),
    }


def task_form(actor: Actor, case: Investigation, data: Any = None) -> TaskForm:
    """The form with the people who can be given a task, the reader's own first."""
    form = TaskForm(data)
    people = User.objects.filter(pk__in=selectors.assignable_ids(actor, case)).order_by("name")
    choices = [("", "—"), *((str(person.pk), person.name) for person in people)]
    form.fields["assignee"].choices = choices  # type: ignore[attr-defined]
    return form


def timeline(actor: Actor, case: Investigation, at: datetime) -> Context:
    """What happened, newest first."""
    return {"case": case, "entries": showing.entries(actor, case.pk, limit=30)}


PARTS: dict[str, Callable[[Actor, Investigation, datetime], Context]] = {
    "head": head,
    "chain": chain,
    "facts": facts,
    "tasks": tasks,
    "timeline": timeline,
}


def room(actor: Actor, case: Investigation, at: datetime) -> Context:
    """Every part of the room at once."""
    context: Context = {}
    for build in PARTS.values():
        context |= build(actor, case, at)
    return context


def remains(actor: Actor, investigation_id: UUID) -> Context | None:
    """The page of a case whose access has ended: that it was, and the member's own work."""
    found = selectors.tombstone(actor, investigation_id)
    if found is None:
        return None
    return {
        "tombstone": found,
        "owner": Member.objects.filter(pk=found.owner_id).first(),
        "tasks": list(selectors.tasks(actor, investigation_id)),
        "has_files": evidence.visible(actor).filter(root_id=investigation_id).exists(),
        "min_level": Level.CASE,
    }
