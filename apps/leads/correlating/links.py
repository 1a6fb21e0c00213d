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

from apps.core import access, clock
from apps.core.actor import Actor
from apps.core.models import Level
from apps.leads.correlating import keys, postings
from apps.leads.correlating.models import OwnSelector, PairJudgement
from apps.leads.drafts import CONTACTS
from apps.leads.models import LeadAccess, LeadSelector
from apps.leads.projecting import LeadView, project

MOST_LINKS: Final = 50
# Whoever may not read a kind of selector is told of no link by it (sharing.md 4.5).
_FULL_ONLY: Final = frozenset({"bank_account"})


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


def level_of_kind(kind: str) -> int:
    """The level from which selectors of a kind are read whole."""
    if kind in _FULL_ONLY:
        return Level.FULL
    return Level.CASE if kind in CONTACTS else Level.SELECTORS


def links_of(actor: Actor, lead_id: UUID, *, muted: bool = False) -> list[Match]:
    """The leads that share a selector with this one, newest first; judged different are left out.

    With `muted` those come too, so that a judgement can be taken back.
    """
    found = links_of_many(actor, [lead_id])
    verdicts = _verdicts(actor, lead_id)
    matches = [
        Match(match.lead, match.kinds, match.values, verdicts.get(match.lead.id, ""))
        for match in found
    ]
    return matches if muted else [match for match in matches if not match.is_muted]


def links_of_many(actor: Actor, lead_ids: Iterable[UUID]) -> list[Match]:
    """The other leads that share a selector with any of these: those of a case, together."""
    ids = list(lead_ids)
    named = _readable(actor, ids)
    if not named:
        return []
    shared: dict[UUID, dict[keys.Named, None]] = defaultdict(dict)
    for digest, lead_id in _having(actor, named, ids):
        shared[lead_id][named[digest]] = None
    rows = LeadAccess.objects.select_related("lead").filter(
        viewer_id=actor.member_id, subject_type="lead", lead_id__in=list(shared)
    )
    return [
        Match(
            project(row.lead, row.level, is_owner=row.owner_id == actor.member_id),
            sorted({kind for kind, _namespace, _norm in shared[row.lead_id]}),
            [norm for _kind, _namespace, norm in shared[row.lead_id]],
        )
        for row in rows.order_by("-created_at", "-lead_id")[:MOST_LINKS]
    ]


def _readable(actor: Actor, lead_ids: list[UUID]) -> dict[bytes, keys.Named]:
    """What of these leads the actor may read whole and does not own itself, by digest."""
    levels = dict(
        access.rows(actor, "lead", min_level=Level.SELECTORS)
        .filter(subject_id__in=lead_ids)
        .values_list("subject_id", "level")
    )
    ours = set(_ours(actor))
    found: dict[bytes, keys.Named] = {}
    rows = LeadSelector.objects.filter(lead_id__in=list(levels), key__isnull=False)
    for row in rows.order_by("position", "id"):
        name = postings.named(row)
        if not postings.is_posted(row) or name in ours:
            continue
        if levels[row.lead_id] >= level_of_kind(row.kind):
            found |= dict.fromkeys(keys.digests(name), name)
    return found


def _ours(actor: Actor) -> Iterable[keys.Named]:
    rows = OwnSelector.objects.filter(member_id=actor.member_id)
    return rows.values_list("kind", "namespace", "norm")


_HAVING = """
SELECT seen.digest, seen.lead_id
FROM unnest(%(digests)s::bytea[], %(levels)s::smallint[]) AS wanted (digest, level)
CROSS JOIN LATERAL (
  SELECT DISTINCT member_id FROM leads_selectorposting WHERE digest = wanted.digest
) AS holder
CROSS JOIN LATERAL (
  SELECT posting.digest, posting.lead_id FROM leads_selectorposting AS posting
  JOIN core_access AS access ON access.viewer_id = %(viewer)s
    AND access.subject_type = 'lead' AND access.subject_id = posting.lead_id
    AND access.level >= wanted.level
    AND (access.expires_at IS NULL OR access.expires_at > %(at)s)
  WHERE posting.digest = wanted.digest AND posting.member_id = holder.member_id
    AND posting.lead_id <> ALL (%(leads)s::uuid[])
  ORDER BY posting.lead_id DESC LIMIT %(cap)s
) AS seen
"""


def _having(
    actor: Actor, named: dict[bytes, keys.Named], besides: list[UUID]
) -> Iterable[tuple[bytes, UUID]]:
    """(digest, lead) of every lead that may be seen; of one member and digest only so many."""
    told: dict[str, Any] = {
        "digests": list(named),
        "levels": [int(level_of_kind(kind)) for kind, _namespace, _norm in named.values()],
        "viewer": actor.member_id,
        "at": clock.now(),
        "leads": besides,
        "cap": settings.SIGNAL_FLOOD_CAP,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HAVING, told)
        return [(bytes(digest), lead_id) for digest, lead_id in cursor.fetchall()]


def _verdicts(actor: Actor, lead_id: UUID) -> dict[UUID, str]:
    """What the actor's member thinks of the pairs of a lead, by the other lead."""
    mine = PairJudgement.objects.filter(member_id=actor.member_id)
    rows = mine.filter(lead_id=lead_id) | mine.filter(other_id=lead_id)
    return {
        (other if first == lead_id else first): verdict
        for first, other, verdict in rows.values_list("lead_id", "other_id", "verdict")
    }
