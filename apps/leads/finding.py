"""Leads by a selector that a text names, in whatever form it is typed."""

from typing import Any
from uuid import UUID

from django.db import connection

from apps.core import clock
from apps.core.actor import Actor
from apps.leads.drafts import Draft, key_of, read
from apps.leads.field_classes import level_of_kind

# Each holder's newest, by the index of (member, key, lead): what thousands of leads share costs no
# more than what two do. Holders are the member itself and whoever shares anything with it.
_BY_SELECTOR = """
WITH holder AS MATERIALIZED (
  SELECT %(viewer)s::uuid AS member_id UNION
  SELECT owner_id FROM core_access
  WHERE viewer_id = %(viewer)s AND owner_id <> viewer_id AND subject_type = 'lead'
)
SELECT DISTINCT seen.lead_id
FROM unnest(%(keys)s::uuid[], %(levels)s::smallint[]) AS wanted (key, level)
CROSS JOIN holder
CROSS JOIN LATERAL (
  SELECT selector.lead_id FROM leads_leadselector AS selector
  JOIN core_access AS access ON access.viewer_id = %(viewer)s
    AND access.subject_type = 'lead' AND access.subject_id = selector.lead_id
    AND access.level >= wanted.level
    AND (access.expires_at IS NULL OR access.expires_at > %(at)s)
  WHERE selector.member_id = holder.member_id AND selector.key = wanted.key
  ORDER BY selector.lead_id DESC LIMIT %(most)s
) AS seen
ORDER BY seen.lead_id DESC LIMIT %(most)s
"""


def by_selector(actor: Actor, text: str, limit: int) -> list[UUID]:
    """Leads with a selector that the text names: a phone or address needs no exact spelling."""
    named = read(Draft(title=text[:500], values={"phone": (text[:60],)})).selectors
    if not named:
        return []
    told: dict[str, Any] = {
        "viewer": actor.member_id,
        "keys": [key_of(one) for one in named],
        "levels": [int(level_of_kind(one.kind)) for one in named],
        "at": clock.now(),
        "most": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_SELECTOR, told)
        return [row[0] for row in cursor.fetchall()]
