"""The priority of leads: made at once when a lead comes in, and anew when its facts have changed.

A lead says until when its priority holds. Whoever changes what counts lets it hold no longer; the
member's leads whose time is over are then scored together, soon after the commit, and once an hour
for those that only grew older.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from apps.core import due
from apps.core.actor import Actor
from apps.leads import selectors
from apps.leads.drafts import Draft, Reading
from apps.leads.models import Lead
from apps.leads.triaging import priority
from apps.leads.triaging.expiring import RESCORE
from apps.leads.triaging.facts import facts_alone, facts_of
from apps.leads.triaging.priority import Facts

BATCH = 500
# Decided leads keep the priority with which they were decided.
OPEN = (Lead.Status.NEW, Lead.Status.TRIAGED)
_HOUR = timedelta(hours=1)


def score_first(lead: Lead, reading: Reading, *, at: datetime) -> None:
    """Give a new or changed lead what it says itself; what others add is due at once."""
    lead.priority, stored = first_score(lead, reading, since=lead.created_at, at=at)
    lead.priority_facts = dict(stored)
    lead.priority_until = at


def first_score(
    told: Draft | Lead, reading: Reading, *, since: datetime, at: datetime
) -> tuple[int, Mapping[str, Any]]:
    """The points of what a report says itself, and what is kept of them; until `at`."""
    return _first(facts_alone(told, reading, since=since, at=at))


# The rows of an import say much the same; whoever changes what is kept copies it.
@lru_cache(maxsize=4_096)
def _first(facts: Facts) -> tuple[int, Mapping[str, Any]]:
    return priority.total(facts), facts.stored() | {"is_first": True}


def score_again(lead: Lead) -> None:
    """After a decision about its severity: the other facts are as they were."""
    is_first = lead.priority_facts.get("is_first")
    _keep(lead, replace(Facts.kept(lead.priority_facts), severity=lead.severity))
    if is_first:
        lead.priority_facts["is_first"] = True


def _keep(lead: Lead, facts: Facts) -> None:
    lead.priority = priority.total(facts)
    lead.priority_facts = facts.stored()


def rescore(member_id: UUID, at: datetime) -> int:
    """Due service: score anew what no longer holds, a batch at a time; returns how many."""
    actor = Actor.system(member_id)
    own = Lead.objects.filter(member_id=member_id, priority_until__lte=at)
    # Whoever decides about a lead holds it for a moment: the next run takes it.
    leads = list(own.select_for_update(skip_locked=True).order_by("priority_until")[:BATCH])
    if not leads:
        return 0
    known = facts_of(actor, leads, at=at)
    grown = [lead.pk for lead in leads if _is_news(lead, known[lead.pk])]
    for lead in leads:
        _keep(lead, known[lead.pk])
        seen_at = lead.seen_at or lead.created_at
        ages = lead.status in OPEN
        lead.priority_until = priority.holds_until(seen_at, at) if ages else None
    _write(leads)
    _wake_linked(actor, grown, at=at)
    plan_rescore(member_id, leads, at=at)
    return len(leads)


_WRITE = """
UPDATE leads_lead l
SET priority = n.points, priority_facts = n.facts::jsonb, priority_until = n.until
FROM unnest(%s::uuid[], %s::smallint[], %s::text[], %s::timestamptz[])
  AS n (id, points, facts, until)
WHERE l.id = n.id
"""


def _write(leads: Sequence[Lead]) -> None:
    rows = [
        (lead.pk, lead.priority, json.dumps(lead.priority_facts), lead.priority_until)
        for lead in leads
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])


def _is_news(lead: Lead, facts: Facts) -> bool:
    """Whether others have gained a link by it: told once, when it is first scored as a whole."""
    return bool(lead.priority_facts.get("is_first")) and facts.links > 0


def _wake_linked(actor: Actor, lead_ids: Sequence[UUID], *, at: datetime) -> None:
    others = {other for found in selectors.link_pairs(actor, lead_ids).values() for other in found}
    linked = Lead.objects.filter(member_id=actor.member_id, pk__in=others, status__in=OPEN)
    # Who waits for another's lead while holding so many is a deadlock with whoever waits for one of
    # them. What is held is being scored or decided, with this link.
    free = linked.exclude(pk__in=lead_ids).select_for_update(skip_locked=True)
    Lead.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(priority_until=at)


def plan_rescore(member_id: UUID, leads: Sequence[Lead], *, at: datetime) -> None:
    """Make due what is left over now, and the next hour in which a priority ends to hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(priority_until) FROM leads_lead WHERE member_id = %s", [member_id]
        )
        first = cursor.fetchone()[0]
    if first is None:
        return
    soon = first <= at
    when = at + timedelta(seconds=1) if soon else _next_hour(first)
    due.plan(RESCORE, member_id, at=when, member_id=member_id)


def _next_hour(instant: datetime) -> datetime:
    whole = instant.replace(minute=0, second=0, microsecond=0)
    return whole if whole == instant else whole + _HOUR
