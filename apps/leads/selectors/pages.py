"""Pages of lists, by keyset."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core import clock, together
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.models import Level
from apps.leads.lines import Line, lines_of
from apps.leads.projecting import LeadView, shown
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
    has_named: bool | None = None,
    at: datetime | None = None,
) -> Page:
    """One page after the cursor, by keyset: no row is skipped, repeated or counted.

    `has_named` is the answer of `by_name.has_named`, where it was asked already.
    """
    at = at or clock.now()
    after = _opened(cursor, wanted) if cursor else None
    taken, is_cut = _taken(actor, wanted, after=after, most=size + 1, has_named=has_named, at=at)
    more = taken[size - 1] if len(taken) > size else None
    readable = [line.id for line in taken[:size] if links and line.level >= Level.CASE]
    return Page(
        [shown(actor, line) for line in taken[:size]],
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
    has_named: bool | None,
    at: datetime,
) -> tuple[list[Line], bool]:
    """The first leads after a place, and whether the list is cut."""
    rest = _after(after) if after is not None else Q()
    if wanted.tab not in filters.OWN_TABS:
        found, is_cut = cut_rows(actor, wanted, at=at)
        first = together.question(found.filter(rest).values("lead_id")[:most])
        named = named_rows(actor, wanted, found, has_any=has_named, at=at)
        return named.merged(lines_of(actor, first, at=at), after)[:most], is_cut
    wish, is_cut = wish_of(actor, wanted, at=at)
    order = ("-priority", "-pk") if wanted.is_by_priority else ("-created_at", "-pk")
    leads = together.question(own_leads(actor, wish & rest).order_by(*order).values("pk")[:most])
    found_lines = lines_of(actor, leads, at=at)
    return sorted(found_lines, key=lambda line: _place(line, wanted), reverse=True), is_cut


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
    at = clock.now()
    found = rows(actor, wanted, at=at).filter(owner_id=actor.member_id).exclude(lead__tlp=Tlp.RED)
    first = together.question(found.values("lead_id")[:MOST_EXPORTED])
    lines = lines_of(actor, first, at=at)
    lines.sort(key=lambda line: _place(line, wanted), reverse=True)
    return [shown(actor, line) for line in lines]


def _place(line: Line, wanted: Wanted) -> tuple[datetime | int, UUID]:
    """Where a lead stands in a list that begins with the greatest."""
    if wanted.is_by_priority:
        return line.priority, line.id
    return (line.created_at if wanted.tab in filters.OWN_TABS else line.came_at), line.id


def _closed(line: Line, wanted: Wanted) -> str:
    place, lead_id = _place(line, wanted)
    told = place.isoformat() if isinstance(place, datetime) else place
    return base64.urlsafe_b64encode(f"{told}|{lead_id}".encode()).decode()


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
