"""Postings made anew: when the key changes, and when the normaliser reads values differently.

Both keys are read as long as one posting is left that was made with the old one. What was asked
stays asked, and what staff judged stays judged: the ledger and the quarantine move along.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from apps.core import due
from apps.leads.correlating import keys, ledger, postings
from apps.leads.correlating.models import Quarantine, SelectorPosting, Standing
from apps.leads.models import Lead, LeadSelector
from apps.leads.normalise import VERSION
from apps.members.models import Member

DUE_KIND: Final = "leads.repost"
STRETCH: Final = 200
AGAIN_AFTER: Final = timedelta(minutes=5)

# What a value is called now, and what it was called before it was read anew.
Renamed = Mapping[keys.Named, keys.Named]


def mark() -> str:
    """What all postings are made with once they are settled: the key and the normaliser."""
    return f"{keys.current().id}/{VERSION}"


def keep(at: datetime) -> None:
    """Reconciler: every active member has a standing; whose postings are not all alike is due."""
    active = Member.objects.filter(state=Member.State.ACTIVE)
    missing = active.exclude(pk__in=Standing.objects.values("member_id"))
    Standing.objects.bulk_create(
        [Standing(member_id=pk) for pk in missing.values_list("pk", flat=True)],
        ignore_conflicts=True,
    )
    unlike = Standing.objects.filter(member_id__in=active.values("pk")).exclude(made_with=mark())
    for member_id in unlike.order_by("member_id").values_list("member_id", flat=True):
        # A stretch that failed for good is planned anew in the next hour.
        token = f"{DUE_KIND}:{member_id}:{mark()}:{at:%Y%m%d%H}"
        due.plan(DUE_KIND, member_id, at=at, member_id=member_id, token=token)


def repost_member(member_id: UUID, at: datetime) -> None:
    """Due service: make the next stretch of a member's postings anew; resumes after a kill."""
    standing = Standing.objects.select_for_update().filter(member_id=member_id).first()
    if standing is None or standing.made_with == mark():
        return
    leads = Lead.objects.filter(member_id=member_id).order_by("pk")
    if standing.made_until:
        leads = leads.filter(pk__gt=standing.made_until)
    lead_ids = list(leads.values_list("pk", flat=True)[:STRETCH])
    if lead_ids:
        repost(member_id, lead_ids)
        standing.made_until = lead_ids[-1]
        _again(member_id, at=at, token=str(lead_ids[-1]))
    else:
        standing.made_until = None
        if _is_read_anew(member_id):
            standing.made_with = mark()
        else:
            _again(member_id, at=at + AGAIN_AFTER, token=at.isoformat())
    standing.save(update_fields=["made_until", "made_with"])


def members_behind() -> list[UUID]:
    """Members that may still have something that an older normaliser has read."""
    behind = Standing.objects.exclude(made_with__endswith=f"/{VERSION}")
    return list(behind.order_by("member_id").values_list("member_id", flat=True))


def _again(member_id: UUID, *, at: datetime, token: str) -> None:
    token = f"{DUE_KIND}:{member_id}:{mark()}:{token}"
    due.plan(DUE_KIND, member_id, at=at, member_id=member_id, token=token)


def _is_read_anew(member_id: UUID) -> bool:
    """Whether nothing is left that an older normaliser has read."""
    old = LeadSelector.objects.filter(member_id=member_id, key__isnull=False)
    return not old.filter(norm_version__lt=VERSION).exists()


def repost(member_id: UUID, lead_ids: Sequence[UUID], *, renamed: Renamed | None = None) -> None:
    """Make the postings of own leads anew from their selectors, under their owner's stamp.

    Re-normalisation calls this with what its values were called before (`renamed`: new to old).
    """
    rows = LeadSelector.objects.filter(member_id=member_id, lead_id__in=lead_ids)
    since = dict(Lead.objects.filter(pk__in=lead_ids).values_list("pk", "created_at"))
    wanted: dict[UUID, list[LeadSelector]] = defaultdict(list)
    for row in rows:
        wanted[row.lead_id].append(row)
    before = _before(rows, renamed or {})
    _replace(lead_ids, wanted, before, since)
    _move_tries(member_id, before)
    _move_quarantine(before)
    postings.settle(member_id, lead_ids)


def _before(rows: Iterable[LeadSelector], renamed: Renamed) -> dict[bytes, bytes]:
    """By digest as it was before: the digest of the same value as it is now."""
    found: dict[bytes, bytes] = {}
    for name in {postings.named(row) for row in rows if postings.is_posted(row)}:
        now = keys.current().digest(name)
        older = [*keys.digests(name), *(keys.digests(renamed[name]) if name in renamed else ())]
        found |= dict.fromkeys(older, now)
    return {old: now for old, now in found.items() if old != now}


def _replace(
    lead_ids: Sequence[UUID],
    wanted: Mapping[UUID, list[LeadSelector]],
    before: Mapping[bytes, bytes],
    since: Mapping[UUID, datetime],
) -> None:
    mine = SelectorPosting.objects.filter(lead_id__in=lead_ids)
    kept = {(row.lead_id, bytes(row.digest)): row for row in mine}
    tried = {
        (lead_id, before.get(digest, digest))
        for (lead_id, digest), row in kept.items()
        if row.tried
    }
    made = [
        posting
        for lead_id, rows in wanted.items()
        for posting in postings.made(rows, known_since=since[lead_id])
    ]
    for posting in made:
        posting.tried = (posting.lead_id, bytes(posting.digest)) in tried
    names = {(posting.lead_id, bytes(posting.digest)) for posting in made}
    gone: dict[UUID, list[bytes]] = defaultdict(list)
    for lead_id, digest in set(kept) - names:
        gone[lead_id].append(digest)
    for lead_id, digests in gone.items():
        mine.filter(lead_id=lead_id, digest__in=digests).delete()
    SelectorPosting.objects.bulk_create(made, ignore_conflicts=True)


def _move_tries(member_id: UUID, before: Mapping[bytes, bytes]) -> None:
    for row in ledger.rows_of(member_id, before):
        now = before[bytes(row.digest)]
        if ledger.asked_before(member_id, [now]):
            row.delete()
        else:
            row.digest, row.key_id = now, keys.current().id
            row.save(update_fields=["digest", "key_id"])


def _move_quarantine(before: Mapping[bytes, bytes]) -> None:
    for row in Quarantine.objects.filter(digest__in=list(before)):
        now = before[bytes(row.digest)]
        if Quarantine.objects.filter(digest=now).exists():
            row.delete()
        else:
            row.digest, row.key_id = now, keys.current().id
            row.save(update_fields=["digest", "key_id"])
