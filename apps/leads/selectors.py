"""Reading leads as the actor may: every list starts from the access rows."""

import base64
import binascii
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from apps.core import access, clock, scope, together
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound
from apps.core.models import Level
from apps.leads.correlating.judged import verdicts_of
from apps.leads.correlating.links import Match, links_of, links_of_many
from apps.leads.lines import Line, lines
from apps.leads.models import (
    Disclosure,
    ImportBatch,
    ImportMapping,
    ImportRow,
    Lead,
    LeadAccess,
    Severity,
)
from apps.leads.projecting import LeadView, project, shown
from apps.leads.triaging import filters
from apps.leads.triaging.query import EMPTY, parse
from apps.sharing import selectors as sharing
from apps.sharing.models import Grant, Tlp, Tombstone

__all__ = ["Match", "links_of", "links_of_many", "verdicts_of"]

PAGE = 50
MOST_MATCHES = 20
# What is given by name is given one by one.
MOST_NAMED = 500
MOST_IDS = 1_000
MOST_EXPORTED = 10_000
TABS = ("decide", "mine", "taken", "snoozed", "allies", "dismissed", "all")
SORTS = ("newest", "priority")
# A count says "1,000+" past this: to count on would cost and tell nobody more.
COUNTED = 1_000
_COUNTED_TABS = ("taken", "mine", "snoozed")


@dataclass(frozen=True, slots=True)
class Page:
    """One keyset page of leads; `links` counts the member's other leads sharing a selector.

    `is_cut` says that more leads have the words than were looked through.
    """

    leads: list[LeadView]
    links: dict[UUID, int]
    cursor: str
    is_cut: bool = False


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


def find(actor: Actor, lead_id: UUID) -> Lead:
    """The lead, if the actor may know of it at all. Raises NotFound."""
    lead = Lead.objects.filter(pk=lead_id, id__in=access.subject_ids(actor, "lead")).first()
    person = actor.in_person()
    if lead is None and person is not None:
        with scope.binding(person):
            named = access.subject_ids(person, "lead")
            lead = Lead.objects.filter(pk=lead_id, id__in=named).first()
    if lead is None:
        raise NotFound
    return lead


def may_watch(actor: Actor, lead_id: UUID) -> bool:
    """Whether the actor may know of the lead, as its member or by name."""
    try:
        find(actor, lead_id)
    except NotFound:
        return False
    return True


def level_in_person(actor: Actor, lead: Lead) -> int:
    """How much of an ally's lead was shared with the person by name; 0 for nothing."""
    person = actor.in_person()
    if person is None or lead.member_id == actor.member_id:
        return 0
    with scope.binding(person):
        return access.level(person, "lead", lead.pk)


def named_to(actor: Actor) -> list[Grant]:
    """What was shared with the person by name, newest first."""
    person = actor.in_person()
    if person is None:
        return []
    with scope.binding(person):
        return list(sharing.received(person, "lead")[:MOST_MATCHES])


def cards(actor: Actor, lead_ids: Collection[UUID]) -> dict[UUID, LeadView]:
    """Those of the leads that the person reads, as its member or by name, without selectors."""
    at = clock.now()
    found = _as_both(actor, lambda viewer: lines(viewer, lead_ids, at=at))
    return {line.id: shown(actor, line) for line in found}


def find_own(actor: Actor, lead_id: UUID) -> Lead:
    """A lead of the actor's own member; one that is merely shared is none. Raises NotFound."""
    lead = find(actor, lead_id)
    if lead.member_id != actor.member_id:
        raise NotFound
    return lead


def tombstone(actor: Actor, lead_id: UUID) -> Tombstone:
    """What remains of a lead whose access has ended. Raises NotFound while there is access."""
    found = sharing.tombstone(actor, "lead", lead_id)
    if found is None or access.may_read(actor, "lead", lead_id):
        raise NotFound
    return found


def find_many(actor: Actor, lead_ids: Sequence[UUID], *, min_level: int = 3) -> list[Lead]:
    """The leads in the order asked for; one that may not be read is one that is not there."""
    wanted = list(dict.fromkeys(lead_ids))
    if len(wanted) > MOST_IDS:
        raise Invalid({"lead_ids": [_("At most %(count)s leads at once.") % {"count": MOST_IDS}]})
    found = _readable(actor, wanted, min_level)
    person = actor.in_person()
    if person is not None and len(found) != len(wanted):
        with scope.binding(person):
            found |= _readable(person, wanted, min_level)
    if len(found) != len(wanted):
        raise NotFound
    return [found[lead_id] for lead_id in wanted]


def _readable(actor: Actor, lead_ids: Sequence[UUID], min_level: int) -> dict[UUID, Lead]:
    readable = access.subject_ids(actor, "lead", min_level=min_level)
    return Lead.objects.filter(id__in=readable).in_bulk(lead_ids)


def references(actor: Actor, lead_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The member's own numbers of its own leads."""
    own = Lead.objects.filter(member_id=actor.member_id, pk__in=lead_ids)
    return dict(own.values_list("pk", "reference"))


def view(actor: Actor, lead: Lead) -> LeadView:
    """The lead with its selectors, as far as the actor may read."""
    is_owner = lead.member_id == actor.member_id
    row = None if is_owner else access.row(actor, "lead", lead.pk)
    level = Level.FULL if is_owner else row.level if row else 0
    person = actor.in_person()
    if person is not None and level_in_person(actor, lead) > level:
        with scope.binding(person):
            return view(person, lead)
    rows = lead.selectors.order_by("position", "id") if level >= Level.SELECTORS else ()
    return project(
        lead,
        level,
        is_owner=is_owner,
        is_named=row is not None and row.viewer_id == actor.user_id,
        is_disclosed=_is_disclosed(actor, lead, level=level),
        selectors=rows,
    )


def _is_disclosed(actor: Actor, lead: Lead, *, level: int) -> bool:
    """Whether the person has said lately why he reads what is sealed."""
    if level < Level.FULL or lead.member_id == actor.member_id:
        return False
    return Disclosure.objects.filter(
        lead_id=lead.pk,
        reader_id=actor.member_id,
        user_id=actor.user_id,
        ends_at__gt=clock.now(),
    ).exists()


def rows(
    actor: Actor, wanted: Wanted = NO_WISH, *, at: datetime | None = None
) -> QuerySet[LeadAccess]:
    """The actor's access rows to leads with their leads, newest first.

    A wish for something that a level withholds never matches what is withheld.
    """
    return _rows(actor, wanted, at=at or clock.now())[0]


def _rows(actor: Actor, wanted: Wanted, *, at: datetime) -> tuple[QuerySet[LeadAccess], bool]:
    """The rows, and whether more leads have the words than were looked through."""
    wish, is_cut = _wish(actor, wanted, at=at)
    found = LeadAccess.objects.select_related("lead").filter(
        access.open_at(at),
        wish,
        viewer_id=actor.member_id,
        subject_type="lead",
    )
    if wanted.is_by_priority:
        return found.order_by("-lead__priority", "-lead_id"), is_cut
    return found.order_by("-created_at", "-lead_id"), is_cut


def _wish(actor: Actor, wanted: Wanted, *, at: datetime) -> tuple[Q, bool]:
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


def _own(actor: Actor, wish: Q) -> QuerySet[Lead]:
    """Own leads, of which each has an access row: the wall itself asks for it, lead by lead.

    Where a list holds own leads alone, their index has them in its order; the access rows have not.
    """
    own = Lead.objects.alias(lead_id=F("pk")).filter(member_id=actor.member_id)
    return own.filter(filters.about_leads(wish))


@dataclass(frozen=True, slots=True)
class Named:
    """What was given to the person by name: alone, or more of what its member reads as well."""

    alone: list[LeadAccess]
    more: dict[UUID, LeadAccess]

    def merged(
        self, listed: list[LeadAccess], after: tuple[datetime | int, UUID] | None
    ) -> list[LeadAccess]:
        """The rows of a list with these in their places, newest first."""
        if not self.alone and not self.more:
            return listed
        listed = [
            self.more[row.lead_id]
            if row.lead_id in self.more and self.more[row.lead_id].level > row.level
            else row
            for row in listed
        ]
        mine = [row for row in self.alone if after is None or _newest(row) < after]
        return sorted([*listed, *mine], key=_newest, reverse=True)


NONE_NAMED = Named([], {})


def named_rows(
    actor: Actor, wanted: Wanted, listed: QuerySet[LeadAccess], *, at: datetime
) -> Named:
    """The person's own access rows of a list, beside those that its member has in it.

    A lead that both have stands in its member's place, as the person reads it.
    """
    person = actor.in_person()
    if person is None or wanted.tab in filters.OWN_TABS:
        return NONE_NAMED
    with scope.binding(person):
        mine = list(_rows(person, wanted, at=at)[0][:MOST_NAMED])
    if not mine:
        return NONE_NAMED
    ids = [row.lead_id for row in mine]
    both = dict(listed.order_by().filter(lead_id__in=ids).values_list("lead_id", "created_at"))
    more = {row.lead_id: row for row in mine if row.lead_id in both}
    for lead_id, row in more.items():
        row.created_at = both[lead_id]
    return Named([row for row in mine if row.lead_id not in both], more)


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
        found, is_cut = _rows(actor, wanted, at=at)
        named = named_rows(actor, wanted, found, at=at)
        return named.merged(_first(found.filter(rest), wanted, most), after)[:most], is_cut
    wish, is_cut = _wish(actor, wanted, at=at)
    order = ("-priority", "-pk") if wanted.is_by_priority else ("-created_at", "-pk")
    leads = _own(actor, wish & rest).order_by(*order)[:most]
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


def counts(actor: Actor, *, at: datetime | None = None) -> dict[str, Any]:
    """How many leads each view holds, up to a limit, and since when the oldest waits."""
    at = at or clock.now()
    found = counts_of(together.ask(count_questions(actor, at=at)))
    found["allies"] += named_alone(actor, at=at)
    return found


def named_alone(actor: Actor, *, at: datetime) -> int:
    """How many leads were given to the person by name and not to its member."""
    person = actor.in_person()
    if person is None:
        return 0
    with scope.binding(person):
        # Nearly nobody has any: nothing else is asked then.
        if not access.rows(person, "lead").exists():
            return 0
    return len(named_rows(actor, NO_WISH, rows(actor, at=at), at=at).alone)


# Stand in for whoever asks and for when: no lead has these.
_ANYBODY: Final = Actor(member_id=UUID(int=1), user_id=UUID(int=2))
_ANY_TIME: Final = datetime(1, 1, 1, tzinfo=UTC)


def count_questions(actor: Actor, *, at: datetime) -> dict[str, together.Question]:
    """What `counts_of` needs to be told, for a page that asks more at once."""
    if actor.user_id is None:
        return _count_questions(actor, at=at, most=COUNTED)
    places = {_ANYBODY.member_id: actor.member_id, _ANYBODY.user_id: actor.user_id, _ANY_TIME: at}
    return together.filled(_count_forms(COUNTED), places)


@cache
def _count_forms(most: int) -> dict[str, together.Question]:
    """Eight questions that every inbox asks: to compile them costs more than to answer them."""
    return _count_questions(_ANYBODY, at=_ANY_TIME, most=most)


def _count_questions(actor: Actor, *, at: datetime, most: int) -> dict[str, together.Question]:
    waiting = _own(actor, filters.in_tab("decide", actor, at=at))
    first = waiting.order_by("-priority", "-pk")
    own = {tab: _own(actor, filters.in_tab(tab, actor, at=at)) for tab in _COUNTED_TABS}
    counted = {
        "decide": first,
        "urgent": first.filter(severity=Severity.URGENT),
        **own,
        "allies": rows(actor, Wanted(tab="allies"), at=at),
    }
    oldest = waiting.order_by("created_at").values("created_at")[:1]
    return {
        **{f"count_{name}": together.counted(q, most + 1) for name, q in counted.items()},
        "oldest": together.question(oldest),
    }


def counts_of(told: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The answers to `count_questions`; one past `COUNTED` means that there are more."""
    found: dict[str, Any] = {
        name.removeprefix("count_"): rows[0]["n"]
        for name, rows in told.items()
        if name.startswith("count_")
    }
    since = told["oldest"][0]["created_at"] if told["oldest"] else None
    return found | {"oldest": datetime.fromisoformat(since) if since else None}


def link_counts(actor: Actor, lead_ids: Sequence[UUID]) -> dict[UUID, int]:
    """For each lead, how many other own leads share a selector (counted up to a limit)."""
    return {lead_id: len(found) for lead_id, found in link_pairs(actor, lead_ids).items()}


def link_question(actor: Actor, lead_ids: Sequence[UUID]) -> together.Question:
    """What `link_pairs` asks, for a page that asks more at once."""
    return _PAIRS, [actor.member_id, MOST_MATCHES, list(lead_ids)]


# One row of each pair, whatever it is that they share.
_PAIRS = """
SELECT DISTINCT s.lead_id, o.lead_id AS other FROM leads_leadselector s CROSS JOIN LATERAL (
  SELECT p.lead_id FROM leads_leadselector p
  WHERE p.member_id = %s AND p.key = s.key AND p.lead_id <> s.lead_id LIMIT %s) o
WHERE s.lead_id = ANY(%s) AND s.key IS NOT NULL
"""


def link_pairs(actor: Actor, lead_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """For each lead, the other own leads that share a selector, up to a limit per selector."""
    if not lead_ids:
        return {}
    others: dict[UUID, set[UUID]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(*link_question(actor, lead_ids))
        for lead_id, other in cursor.fetchall():
            others[lead_id].add(other)
    return others


def duplicates_of(actor: Actor, lead_id: UUID) -> QuerySet[Lead]:
    """The member's own leads that repeat this one."""
    return Lead.objects.filter(member_id=actor.member_id, duplicate_of_id=lead_id).order_by("pk")


def search(
    actor: Actor, query: str, *, limit: int = 50, at: datetime | None = None
) -> list[LeadView]:
    """Leads by their words, in any script, by a selector typed in any form, and by filters."""
    at = at or clock.now()
    found = _as_both(actor, lambda viewer: _hits(viewer, query, limit, at=at))
    return [shown(actor, line) for line in found[:limit]]


def _as_both(actor: Actor, read: Callable[[Actor], list[Line]]) -> list[Line]:
    """What is read as the member and by name: each lead once, at the higher level, newest first."""
    found = read(actor)
    person = actor.in_person()
    if person is not None:
        with scope.binding(person):
            found = [*found, *read(person)]
    best: dict[UUID, Line] = {}
    for line in sorted(found, key=lambda one: one.place, reverse=True):
        if line.id not in best or line.level > best[line.id].level:
            best[line.id] = line
    return list(best.values())


def _newest(row: LeadAccess) -> tuple[datetime, UUID]:
    return row.created_at, row.lead_id


def _hits(viewer: Actor, query: str, limit: int, *, at: datetime) -> list[Line]:
    """What one viewer finds: the member, or the person for what was given to it by name."""
    asked = parse(query, at=at)
    if asked.is_narrowed:
        found = rows(viewer, Wanted(text=query), at=at).values_list("lead_id", flat=True)
        ids = list(found[:limit])
    else:
        # Nothing narrows what has the words: no more of them is looked for than is shown.
        ids = filters.with_words(viewer, asked.words, limit=limit)
    return lines(viewer, ids, at=at, most=limit)


def count(actor: Actor, wanted: Wanted, *, at: datetime, most: int) -> int:
    """How many leads a list has, counted no further than `most`."""
    found = rows(actor, wanted, at=at)
    alone = named_rows(actor, wanted, found, at=at).alone
    return min(most, found.order_by()[:most].count() + len(alone))


def has_since(actor: Actor, wanted: Wanted, since: datetime, *, at: datetime) -> bool:
    """Whether a list has anything that came after an instant."""
    found = rows(actor, wanted, at=at).filter(created_at__gt=since, created_at__lte=at)
    if found.order_by().exists():
        return True
    named = named_rows(actor, wanted, found, at=at)
    return any(since < row.created_at <= at for row in named.alone)


def batches(actor: Actor) -> QuerySet[ImportBatch]:
    return ImportBatch.objects.filter(member_id=actor.member_id).order_by("-created_at", "-id")


def find_batch(actor: Actor, batch_id: UUID) -> ImportBatch:
    """The member's own import. Raises NotFound."""
    batch = batches(actor).filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    return batch


def batch_rows(
    batch: ImportBatch, *, outcome: str = "", matched: bool = False
) -> "QuerySet[ImportRow]":
    """What became of the rows, in the order of the file."""
    found = ImportRow.objects.filter(batch=batch).order_by("number")
    if outcome:
        found = found.filter(outcome=outcome)
    if matched:
        found = found.filter(match_id__isnull=False)
    return found


def mappings(actor: Actor) -> QuerySet[ImportMapping]:
    return ImportMapping.objects.filter(member_id=actor.member_id).order_by("name")
