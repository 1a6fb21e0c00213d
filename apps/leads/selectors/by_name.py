"""What was given to a person by name, beside what its member reads."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from apps.core import scope, together
from apps.core.actor import Actor
from apps.leads.lines import Line, lines_of
from apps.leads.models import LeadAccess
from apps.leads.selectors.narrowing import Wanted, cut_rows
from apps.leads.triaging import filters

# What is given by name is given one by one.
MOST_NAMED = 500


@dataclass(frozen=True, slots=True)
class Named:
    """What was given to the person by name: alone, or more of what its member reads as well."""

    alone: list[Line]
    more: dict[UUID, Line]

    def merged(self, listed: list[Line], after: tuple[datetime | int, UUID] | None) -> list[Line]:
        """The lines of a list with these in their places, newest first."""
        if not self.alone and not self.more:
            return listed
        listed = [
            self.more[line.id]
            if line.id in self.more and self.more[line.id].level > line.level
            else line
            for line in listed
        ]
        mine = [line for line in self.alone if after is None or line.place < after]
        return sorted([*listed, *mine], key=lambda line: line.place, reverse=True)


NONE_NAMED = Named([], {})


_HAS_ANY = """
SELECT EXISTS (SELECT FROM core_access WHERE viewer_id = %s AND subject_type = 'lead'
  AND (expires_at IS NULL OR expires_at > %s))
"""


def has_named(actor: Actor, *, at: datetime) -> bool:
    """Whether anything was given to the person by name: to nearly nobody."""
    person = actor.in_person()
    if person is None:
        return False
    with scope.binding(person), connection.cursor() as cursor:
        cursor.execute(_HAS_ANY, [person.member_id, at])
        return bool(cursor.fetchone()[0])


def named_rows(
    actor: Actor,
    wanted: Wanted,
    listed: QuerySet[LeadAccess],
    *,
    has_any: bool | None = None,
    at: datetime,
) -> Named:
    """The person's own lines of a list, beside those that its member has in it.

    A lead that both have stands in its member's place, as the person reads it. `has_any` is the
    answer of `has_named`, where it was asked already.
    """
    person = actor.in_person()
    if person is None or wanted.tab in filters.OWN_TABS:
        return NONE_NAMED
    if not (has_named(actor, at=at) if has_any is None else has_any):
        return NONE_NAMED
    with scope.binding(person):
        mine = _lines(person, wanted, at=at)
    ids = [line.id for line in mine]
    both = dict(listed.order_by().filter(lead_id__in=ids).values_list("lead_id", "created_at"))
    return Named(
        [line for line in mine if line.id not in both],
        {line.id: line._replace(came_at=both[line.id]) for line in mine if line.id in both},
    )


def _lines(person: Actor, wanted: Wanted, *, at: datetime) -> list[Line]:
    found, _is_cut = cut_rows(person, wanted, at=at)
    return lines_of(person, together.question(found.values("lead_id")[:MOST_NAMED]), at=at)
