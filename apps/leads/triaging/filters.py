"""A list narrowed by what was typed, as far as the reader's level shows it.

A filter on something that a level withholds never matches what is withheld: the same table says
from which level on each may be used.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from apps.core.actor import Actor
from apps.core.models import Level
from apps.leads.field_classes import shown_from
from apps.leads.finding import by_selector, named_in
from apps.leads.models import Lead, LeadSelector
from apps.leads.triaging.query import Query
from apps.sharing import selectors as sharing

# The newest leads with the words; a list says when it looked through no more.
MOST_FOUND: Final = 1_000
OWN_TABS: Final = frozenset({"decide", "mine", "taken", "snoozed", "dismissed"})
NOTHING: Final = Q(lead_id__in=())
PUT_AWAY: Final = (Lead.Status.DISMISSED, Lead.Status.DUPLICATE, Lead.Status.WITHDRAWN)


def condition(query: Query, actor: Actor, *, found: list[UUID] | None) -> Q:
    """The query over access rows joined with their leads; `found` are the leads with its words."""
    if query.problems:
        return NOTHING
    wanted = Q()
    for name, value in query.filters.items():
        wanted &= _CONDITIONS[name](value, actor)
    if query.before:
        wanted &= Q(created_at__lt=query.before, level__gte=Level.SELECTORS)
    if query.after:
        wanted &= Q(created_at__gte=query.after, level__gte=Level.SELECTORS)
    if found is not None:
        wanted &= Q(lead_id__in=found)
    return wanted


def with_words(actor: Actor, words: str, *, limit: int = MOST_FOUND) -> list[UUID]:
    """Leads with every word among what the actor may read, or a selector typed in any form."""
    hits = sharing.search(actor, words, types=("lead",), limit=limit)
    found = dict.fromkeys(hit.subject_id for hit in hits)
    if named := named_in(words):
        found.update(dict.fromkeys(by_selector(actor, named, limit)))
    return list(found)


def in_tab(tab: str, actor: Actor, *, at: datetime) -> Q:
    """One of the lists, over access rows joined with their leads."""
    # Both sides of the join say whose: either may lead the plan.
    own = Q(owner_id=actor.member_id, lead__member_id=actor.member_id)
    awake = Q(lead__snoozed_until__isnull=True) | Q(lead__snoozed_until__lte=at)
    if tab == "decide":
        return own & Q(lead__status=Lead.Status.NEW) & awake
    if tab == "mine":
        return own & Q(lead__created_by=actor.user_id)
    if tab == "taken":
        return own & _of_assignee("me", actor) & ~Q(lead__status__in=PUT_AWAY)
    if tab == "snoozed":
        return own & Q(lead__snoozed_until__gt=at)
    if tab == "dismissed":
        return own & Q(lead__status__in=PUT_AWAY)
    return ~Q(owner_id=F("viewer_id")) if tab == "allies" else Q()


def about_leads(wanted: Q) -> Q:
    """A condition over access rows as one over own leads, which are read whole and for ever.

    The leads name themselves `lead_id`, too, for what is asked beside them.
    """
    told = Q(_connector=wanted.connector, _negated=wanted.negated)
    for child in wanted.children:
        if isinstance(child, Q):
            told.children.append(about_leads(child))
        elif not isinstance(child, tuple):
            told.children.append(child)
        elif child[0] == "owner_id":
            told.children.append(("member_id", child[1]))
        elif not child[0].startswith("level__"):
            told.children.append((child[0].removeprefix("lead__"), child[1]))
    return told


def _of_kind(kind: str, _actor: Actor) -> Q:
    has = LeadSelector.objects.filter(lead_id=OuterRef("lead_id"), kind=kind, key__isnull=False)
    return Q(Exists(has), level__gte=shown_from(kind))


def _of_assignee(who: str, actor: Actor) -> Q:
    person_id = actor.user_id if who == "me" else None
    if who == "me" and person_id is None:
        return NOTHING
    return Q(owner_id=actor.member_id) & (
        Q(lead__assignee_id=person_id) if person_id else Q(lead__assignee_id__isnull=True)
    )


def _asleep(state: str, actor: Actor) -> Q:
    # What sleeps is written as such until it is woken: a due row does so on time.
    return Q(owner_id=actor.member_id, lead__snoozed_until__isnull=state != "snoozed")


_CONDITIONS: Final[dict[str, Callable[[str, Actor], Q]]] = {
    "kind": _of_kind,
    "brand": lambda value, _actor: Q(lead__brand__iexact=value, level__gte=Level.SELECTORS),
    "country": lambda value, _actor: Q(lead__country__iexact=value),
    "status": lambda value, _actor: Q(lead__status=value, level__gte=Level.CASE),
    "severity": lambda value, _actor: Q(lead__severity=value, level__gte=Level.CASE),
    "tlp": lambda value, _actor: Q(lead__tlp=value),
    # Who the source is, an ally reads by name alone: its lists are its member's.
    "source": lambda value, actor: Q(lead__source__iexact=value, owner_id=actor.member_id),
    "assignee": _of_assignee,
    "is": _asleep,
}
