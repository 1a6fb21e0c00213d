"""Searches that are looked at again: whose they are, and how much is in them now."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.leads import selectors
from apps.leads.models import SavedSearch
from apps.leads.selectors import Wanted

# A live count says "99+" past this: to count on would cost and tell nobody more.
COUNTED = 99


def searches(actor: Actor) -> "QuerySet[SavedSearch]":
    """The person's own, and those that colleagues share, by name."""
    found = SavedSearch.objects.filter(member_id=actor.member_id)
    mine = Q(is_shared=True)
    if actor.user_id is not None:
        mine |= Q(user_id=actor.user_id)
    return found.filter(mine).order_by("name", "pk")


def find(actor: Actor, search_id: UUID) -> SavedSearch:
    """One that the person may look at. Raises NotFound."""
    found = searches(actor).filter(pk=search_id).first()
    if found is None:
        raise NotFound
    return found


def wanted_of(search: SavedSearch, *, sort: str = "newest") -> Wanted:
    return Wanted(tab=search.tab, text=search.text, sort=sort)


def count(actor: Actor, search: SavedSearch, *, at: datetime) -> int:
    """How many leads are in it, counted no further than one past `COUNTED`."""
    return selectors.count(actor, wanted_of(search), at=at, most=COUNTED + 1)


def counts(actor: Actor, found: Sequence[SavedSearch], *, at: datetime) -> dict[UUID, int]:
    return {search.pk: count(actor, search, at=at) for search in found}


def has_news(actor: Actor, search: SavedSearch, *, at: datetime) -> bool:
    """Whether something came in that its owner has not been told of."""
    return selectors.has_since(actor, wanted_of(search), search.told_until, at=at)
