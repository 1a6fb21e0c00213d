"""Leads by what was typed, and by ids, as the member and as the person reads them."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.leads.lines import Line, lines
from apps.leads.projecting import LeadView, shown
from apps.leads.selectors.narrowing import Wanted, rows
from apps.leads.triaging import filters
from apps.leads.triaging.query import parse


def search(
    actor: Actor, query: str, *, limit: int = 50, at: datetime | None = None
) -> list[LeadView]:
    """Leads by their words, in any script, by a selector typed in any form, and by filters."""
    at = at or clock.now()
    found = _as_both(actor, lambda viewer: _hits(viewer, query, limit, at=at))
    return [shown(actor, line) for line in found[:limit]]


def cards(actor: Actor, lead_ids: Collection[UUID]) -> dict[UUID, LeadView]:
    """Those of the leads that the person reads, as its member or by name, without selectors."""
    at = clock.now()
    found = _as_both(actor, lambda viewer: lines(viewer, lead_ids, at=at))
    return {line.id: shown(actor, line) for line in found}


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
