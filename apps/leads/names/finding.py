"""Leads whose names look alike, among those that the reader may see.

Where candidates come from is one question (`Candidates`), what they are worth another (`compare`):
an index of a million names, or one of pictures, answers the first and changes nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from django.db import connection

from apps.core import access, clock
from apps.core.actor import Actor
from apps.core.models import Level
from apps.leads import selectors
from apps.leads.models import Lead, LeadAccess, PairJudgement
from apps.leads.names.keys import read_name
from apps.leads.names.rows import names_of
from apps.leads.names.scoring import LEAST, Score, compare
from apps.leads.projecting import LeadView, project

MOST: Final = 10
MOST_PER_KEY: Final = 100
MOST_CANDIDATES: Final = 300
# Names are part of the case (sharing.md 4.5).
LEVEL: Final = Level.CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Another lead that may mean the same seller: how alike, in which form, by which names."""

    lead: LeadView
    points: int
    reason: str
    mine: str
    theirs: str
    verdict: str = ""


class Candidates(Protocol):
    """Where leads come from that are worth a comparison; fewer is allowed, hidden ones are not."""

    def near(self, actor: Actor, lead_id: UUID, names: Sequence[str]) -> list[UUID]: ...


# The rows are read under the reader's wall and joined with the access rows before any limit.
_NEAR = """
SELECT found.lead_id, count(*) AS shared
FROM unnest(%(keys)s::text[]) AS wanted (key)
CROSS JOIN LATERAL (
  SELECT row.lead_id FROM leads_namekey AS row
  JOIN core_access AS access ON access.viewer_id = %(viewer)s
    AND access.subject_type = 'lead' AND access.subject_id = row.lead_id
    AND access.level >= %(level)s AND (access.expires_at IS NULL OR access.expires_at > %(at)s)
  WHERE row.key = wanted.key AND row.lead_id <> %(lead)s
  LIMIT %(most)s
) AS found
GROUP BY found.lead_id ORDER BY shared DESC, found.lead_id DESC LIMIT %(all)s
"""


class KeyRows:
    """Candidates by the keys that two names share, the most shared first."""

    def near(self, actor: Actor, lead_id: UUID, names: Sequence[str]) -> list[UUID]:
        keys = list(dict.fromkeys(key for name in names for key in read_name(name).keys))
        if not keys:
            return []
        told: dict[str, Any] = {
            "keys": keys,
            "viewer": actor.member_id,
            "level": LEVEL,
            "at": clock.now(),
            "lead": lead_id,
            "most": MOST_PER_KEY,
            "all": MOST_CANDIDATES,
        }
        with connection.cursor() as cursor:
            cursor.execute(_NEAR, told)
            return [found for found, _shared in cursor.fetchall()]


NEAR: Final[Candidates] = KeyRows()


def suggestions(
    actor: Actor, lead: Lead, *, muted: bool = False, source: Candidates = NEAR
) -> list[Suggestion]:
    """What looks alike, most alike first; what was judged different is left out unless `muted`."""
    if access.level(actor, "lead", lead.pk) < LEVEL:
        return []
    names = names_of(lead)
    if not names:
        return []
    verdicts = selectors.verdicts_of(actor, lead.pk)
    found = []
    for row in _readable(actor, source.near(actor, lead.pk, names)):
        verdict = verdicts.get(row.lead_id, "")
        if verdict == PairJudgement.Verdict.DIFFERENT and not muted:
            continue
        best = _best(names, names_of(row.lead))
        if best and best[0].points >= LEAST:
            score, mine, theirs = best
            view = project(row.lead, row.level, is_owner=row.owner_id == actor.member_id)
            found.append(
                Suggestion(
                    lead=view, points=score.points, reason=score.reason, mine=mine, theirs=theirs,
                    verdict=verdict,
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (-one.points, str(one.lead.id)))[:MOST]


def _readable(actor: Actor, lead_ids: Sequence[UUID]) -> Iterable[LeadAccess]:
    """Asked again of whatever a source names: no index decides who may see what."""
    if not lead_ids:
        return []
    return LeadAccess.objects.select_related("lead").filter(
        access.open_at(clock.now()),
        viewer_id=actor.member_id,
        subject_type="lead",
        lead_id__in=lead_ids,
        level__gte=LEVEL,
    )


def _best(mine: Sequence[str], theirs: Sequence[str]) -> tuple[Score, str, str] | None:
    pairs = [
        (compare(read_name(one), read_name(other)), one, other) for one in mine for other in theirs
    ]
    return max(pairs, key=lambda pair: pair[0].points, default=None)
