"""What a viewer may read of a lead: one function for pages, API, search and export.

The table of `field_classes` decides (sharing.md 4.5): a field in none of its classes is not seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core.actor import Actor
from apps.core.models import Level
from apps.leads import field_classes
from apps.leads.field_classes import mask
from apps.leads.lines import Line
from apps.leads.models import Lead, LeadSelector

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
    is_masked: bool = False
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadView:
    """A lead as one viewer sees it; what the level withholds is empty."""

    id: UUID
    member_id: UUID
    level: int
    country: str
    tlp: str
    created_at: datetime
    pap: str = ""
    locator_kind: str = ""
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
    def has_masked(self) -> bool:
        return any(row.is_masked for row in self.selectors)

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
    lead: Lead | Line,
    level: int,
    *,
    is_owner: bool,
    is_named: bool = False,
    is_disclosed: bool = False,
    selectors: Iterable[LeadSelector] = (),
) -> LeadView:
    """The lead at a level of access; `is_owner` also sees what never leaves the member.

    `is_named` is a person to whom access was given by name. `is_disclosed` is one who has said
    why he reads what is sealed: at L4 it is masked for everybody else but its owner.
    """
    month = lead.created_at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    reach = level if is_owner or is_disclosed else min(level, Level.CASE)
    fields = field_classes.readable(level, is_owner=is_owner, is_named=is_named)
    shown: dict[str, object] = {name: getattr(lead, name) for name in fields}
    shown |= {
        "id": lead.id,
        "member_id": lead.member_id,
        "level": level,
        "created_at": lead.created_at if level >= Level.SELECTORS else month,
    }
    if level >= Level.SELECTORS:
        shown["locator"] = _locator(lead, reach)
        shown["selectors"] = tuple(_selectors(selectors, reach))
    return LeadView(**shown)  # type: ignore[arg-type]


def shown(actor: Actor, line: Line) -> LeadView:
    """A lead of a list, without its selectors, as the actor or the person may read it."""
    return project(
        line,
        line.level,
        is_owner=line.owner_id == actor.member_id,
        is_named=line.viewer_id == actor.user_id,
    )


def _locator(lead: Lead | Line, level: int) -> str:
    if not lead.locator_kind:
        return ""
    if level >= field_classes.level_of_kind(lead.locator_kind):
        return lead.locator
    if level < field_classes.shown_from(lead.locator_kind):
        return ""
    return mask(lead.locator_kind, lead.locator)


def _selectors(rows: Iterable[LeadSelector], level: int) -> Iterable[SelectorView]:
    for row in rows:
        # What could not be read may be anything: it is whole for whoever reads the case.
        if level < (field_classes.shown_from(row.kind) if row.is_read else Level.CASE):
            continue
        raw, norm = row.raw, row.norm
        is_masked = level < field_classes.level_of_kind(row.kind)
        if is_masked:
            raw = norm = mask(row.kind, norm or raw)
        yield SelectorView(
            kind=row.kind,
            namespace=row.namespace,
            raw=raw,
            norm=norm,
            is_read=row.is_read,
            market=row.market,
            is_weak=row.is_weak,
            is_masked=is_masked,
            id=row.pk,
        )
