"""What a list is narrowed to: every list starts from the access rows."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from apps.core import access, clock
from apps.core.actor import Actor
from apps.core.models import Level
from apps.leads.models import Lead, LeadAccess
from apps.leads.triaging import filters
from apps.leads.triaging.query import EMPTY, parse

TABS = ("decide", "mine", "taken", "snoozed", "allies", "dismissed", "all")
SORTS = ("newest", "priority")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; `text` is what was typed, words and filters (query.py)."""

    tab: str = "all"
    status: str = ""
    severity: str = ""
    brand: str = ""
    text: str = ""
    sort: str = "newest"

    @property
    def is_by_priority(self) -> bool:
        """A priority is its owner's: lists with leads of others cannot be sorted by it."""
        return self.sort == "priority" and self.tab in filters.OWN_TABS


NO_WISH = Wanted()


def rows(
    actor: Actor, wanted: Wanted = NO_WISH, *, at: datetime | None = None
) -> QuerySet[LeadAccess]:
    """The actor's access rows to leads with their leads, newest first.

    A wish for something that a level withholds never matches what is withheld.
    """
    return cut_rows(actor, wanted, at=at or clock.now())[0]


def cut_rows(actor: Actor, wanted: Wanted, *, at: datetime) -> tuple[QuerySet[LeadAccess], bool]:
    """The rows, and whether more leads have the words than were looked through."""
    wish, is_cut = wish_of(actor, wanted, at=at)
    found = LeadAccess.objects.select_related("lead").filter(
        access.open_at(at),
        wish,
        viewer_id=actor.member_id,
        subject_type="lead",
    )
    if wanted.is_by_priority:
        return found.order_by("-lead__priority", "-lead_id"), is_cut
    return found.order_by("-created_at", "-lead_id"), is_cut


def wish_of(actor: Actor, wanted: Wanted, *, at: datetime) -> tuple[Q, bool]:
    """The wish as a condition over access rows, and whether its words had too many leads."""
    wish = filters.in_tab(wanted.tab, actor, at=at)
    if wanted.status:
        wish &= Q(lead__status=wanted.status, level__gte=Level.CASE)
    if wanted.severity:
        wish &= Q(lead__severity=wanted.severity, level__gte=Level.CASE)
    if wanted.brand:
        wish &= Q(lead__brand=wanted.brand, level__gte=Level.SELECTORS)
    query = parse(wanted.text, at=at) if wanted.text else EMPTY
    ids = filters.with_words(actor, query.words) if query.words else None
    if not query.is_empty:
        wish &= filters.condition(query, actor, found=ids)
    return wish, ids is not None and len(ids) >= filters.MOST_FOUND


def own_leads(actor: Actor, wish: Q) -> QuerySet[Lead]:
    """Own leads, of which each has an access row: the wall itself asks for it, lead by lead.

    Where a list holds own leads alone, their index has them in its order; the access rows have not.
    """
    own = Lead.objects.alias(lead_id=F("pk")).filter(member_id=actor.member_id)
    return own.filter(filters.about_leads(wish))
