"""Exact links inside what one may see: own leads and granted ones that name the same thing.

The postings say which leads have a digest, the access rows which of them may be seen: joined when
read, and before anything is limited, so that neither ten thousand leads of others nor thousands of
one member's can push a visible one out of the answer.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from apps.core.actor import Actor
from apps.core.models import Level
from apps.leads.correlating import keys, postings
from apps.leads.correlating.models import PairJudgement
from apps.leads.field_classes import is_sealed, level_of_kind, mask
from apps.leads.models import LeadAccess
from apps.leads.projecting import LeadView, project

MOST_LINKS: Final = 50


@dataclass(frozen=True, slots=True)
class Match:
    """Another lead that the reader may see with a selector in common; nothing is merged."""

    lead: LeadView
    kinds: list[str]
    values: list[str]
    verdict: str = ""

    @property
    def is_muted(self) -> bool:
        return self.verdict == PairJudgement.Verdict.DIFFERENT


def links_of(actor: Actor, lead_id: UUID, *, muted: bool = False) -> list[Match]:
    """The leads that share a selector with this one, newest first; judged different are left out.

    With `muted` those come too, so that a judgement can be taken back.
    """
    found = links_of_many(actor, [lead_id])
    return found if muted else [match for match in found if not match.is_muted]


def links_of_many(actor: Actor, lead_ids: Iterable[UUID]) -> list[Match]:
    """The other leads that share a selector with any of these: those of a case, together.

    The verdict is the one on the first of the leads that has one with it.
    """
    ids = list(lead_ids)
    named = _readable(actor, ids)
    if not named:
        return []
    shared: dict[UUID, dict[keys.Named, None]] = defaultdict(dict)
    verdicts: dict[UUID, str] = {}
    for digest, lead_id, verdict in _having(actor, named, ids):
        shared[lead_id][named[digest]] = None
        verdicts[lead_id] = verdict
    if not shared:
        return []
    rows = LeadAccess.objects.select_related("lead").filter(
        viewer_id=actor.member_id, subject_type="lead", lead_id__in=list(shared)
    )
    return [
        Match(
            project(row.lead, row.level, is_owner=row.owner_id == actor.member_id),
            sorted({kind for kind, _namespace, _norm in shared[row.lead_id]}),
            [_shown(kind, norm) for kind, _namespace, norm in shared[row.lead_id]],
            verdicts[row.lead_id],
        )
        for row in rows.order_by("-created_at", "-lead_id")[:MOST_LINKS]
    ]


def _shown(kind: str, norm: str) -> str:
    """A value that two leads share; what is sealed is read in the lead itself, for a reason."""
    return mask(kind, norm) if is_sealed(kind) else norm


_READABLE = """
SELECT selector.kind, selector.namespace, selector.norm, access.level
FROM leads_leadselector AS selector
JOIN core_access AS access ON access.viewer_id = %(viewer)s AND access.subject_type = 'lead'
  AND access.subject_id = selector.lead_id AND access.level >= %(least)s
  AND (access.expires_at IS NULL OR access.expires_at > alliance_now())
WHERE selector.lead_id = ANY (%(leads)s) AND selector.key IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM leads_ownselector AS own WHERE own.member_id = %(viewer)s
  AND (own.kind, own.namespace, own.norm) = (selector.kind, selector.namespace, selector.norm))
ORDER BY selector.position, selector.id
"""


def _readable(actor: Actor, lead_ids: list[UUID]) -> dict[bytes, keys.Named]:
    """What of these leads the actor may read whole and does not own itself, by digest."""
    told: dict[str, Any] = {
        "viewer": actor.member_id,
        "least": int(Level.SELECTORS),
        "leads": lead_ids,
    }
    found: dict[bytes, keys.Named] = {}
    with connection.cursor() as cursor:
        cursor.execute(_READABLE, told)
        for kind, namespace, norm, level in cursor.fetchall():
            # Whoever may not read a kind of selector is told of no link by it (sharing.md 4.5).
            if kind not in postings.NEVER_POSTED and level >= level_of_kind(kind):
                name = (kind, namespace, norm)
                found |= dict.fromkeys(keys.digests(name), name)
    return found


# Few leads have most values: each of those is asked for its access row. Where a value is common,
# one's own newest leads are read by the index, and of what allies share each lead is asked whether
# it has it: the fence keeps the planner from asking every lead that has it who may see it.
_FEW: Final = 200
_HAVING = """
WITH wanted AS MATERIALIZED (
  SELECT digest, level, (SELECT count(*) FROM (
    SELECT FROM leads_selectorposting AS posting WHERE posting.digest = told.digest
    LIMIT %(few)s + 1
  ) AS posting) <= %(few)s AS is_rare
  FROM unnest(%(digests)s::bytea[], %(levels)s::smallint[]) AS told (digest, level)
), rare AS (
  SELECT seen.digest, seen.lead_id FROM wanted
  CROSS JOIN LATERAL (
    SELECT DISTINCT member_id FROM leads_selectorposting WHERE digest = wanted.digest
  ) AS holder
  CROSS JOIN LATERAL (
    SELECT posting.digest, posting.lead_id FROM leads_selectorposting AS posting
    JOIN core_access AS access ON access.viewer_id = %(viewer)s
      AND access.subject_type = 'lead' AND access.subject_id = posting.lead_id
      AND access.level >= wanted.level
      AND (access.expires_at IS NULL OR access.expires_at > alliance_now())
    WHERE posting.digest = wanted.digest AND posting.member_id = holder.member_id
      AND posting.lead_id <> ALL (%(leads)s::uuid[])
    ORDER BY posting.lead_id DESC LIMIT %(cap)s
  ) AS seen
  WHERE wanted.is_rare
), own AS (
  SELECT seen.digest, seen.lead_id FROM wanted CROSS JOIN LATERAL (
    SELECT posting.digest, posting.lead_id FROM leads_selectorposting AS posting
    WHERE posting.digest = wanted.digest AND posting.member_id = %(viewer)s
      AND posting.lead_id <> ALL (%(leads)s::uuid[])
    ORDER BY posting.lead_id DESC LIMIT %(cap)s
  ) AS seen
  WHERE NOT wanted.is_rare
), shared AS (
  SELECT digest, lead_id FROM (
    SELECT posting.digest, posting.lead_id, row_number() OVER (
      PARTITION BY posting.digest, posting.member_id ORDER BY posting.lead_id DESC) AS place
    FROM core_access AS access
    JOIN wanted ON NOT wanted.is_rare AND access.level >= wanted.level
    CROSS JOIN LATERAL (
      SELECT * FROM leads_selectorposting AS one
      WHERE one.lead_id = access.subject_id AND one.digest = wanted.digest OFFSET 0
    ) AS posting
    WHERE access.viewer_id = %(viewer)s AND access.owner_id <> access.viewer_id
      AND access.subject_type = 'lead' AND access.subject_id <> ALL (%(leads)s::uuid[])
      AND (access.expires_at IS NULL OR access.expires_at > alliance_now())
  ) AS posting WHERE place <= %(cap)s
)
SELECT seen.digest, seen.lead_id, (
  SELECT pair.verdict FROM leads_pairjudgement AS pair WHERE pair.member_id = %(viewer)s
  AND (pair.other_id = seen.lead_id AND pair.lead_id = ANY (%(leads)s)
    OR pair.lead_id = seen.lead_id AND pair.other_id = ANY (%(leads)s)) LIMIT 1)
FROM (
  SELECT * FROM rare UNION ALL SELECT * FROM own UNION ALL SELECT * FROM shared
) AS seen
"""


def _having(
    actor: Actor, named: dict[bytes, keys.Named], besides: list[UUID]
) -> Iterable[tuple[bytes, UUID, str]]:
    """(digest, lead, verdict) of what may be seen; of one member and digest only so many."""
    told: dict[str, Any] = {
        "digests": list(named),
        "levels": [int(level_of_kind(kind)) for kind, _namespace, _norm in named.values()],
        "viewer": actor.member_id,
        "leads": besides,
        "cap": settings.SIGNAL_FLOOD_CAP,
        "few": _FEW,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HAVING, told)
        return [(bytes(row[0]), row[1], row[2] or "") for row in cursor.fetchall()]
