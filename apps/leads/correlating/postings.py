"""Postings follow their leads: made, moved and hidden in the transaction of the lead's change.

No other module writes the tables of postings and tries. What is asked of other members with them
is asked in batches (`batching`), never here: the answer to a report depends on nobody else.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection

from apps.core import bulk
from apps.evidence.models import Evidence
from apps.leads.correlating import keys
from apps.leads.correlating.models import (
    RANKS,
    Discoverability,
    SelectorPosting,
    SignalPolicy,
)
from apps.leads.drafts import NamedValue
from apps.leads.models import Lead, LeadSelector
from apps.leads.normalise import WEAK, may_signal_alone
from apps.leads.reading_sql import COVERS, owned
from apps.sharing.models import Tlp

# Names are suggestions inside what one may see (sharing.md 4.1): nobody is asked about a name.
NEVER_POSTED: Final = frozenset({"seller_name"})
HIDDEN: Final = RANKS.index(Discoverability.HIDDEN)
# What is over asks nobody.
_CLOSED: Final = frozenset(
    str(status) for status in (Lead.Status.DISMISSED, Lead.Status.DUPLICATE, Lead.Status.WITHDRAWN)
)
_CHUNK: Final = 1_000
Value = TypeVar("Value", LeadSelector, NamedValue)


def named(selector: LeadSelector | NamedValue) -> keys.Named:
    """What a digest is made of."""
    return selector.kind, selector.namespace, selector.norm


def is_posted(selector: LeadSelector | NamedValue) -> bool:
    """Whether the value can be looked up by others at all: read, and no name."""
    return selector.key is not None and selector.kind not in NEVER_POSTED


def made(selectors: Iterable[LeadSelector], *, known_since: datetime) -> list[SelectorPosting]:
    """Unsaved postings, hidden as yet: a lead without evidence takes part in nothing."""
    key = keys.current()
    return [
        SelectorPosting(
            lead_id=lead_id,
            digest=digest,
            member_id=one.member_id,
            strength=_strength(one),
            key_id=key.id,
            known_since=known_since,
        )
        for (lead_id, digest), one in _by_digest(key, selectors).items()
    ]


def _by_digest(key: keys.Key, selectors: Iterable[Value]) -> dict[tuple[UUID, bytes], Value]:
    """What is posted of each lead, each digest once."""
    return {(one.lead_id, key.digest(named(one))): one for one in selectors if is_posted(one)}


def _strength(selector: LeadSelector | NamedValue) -> float:
    """What never signals alone, however sure it is by itself, counts as weak."""
    if may_signal_alone(selector.kind, selector.strength):
        return selector.strength
    return min(selector.strength, WEAK)


def post(selectors: Iterable[LeadSelector], *, known_since: datetime) -> None:
    """Post what identifies a new lead."""
    SelectorPosting.objects.bulk_create(made(selectors, known_since=known_since))


def post_many(selectors: Iterable[NamedValue], *, member_id: UUID, known_since: datetime) -> None:
    """Post what identifies many new leads of a member at once (import)."""
    key = keys.current()
    found = _by_digest(key, selectors)
    bulk.load(
        SelectorPosting,
        {
            "lead_id": [lead_id for lead_id, _digest in found],
            "digest": [digest for _lead_id, digest in found],
            "strength": [_strength(one) for one in found.values()],
        },
        member_id=member_id,
        key_id=key.id,
        known_since=known_since,
    )


def follow(lead: Lead, selectors: Iterable[LeadSelector]) -> None:
    """Let the postings of a changed lead follow: what stayed keeps that it was tried."""
    wanted = {bytes(one.digest): one for one in made(selectors, known_since=lead.created_at)}
    mine = SelectorPosting.objects.filter(lead_id=lead.pk)
    kept = {bytes(digest) for digest in mine.values_list("digest", flat=True)}
    if gone := kept - set(wanted):
        mine.filter(digest__in=gone).delete()
    SelectorPosting.objects.bulk_create([wanted[digest] for digest in set(wanted) - kept])
    settle(lead.member_id, [lead.pk])


def settle(member_id: UUID, lead_ids: Sequence[UUID]) -> None:
    """Put into force what own leads let others learn; under their owner's stamp.

    The locks order it among changes of the lead and of the policy: whoever comes last sees both.
    Whoever has locked a lead before holds the policy's lock, too, and took it first.
    """
    lock_policy(member_id, shared=True)
    most = rank_of_policy(member_id)
    for start in range(0, len(lead_ids), _CHUNK):
        chunk = list(lead_ids[start : start + _CHUNK])
        leads = Lead.objects.select_for_update().filter(member_id=member_id, pk__in=chunk)
        evidenced = _evidenced(member_id, chunk)
        ranks: dict[int, list[UUID]] = {}
        for lead in leads.order_by("pk"):
            rank = in_force(lead, most=most, has_evidence=lead.pk in evidenced)
            ranks.setdefault(rank, []).append(lead.pk)
        for rank, ids in ranks.items():
            rows = SelectorPosting.objects.filter(member_id=member_id, lead_id__in=ids)
            rows.exclude(discoverability=rank).update(discoverability=rank)
        _leave_out_ours(member_id, chunk)


def in_force(lead: Lead, *, most: int, has_evidence: bool) -> int:
    """The rank of what others may learn: the tightest of the lead's, the member's, the rules'."""
    if not has_evidence or lead.tlp == Tlp.RED or lead.status in _CLOSED:
        return HIDDEN
    return min(RANKS.index(Discoverability(lead.discoverability)), most)


def lock_policy(member_id: UUID, *, shared: bool = False) -> None:
    """Hold the member's policy until commit: to read it with others, or to change it alone."""
    verb = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {verb}(hashtextextended(%s, 0))",
            [f"leads.signals:{member_id}"],
        )


def rank_of_policy(member_id: UUID) -> int:
    """The most that the member allows any of its leads; without a policy, everything."""
    policy = SignalPolicy.objects.filter(member_id=member_id).first()
    return RANKS.index(Discoverability(policy.most)) if policy else len(RANKS) - 1


def _evidenced(member_id: UUID, lead_ids: Sequence[UUID]) -> set[UUID]:
    """Those with evidence of their own member: an ally's file does not ask in its name."""
    files = Evidence.objects.filter(member_id=member_id, root_type="lead", root_id__in=lead_ids)
    return set(files.values_list("root_id", flat=True))


_OURS: Final = f"""
SELECT DISTINCT s.kind, s.namespace, s.norm FROM leads_leadselector s
WHERE s.lead_id = ANY(%s) AND {owned("%s")}
"""  # noqa: S608 - constants


def _leave_out_ours(member_id: UUID, lead_ids: Sequence[UUID]) -> None:
    """What belongs to the member itself is posted by none of its leads."""
    with connection.cursor() as cursor:
        cursor.execute(_OURS, [list(lead_ids), member_id])
        _remove(member_id, cursor.fetchall())


def _remove(member_id: UUID, values: Iterable[keys.Named]) -> None:
    digests = [digest for value in values for digest in keys.digests(value)]
    if digests:
        SelectorPosting.objects.filter(member_id=member_id, digest__in=digests).delete()


def settle_all(member_id: UUID) -> None:
    """Put a changed policy into force; only leads with evidence take part in anything."""
    files = Evidence.objects.filter(member_id=member_id, root_type="lead")
    settle(member_id, sorted(set(files.values_list("root_id", flat=True))))


def take_back(member_id: UUID, named_value: keys.Named) -> None:
    """The value is the member's own: none of its leads posts it any more, nor what it covers."""
    _remove(member_id, {named_value, *_covered(member_id, named_value).values()})


def post_again(member_id: UUID, named_value: keys.Named) -> None:
    """The value is no longer the member's own: the leads that have it post it again."""
    covered = _covered(member_id, named_value)
    having = LeadSelector.objects.filter(pk__in=list(covered)).select_related("lead")
    fresh = [posting for one in having for posting in made([one], known_since=one.lead.created_at)]
    SelectorPosting.objects.bulk_create(fresh, ignore_conflicts=True)
    settle(member_id, sorted({one.lead_id for one in fresh}))


_COVERED: Final = f"""
SELECT s.id, s.kind, s.namespace, s.norm
FROM leads_leadselector s, (VALUES (%s, %s, %s)) AS own (kind, namespace, norm)
WHERE s.member_id = %s AND {COVERS}
"""  # noqa: S608 - constants


def _covered(member_id: UUID, named_value: keys.Named) -> dict[UUID, keys.Named]:
    """The member's selectors of this value, and under a domain its hosts, pages and mailboxes."""
    with connection.cursor() as cursor:
        cursor.execute(_COVERED, [*named_value, member_id])
        return {key: (kind, namespace, norm) for key, kind, namespace, norm in cursor.fetchall()}


def retire(member_id: UUID) -> None:
    """The member has left the alliance: nobody is told of it any more."""
    SelectorPosting.objects.filter(member_id=member_id).delete()


def signals_alone(strength: float) -> bool:
    """Whether a match on so strong a value is a signal by itself; weaker ones only add to it."""
    return strength >= float(settings.SIGNAL_LEAST_STRENGTH)


def untried(member_id: UUID, limit: int) -> list[SelectorPosting]:
    """What a member has to ask for, oldest first."""
    rows = SelectorPosting.objects.filter(member_id=member_id, discoverability__gt=HIDDEN)
    return list(rows.filter(tried=False).order_by("known_since", "lead_id", "digest")[:limit])


def members_with_untried() -> list[UUID]:
    rows = SelectorPosting.objects.filter(discoverability__gt=HIDDEN, tried=False)
    return list(rows.order_by("member_id").values_list("member_id", flat=True).distinct())


def mark_tried(member_id: UUID, digests: Iterable[bytes]) -> None:
    """These take part in signals from now on, in every lead of the member that has them."""
    rows = SelectorPosting.objects.filter(member_id=member_id, digest__in=list(digests))
    rows.filter(tried=False).update(tried=True)
