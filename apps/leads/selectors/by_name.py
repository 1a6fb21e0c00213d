"""What was given to a person by name, beside what its member reads."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.core import scope
from apps.core.actor import Actor
from apps.leads.models import LeadAccess
from apps.leads.selectors.narrowing import Wanted, cut_rows
from apps.leads.triaging import filters

# What is given by name is given one by one.
MOST_NAMED = 500


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
        mine = [row for row in self.alone if after is None or newest(row) < after]
        return sorted([*listed, *mine], key=newest, reverse=True)


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
        mine = list(cut_rows(person, wanted, at=at)[0][:MOST_NAMED])
    if not mine:
        return NONE_NAMED
    ids = [row.lead_id for row in mine]
    both = dict(listed.order_by().filter(lead_id__in=ids).values_list("lead_id", "created_at"))
    more = {row.lead_id: row for row in mine if row.lead_id in both}
    for lead_id, row in more.items():
        row.created_at = both[lead_id]
    return Named([row for row in mine if row.lead_id not in both], more)


def newest(row: LeadAccess) -> tuple[datetime, UUID]:
    return row.created_at, row.lead_id
