"""Leads by a selector that a text names, in whatever form it is typed."""

from typing import Any
from uuid import UUID

from django.db import connection

from apps.core.actor import Actor
from apps.leads.drafts import Draft, key_of, read
from apps.leads.field_classes import OWNER_ONLY, is_sealed, level_of_kind

# One's own newest by the index of (member, key, lead): what thousands of leads share costs no more
# than what two do. What allies share is looked through lead by lead, since it is little beside what
# they have.
_BY_SELECTOR = """
WITH wanted AS MATERIALIZED (
  SELECT * FROM unnest(%(keys)s::uuid[], %(levels)s::smallint[]) AS wanted (key, level)
), own AS (
  SELECT seen.lead_id FROM wanted CROSS JOIN LATERAL (
    SELECT selector.lead_id FROM leads_leadselector AS selector
    WHERE selector.member_id = %(viewer)s AND selector.key = wanted.key
    ORDER BY selector.lead_id DESC LIMIT %(most)s
  ) AS seen
), shared AS (
  SELECT selector.lead_id FROM core_access AS access
  JOIN wanted ON access.level >= wanted.level
  CROSS JOIN LATERAL (
    SELECT one.lead_id FROM leads_leadselector AS one
    WHERE one.lead_id = access.subject_id AND one.key = wanted.key OFFSET 0
  ) AS selector
  WHERE access.viewer_id = %(viewer)s AND access.owner_id <> access.viewer_id
    AND access.subject_type = 'lead'
    AND (access.expires_at IS NULL OR access.expires_at > alliance_now())
)
SELECT lead_id FROM (SELECT lead_id FROM own UNION SELECT lead_id FROM shared) AS seen
ORDER BY lead_id DESC LIMIT %(most)s
"""


def by_selector(actor: Actor, text: str, limit: int) -> list[UUID]:
    """Leads with a selector that the text names: a phone or address needs no exact spelling."""
    named = read(Draft(title=text[:500], values={"phone": (text[:60],)})).selectors
    if not named:
        return []
    told: dict[str, Any] = {
        "viewer": actor.member_id,
        "keys": [key_of(one) for one in named],
        # What is sealed is masked in an ally's lead until a reason is given: no search confirms it.
        "levels": [
            OWNER_ONLY if is_sealed(one.kind) else int(level_of_kind(one.kind)) for one in named
        ],
        "most": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_SELECTOR, told)
        return [row[0] for row in cursor.fetchall()]
