"""Pages of lists, by keyset."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.models import Level
from apps.leads.models import Lead, LeadAccess
from apps.leads.projecting import LeadView, project
from apps.leads.selectors.by_name import named_rows
from apps.leads.selectors.narrowing import NO_WISH, Wanted, cut_rows, own_leads, rows, wish_of
from apps.leads.selectors.pairs import link_counts
from apps.leads.triaging import filters
from apps.sharing.models import Tlp

PAGE = 50
MOST_EXPORTED = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """One keyset page of leads; `links` counts the member's other leads sharing a selector.

    `is_cut` says that more leads have the words than were looked through.
    """

    leads: list[LeadView]
    links: dict[UUID, int]
    cursor: str
    is_cut: bool = False


def page(
    actor: Actor,
    wanted: Wanted = NO_WISH,
    *,
    cursor: str = "",
    size: int = PAGE,
    links: bool = True,
    at: datetime | None = None,
) -> Page:
    """One page after the cursor, by keyset: no row is skipped, repeated or counted."""
    at = at or clock.now()
    after = _opened(cursor, wanted) if cursor else None
    taken, is_cut = _taken(actor, wanted, after=after, most=size + 1, at=at)
    more = taken[size - 1] if len(taken) > size else None
    readable = [row.lead_id for row in taken[:size] if links and row.level >= Level.CASE]
    return Page(
        [_projected(actor, row) for row in taken[:size]],
        link_counts(actor, readable),
        _closed(more, wanted) if more else "",
        is_cut,
    )


def _taken(
    actor: Actor,
    wanted: Wanted,
    *,
    after: tuple[datetime | int, UUID] | None,
    most: int,
    at: datetime,
) -> tuple[list[LeadAccess], bool]:
    """The first rows after a place, and whether the list is cut."""
    rest = _after(after) if after is not None else Q()
    if wanted.tab not in filters.OWN_TABS:
        found, is_cut = cut_rows(actor, wanted, at=at)
        named = named_rows(actor, wanted, found, at=at)
        return named.merged(_first(found.filter(rest), wanted, most), after)[:most], is_cut
    wish, is_cut = wish_of(actor, wanted, at=at)
    order = ("-priority", "-pk") if wanted.is_by_priority else ("-created_at", "-pk")
    leads = own_leads(actor, wish & rest).order_by(*order)[:most]
    return [_row_of(lead) for lead in leads], is_cut


def _first(found: QuerySet[LeadAccess], wanted: Wanted, most: int) -> list[LeadAccess]:
    """The first rows of a list; where nothing is asked of the leads, by the access rows alone.

    Their index has them in this order. Joined first, all that one may read is looked at.
    """
    if wanted.status or wanted.severity or wanted.brand or wanted.text:
        return list(found[:most])
    return list(found.filter(lead_id__in=found.values("lead_id")[:most]))


def _row_of(lead: Lead) -> LeadAccess:
    """The owner's own access row."""
    return LeadAccess(
        viewer_id=lead.member_id,
        owner_id=lead.member_id,
        subject_type="lead",
        lead=lead,
        level=Level.FULL,
        created_at=lead.created_at,
    )


def _after(after: tuple[datetime | int, UUID]) -> Q:
    place, lead_id = after
    if isinstance(place, int):
        same = Q(lead__priority=place, lead_id__lt=lead_id)
        return Q(lead__priority__lte=place) & (Q(lead__priority__lt=place) | same)
    same = Q(created_at=place, lead_id__lt=lead_id)
    return Q(created_at__lte=place) & (Q(created_at__lt=place) | same)


def for_export(actor: Actor, wanted: Wanted = NO_WISH) -> list[LeadView]:
    """The member's own leads of a list, whole up to a limit, without what is TLP:RED.

    Copies of an ally's leads are made by `exchange.exporting`, which asks whether they may be.
    """
    found = rows(actor, wanted).filter(owner_id=actor.member_id).exclude(lead__tlp=Tlp.RED)
    return [_projected(actor, row) for row in found[:MOST_EXPORTED]]


def _projected(actor: Actor, row: LeadAccess) -> LeadView:
    return project(
        row.lead,
        row.level,
        is_owner=row.owner_id == actor.member_id,
        is_named=row.viewer_id == actor.user_id,
    )


def _closed(row: LeadAccess, wanted: Wanted) -> str:
    place = row.lead.priority if wanted.is_by_priority else row.created_at.isoformat()
    return base64.urlsafe_b64encode(f"{place}|{row.lead_id}".encode()).decode()


def _opened(cursor: str, wanted: Wanted) -> tuple[datetime | int, UUID]:
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
        place, _bar, ident = text.partition("|")
        if wanted.is_by_priority:
            if not place.isdecimal() or len(place) > 4:
                raise ValueError
            return int(place), UUID(ident)
        created_at = datetime.fromisoformat(place)
        if created_at.tzinfo is None:
            raise ValueError
        return created_at, UUID(ident)
    except (ValueError, binascii.Error, OverflowError):
        raise Invalid({"cursor": [_("This page address is damaged.")]}) from None
