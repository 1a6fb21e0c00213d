"""Reading stored selectors anew when the normaliser has learned to read them better.

A lead is read again from what was reported. Its rows keep their ids, so whatever points at one goes
on pointing at it; judgements are about leads and stay; postings, sightings and the member's own
values follow what a value is called now.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from apps.core import due
from apps.leads.correlating import postings, reposting
from apps.leads.correlating.keys import Named
from apps.leads.drafts import read
from apps.leads.models import Lead, LeadSelector, OwnSelector, Sighting
from apps.leads.normalise import VERSION, normalise
from apps.leads.services.keeping import draft_of, search_entries, selector_rows
from apps.sharing.models import SearchEntry

DUE_KIND: Final = "leads.renormalise"
STRETCH: Final = 40
_READ: Final = (
    "kind",
    "namespace",
    "norm",
    "key",
    "strength",
    "market",
    "norm_version",
    "position",
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many leads of a member wait to be read anew, of how many."""

    waiting: int
    total: int

    @property
    def is_done(self) -> bool:
        return self.waiting == 0


def stale(member_id: UUID) -> QuerySet[Lead]:
    """Leads of the member that an older normaliser has read."""
    return Lead.objects.filter(member_id=member_id, read_version__lt=VERSION)


def progress(member_id: UUID) -> Progress:
    total = Lead.objects.filter(member_id=member_id).count()
    return Progress(stale(member_id).count(), total)


def start(member_id: UUID, *, at: datetime) -> None:
    """Make it due that a member's leads are read anew; the same hour twice is one start."""
    _plan(member_id, f"{at:%Y%m%d%H}", at=at)


def keep(at: datetime) -> None:
    """Reconciler: whose selectors an older normaliser has read is due."""
    for member_id in reposting.members_behind():
        start(member_id, at=at)


def renormalise_member(member_id: UUID, at: datetime) -> None:
    """Due service: read the next leads of a member anew; whatever is left tells where to go on."""
    # Before the leads, as every change of one locks them.
    postings.lock_policy(member_id, shared=True)
    waiting = stale(member_id).select_for_update().order_by("read_version", "pk")
    leads = list(waiting[:STRETCH])
    if not leads:
        _read_own_anew(member_id)
        return
    renamed: dict[Named, Named] = {}
    for lead in leads:
        renamed |= _read_anew(lead)
    lead_ids = [lead.pk for lead in leads]
    reposting.repost(member_id, lead_ids, renamed=renamed)
    _plan(member_id, str(lead_ids[-1]), at=at)


def _plan(member_id: UUID, name: str, *, at: datetime) -> None:
    token = f"{DUE_KIND}:{member_id}:{VERSION}:{name}"
    due.plan(DUE_KIND, member_id, at=at, member_id=member_id, token=token)


def _read_anew(lead: Lead) -> dict[Named, Named]:
    """Read one lead again; returns what its values are called now, and were called before."""
    reading = read(draft_of(lead))
    lead.locator, lead.locator_kind = reading.locator
    lead.read_version = VERSION
    lead.save(update_fields=["locator", "locator_kind", "read_version"])
    fresh = selector_rows(lead, reading)
    pairs, gone, new = paired(list(lead.selectors.order_by("position", "id")), fresh)
    renamed = {
        postings.named(now): postings.named(row)
        for row, now in pairs
        if row.is_read and now.is_read and row.key != now.key
    }
    _move_sightings(lead, renamed)
    lead.selectors.filter(pk__in=[row.pk for row in gone]).delete()
    _take_over(pairs)
    LeadSelector.objects.bulk_create(new)
    rows = [*(row for row, _now in pairs), *new]
    SearchEntry.objects.filter(root_type="lead", root_id=lead.pk).delete()
    SearchEntry.objects.bulk_create(search_entries(lead, rows))
    return renamed


def paired(
    old: list[LeadSelector], fresh: list[LeadSelector]
) -> tuple[list[tuple[LeadSelector, LeadSelector]], list[LeadSelector], list[LeadSelector]]:
    """Each stored row with what it is now: by its key, else by what was written.

    The second list names nothing any more, the third is new.
    """
    pairs: list[tuple[LeadSelector, LeadSelector]] = []
    ways: tuple[Callable[[LeadSelector], object], ...] = (
        lambda row: row.key or (row.kind, row.raw),
        lambda row: (row.kind, row.namespace, row.raw),
        lambda row: (row.kind, row.raw),
        lambda row: row.raw,
    )
    for way in ways:
        waiting: dict[object, list[LeadSelector]] = defaultdict(list)
        for row in old:
            waiting[way(row)].append(row)
        left = []
        for now in fresh:
            same = waiting.get(way(now))
            if same:
                pairs.append((same.pop(0), now))
            else:
                left.append(now)
        old, fresh = [row for rows in waiting.values() for row in rows], left
    return pairs, old, fresh


def _take_over(pairs: Iterable[tuple[LeadSelector, LeadSelector]]) -> None:
    """The rows say what they are now; what was written stays as it is."""
    changed = []
    for row, now in pairs:
        if any(getattr(row, name) != getattr(now, name) for name in _READ):
            for name in _READ:
                setattr(row, name, getattr(now, name))
            changed.append(row)
    LeadSelector.objects.bulk_update(changed, _READ)


def _move_sightings(lead: Lead, renamed: dict[Named, Named]) -> None:
    for (kind, namespace, norm), (old_kind, old_namespace, old_norm) in renamed.items():
        Sighting.objects.filter(
            lead=lead, selector_kind=old_kind, namespace=old_namespace, norm=old_norm
        ).update(selector_kind=kind, namespace=namespace, norm=norm)


def _read_own_anew(member_id: UUID) -> None:
    """What the member calls its own is left out as it is read now, with what it covers."""
    for row in OwnSelector.objects.filter(member_id=member_id):
        now = normalise(row.kind, row.raw)
        if now is not None and now.key != (row.kind, row.namespace, row.norm):
            kind, namespace, norm = now.key
            same = OwnSelector.objects.filter(member_id=member_id, kind=kind, norm=norm)
            if same.filter(namespace=namespace).exists():
                continue
            row.kind, row.namespace, row.norm = now.key
            row.save(update_fields=["kind", "namespace", "norm"])
        postings.take_back(member_id, (row.kind, row.namespace, row.norm))
