"""Which own leads share a selector, and which repeat one."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from apps.core import together
from apps.core.actor import Actor
from apps.leads.models import Lead
from apps.leads.reading_sql import owned

MOST_MATCHES = 20


def link_counts(actor: Actor, lead_ids: Sequence[UUID]) -> dict[UUID, int]:
    """For each lead, how many other own leads share a selector (counted up to a limit)."""
    if not lead_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(*link_question(actor, lead_ids))
        return dict(cursor.fetchall())


def link_question(actor: Actor, lead_ids: Sequence[UUID]) -> together.Question:
    """What `link_counts` asks, for a page that asks more at once: `lead_id` and `n`."""
    return _COUNTS, _told(actor, lead_ids)


def _told(actor: Actor, lead_ids: Sequence[UUID]) -> list[Any]:
    return [list(lead_ids), actor.member_id, actor.member_id, MOST_MATCHES]


# One row of each pair, whatever it is that they share but the member's own values.
_PAIRS = f"""
SELECT DISTINCT s.lead_id, o.lead_id AS other FROM (
  SELECT s.lead_id, s.key FROM leads_leadselector s
  WHERE s.lead_id = ANY(%s) AND s.key IS NOT NULL AND NOT {owned("%s")} OFFSET 0) s
CROSS JOIN LATERAL (
  SELECT p.lead_id FROM leads_leadselector p
  WHERE p.member_id = %s AND p.key = s.key AND p.lead_id <> s.lead_id LIMIT %s) o
"""  # noqa: S608 - constants
_COUNTS = f"SELECT pair.lead_id, count(*) AS n FROM ({_PAIRS}) pair GROUP BY pair.lead_id"  # noqa: S608 - constants


def link_pairs(actor: Actor, lead_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """For each lead, the other own leads that share a selector, up to a limit per selector."""
    if not lead_ids:
        return {}
    others: dict[UUID, set[UUID]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, _told(actor, lead_ids))
        for lead_id, other in cursor.fetchall():
            others[lead_id].add(other)
    return others


def duplicates_of(actor: Actor, lead_id: UUID) -> QuerySet[Lead]:
    """The member's own leads that repeat this one."""
    return Lead.objects.filter(member_id=actor.member_id, duplicate_of_id=lead_id).order_by("pk")
