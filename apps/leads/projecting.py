"""What a viewer may read of a lead: one function for pages, API, search and export.

An allow-list per level (sharing.md 4.5): a field that is not given here is not seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core.models import Level
from apps.leads.drafts import CONTACTS, SEALED, mask
from apps.leads.models import Lead, LeadSelector

_FIELDS = {
    Level.SELECTORS: ("reference", "brand"),
    Level.CASE: ("title", "description", "severity", "language", "status", "seen_at"),
    Level.FULL: (
        "source", "source_kind", "their_reference", "source_reliability", "credibility",
    ),
}  # fmt: skip
# What never leaves the member.
_INTERNAL = (
    "assignee_id", "batch_id", "created_by", "discoverability", "dismissed_reason",
    "duplicate_of_id", "priority", "priority_facts", "reopened_reason", "snoozed_until", "version",
)  # fmt: skip


PUT_AWAY = {Lead.Status.DISMISSED, Lead.Status.DUPLICATE, Lead.Status.WITHDRAWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectorView:
    kind: str
    namespace: str
    raw: str
    norm: str
    is_read: bool
    market: str = ""
    is_weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadView:
    """A lead as one viewer sees it; what the level withholds is empty."""

    id: UUID
    member_id: UUID
    level: int
    country: str
    tlp: str
    created_at: datetime
    reference: str = ""
    locator: str = ""
    brand: str = ""
    title: str = ""
    description: str = ""
    severity: str = ""
    language: str = ""
    status: str = ""
    seen_at: datetime | None = None
    source: str = ""
    source_kind: str = ""
    their_reference: str = ""
    source_reliability: str = ""
    credibility: int | None = None
    discoverability: str = ""
    dismissed_reason: str = ""
    created_by: UUID | None = None
    batch_id: UUID | None = None
    assignee_id: UUID | None = None
    duplicate_of_id: UUID | None = None
    reopened_reason: str = ""
    snoozed_until: datetime | None = None
    priority: int | None = None
    priority_facts: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    selectors: tuple[SelectorView, ...] = field(default=())

    @property
    def is_sealed(self) -> bool:
        """Its existence may be known, what it says may not."""
        return self.level < Level.SELECTORS

    @property
    def is_dismissed(self) -> bool:
        return self.status == Lead.Status.DISMISSED

    @property
    def is_put_away(self) -> bool:
        return self.status in PUT_AWAY

    @property
    def is_linked(self) -> bool:
        return self.status == Lead.Status.LINKED


def project(
    lead: Lead, level: int, *, is_owner: bool, selectors: Iterable[LeadSelector] = ()
) -> LeadView:
    """The lead at a level of access; `is_owner` also sees what never leaves the member."""
    month = lead.created_at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    shown: dict[str, object] = {
        "id": lead.pk,
        "member_id": lead.member_id,
        "level": level,
        "country": lead.country,
        "tlp": lead.tlp,
        "created_at": lead.created_at if level >= Level.SELECTORS else month,
    }
    if level >= Level.SELECTORS:
        shown["locator"] = _locator(lead, level)
        shown["selectors"] = tuple(_selectors(selectors, level))
    for needed, names in _FIELDS.items():
        if level >= needed:
            shown |= {name: getattr(lead, name) for name in names}
    if is_owner:
        shown |= {name: getattr(lead, name) for name in _INTERNAL}
    return LeadView(**shown)  # type: ignore[arg-type]


def _locator(lead: Lead, level: int) -> str:
    if level < Level.CASE and lead.locator_kind in CONTACTS:
        return mask(lead.locator_kind, lead.locator)
    return lead.locator


def _selectors(rows: Iterable[LeadSelector], level: int) -> Iterable[SelectorView]:
    for row in rows:
        raw, norm = row.raw, row.norm
        if level < Level.CASE:
            if not row.is_read or row.kind in SEALED:
                continue
            if row.kind in CONTACTS:
                raw, norm = mask(row.kind, norm), mask(row.kind, norm)
        elif level < Level.FULL and row.kind in SEALED:
            raw = norm = mask(row.kind, norm or raw)
        yield SelectorView(
            kind=row.kind,
            namespace=row.namespace,
            raw=raw,
            norm=norm,
            is_read=row.is_read,
            market=row.market,
            is_weak=row.is_weak,
        )
