"""What the postings say across members: read in batches alone, and never while somebody waits.

Every answer starts from the members that may be told of each other and ends with at most so many
leads of each, so that no member can push another out of it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from apps.core.actor import Actor
from apps.leads.correlating import keys, postings
from apps.leads.correlating.models import Quarantine, Signal, Standing
from apps.leads.models import LeadSelector
from apps.members.models import Member
from apps.sharing import selectors as sharing

# From how sure on a band begins: a shop alone is high, a telephone number alone is medium.
HIGH: Final = 0.95
MEDIUM: Final = 0.8
MONTH: Final = timedelta(days=30)
YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Posted:
    """One lead that has a digest, open to signals."""

    digest: bytes
    member_id: UUID
    lead_id: UUID
    strength: float
    rank: int
    known_since: datetime


_OPEN = """
SELECT digest, member_id, lead_id, strength, discoverability, known_since FROM (
  SELECT *, row_number() OVER (PARTITION BY digest, member_id ORDER BY lead_id) AS place
  FROM leads_selectorposting
  WHERE digest = ANY (%s) AND member_id = ANY (%s) AND discoverability > 0 AND tried
) AS posting WHERE place <= %s ORDER BY lead_id
"""


def open_postings(digests: Collection[bytes], member_ids: Collection[UUID]) -> list[Posted]:
    """Who of these members has one of these digests, at most so many leads of each and digest."""
    if not digests or not member_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [list(digests), list(member_ids), settings.SIGNAL_FLOOD_CAP])
        return [Posted(bytes(row[0]), *row[1:]) for row in cursor.fetchall()]


_ELIGIBLE = """
SELECT member.id FROM members_member AS member
LEFT JOIN leads_standing AS standing ON standing.member_id = member.id
WHERE member.state = 'active' AND standing.frozen_at IS NULL AND EXISTS (
  SELECT 1 FROM leads_selectorposting AS posting
  WHERE posting.member_id = member.id AND posting.discoverability > 0 AND posting.tried
  AND posting.strength >= %s)
"""


def eligible_members() -> set[UUID]:
    """The members that take part in signals now: active, not frozen, with something to find."""
    with connection.cursor() as cursor:
        cursor.execute(_ELIGIBLE, [settings.SIGNAL_LEAST_STRENGTH])
        return {row[0] for row in cursor.fetchall()}


def peers(actor: Actor, eligible: Collection[UUID]) -> set[UUID]:
    """The members that may be told of the actor's, and it of them.

    They share a circle in which so many take part that none can be told from the others.
    """
    found: set[UUID] = set()
    for seated in _circles(actor):
        taking_part = seated & set(eligible)
        if actor.member_id in taking_part and len(taking_part) >= settings.SIGNAL_LEAST_MEMBERS:
            found |= taking_part
    return found - {actor.member_id}


def fellows(actor: Actor) -> set[UUID]:
    """The other members of the actor's circles, whether they take part or not."""
    return set().union(*_circles(actor)) - {actor.member_id}


def _circles(actor: Actor) -> list[set[UUID]]:
    return list(sharing.seated_by_circle(actor).values())


def names_of(lead_ids: Collection[UUID]) -> dict[bytes, keys.Named]:
    """What own leads say, by their digests under every known key; under the owner's stamp."""
    rows = LeadSelector.objects.filter(lead_id__in=list(lead_ids), key__isnull=False)
    found: dict[bytes, keys.Named] = {}
    for kind, namespace, norm in rows.values_list("kind", "namespace", "norm").distinct():
        if kind not in postings.NEVER_POSTED:
            named = (kind, namespace, norm)
            found |= dict.fromkeys(keys.digests(named), named)
    return found


_HOLDERS = """
SELECT digest, count(*) FROM (
  SELECT DISTINCT digest, member_id FROM leads_selectorposting WHERE digest = ANY (%s)
) AS holder GROUP BY digest
"""


def too_common(digests: Collection[bytes]) -> dict[bytes, int]:
    """The digests that more members hold than a seller's value can have, with how many."""
    most = max(
        settings.SIGNAL_QUARANTINE_MEMBERS,
        settings.SIGNAL_QUARANTINE_SHARE * Member.objects.filter(state=Member.State.ACTIVE).count(),
    )
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, [list(digests)])
        return {bytes(digest): count for digest, count in cursor.fetchall() if count > most}


def stopped(digests: Collection[bytes]) -> set[bytes]:
    """The digests that staff stopped, or that wait for their judgement."""
    rows = Quarantine.objects.filter(digest__in=list(digests))
    rows = rows.exclude(state=Quarantine.State.CLEARED)
    return {bytes(digest) for digest in rows.values_list("digest", flat=True)}


def cleared(digests: Collection[bytes]) -> set[bytes]:
    """The digests that staff found to stand for a seller, however many hold them."""
    rows = Quarantine.objects.filter(digest__in=list(digests), state=Quarantine.State.CLEARED)
    return {bytes(digest) for digest in rows.values_list("digest", flat=True)}


_SUPPORT = """
SELECT own.lead_id, own.digest, other.member_id, max(other.discoverability)
FROM leads_selectorposting AS own
JOIN leads_selectorposting AS other ON other.digest = own.digest
  AND other.member_id = ANY (%(fellows)s) AND other.discoverability > 0 AND other.tried
WHERE own.member_id = %(member)s AND own.lead_id = ANY (%(leads)s) AND own.discoverability > 0
  AND own.strength >= %(least)s
GROUP BY own.lead_id, own.digest, other.member_id
"""


def support(
    member_id: UUID, lead_ids: Collection[UUID], among: Collection[UUID]
) -> list[tuple[UUID, bytes, UUID, int]]:
    """(own lead, digest, other member, its rank): what signals of these leads still rest on."""
    told: dict[str, Any] = {
        "member": member_id,
        "leads": list(lead_ids),
        "fellows": list(among),
        "least": settings.SIGNAL_LEAST_STRENGTH,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUPPORT, told)
        return [(row[0], bytes(row[1]), row[2], row[3]) for row in cursor.fetchall()]


def is_settled(made_with: str) -> bool:
    """Whether the postings of every active member are made with the same key and normaliser.

    While they are not, that nobody has a value proves nothing: no signal ends by it.
    """
    active = Member.objects.filter(state=Member.State.ACTIVE).values("pk")
    settled = Standing.objects.filter(member_id__in=active, made_with=made_with)
    return settled.count() == active.count()


def band(strengths: Iterable[float]) -> str:
    """How sure it is that two leads with matches of these strengths mean one seller."""
    doubt = 1.0
    for strength in strengths:
        doubt *= 1 - min(strength, 0.99)
    sure = 1 - doubt
    if sure >= HIGH:
        return Signal.Band.HIGH
    return Signal.Band.MEDIUM if sure >= MEDIUM else Signal.Band.LOW


def age_band(known_since: datetime, at: datetime) -> str:
    """Since when the other side knows it, as coarse as three bands."""
    if at - known_since < MONTH:
        return Signal.Age.MONTH
    return Signal.Age.YEAR if at - known_since < YEAR else Signal.Age.OLDER


def surest(bands: Collection[str]) -> str:
    """The surest of several bands."""
    order = [Signal.Band.HIGH, Signal.Band.MEDIUM, Signal.Band.LOW]
    return next(str(one) for one in order if one in bands)
