"""What is known of leads that counts for their priority, read for many at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Max, Q

from apps.core.actor import Actor
from apps.leads import selectors
from apps.leads.drafts import Draft, Reading
from apps.leads.models import Lead, LeadSelector, Sighting
from apps.leads.normalise import LISTING, SHOP, URL
from apps.leads.triaging.priority import Facts
from apps.members import selectors as members

# What can be taken down or bought from: each is one target.
TARGETS: Final = frozenset({LISTING, SHOP, URL})
_HOUR: Final = timedelta(hours=1)


def facts_alone(told: Draft | Lead, reading: Reading, *, since: datetime, at: datetime) -> Facts:
    """What a report says itself, of which a lead is there `since`: nothing is asked."""
    return Facts(
        severity=told.severity,
        reliability=told.source_reliability,
        credibility=told.credibility,
        age_in_hours=max(0, (at - (told.seen_at or since)) // _HOUR),
        brand="other" if told.brand else "",
        targets=sum(1 for one in reading.selectors if one.kind in TARGETS),
        strength=max((one.strength for one in reading.selectors), default=0.0),
    )


def facts_of(actor: Actor, leads: Sequence[Lead], *, at: datetime) -> dict[UUID, Facts]:
    """Everything that counts, for the member's own leads, in four statements."""
    ids = [lead.pk for lead in leads]
    own = {brand.name.casefold() for brand in members.brands(actor)}
    links = selectors.link_counts(actor, ids)
    named, seen = _named(ids), _sightings(ids)
    return {
        lead.pk: Facts(
            severity=lead.severity,
            reliability=lead.source_reliability,
            credibility=lead.credibility,
            age_in_hours=max(0, (at - (lead.seen_at or lead.created_at)) // _HOUR),
            brand=_brand(lead.brand, own),
            links=links.get(lead.pk, 0),
            sightings=seen.get(lead.pk, 0),
            targets=named[lead.pk][0],
            strength=named[lead.pk][1],
        )
        for lead in leads
    }


def _brand(name: str, own: set[str]) -> str:
    if not name:
        return ""
    return "own" if name.casefold() in own else "other"


def _sightings(ids: Sequence[UUID]) -> dict[UUID, int]:
    """How often its selectors were seen in use; each false positive takes one away."""
    rows = (
        Sighting.objects.filter(lead_id__in=ids)
        .values("lead_id")
        .annotate(
            seen=Count("id", filter=Q(kind=Sighting.Kind.SEEN)),
            wrong=Count("id", filter=Q(kind=Sighting.Kind.FALSE)),
        )
        .order_by()
    )
    return {row["lead_id"]: max(0, row["seen"] - row["wrong"]) for row in rows}


def _named(ids: Sequence[UUID]) -> dict[UUID, tuple[int, float]]:
    """How many targets each lead names, and how strong its strongest selector is."""
    rows = (
        LeadSelector.objects.filter(lead_id__in=ids, key__isnull=False)
        .values("lead_id")
        .annotate(
            targets=Count("id", filter=Q(kind__in=TARGETS)),
            strongest=Max("strength"),
        )
        .order_by()
    )
    found: dict[UUID, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    found |= {row["lead_id"]: (row["targets"], row["strongest"] or 0.0) for row in rows}
    return found
