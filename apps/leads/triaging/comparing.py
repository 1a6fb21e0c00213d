"""Two leads side by side: which of their facts are the same, which differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.actor import Actor
from apps.leads import selectors
from apps.leads.field_classes import LABELS
from apps.leads.models import Lead
from apps.leads.names.finding import Suggestion, suggestions
from apps.leads.projecting import LeadView

# What is compared, in this order.
FACTS: Final = (
    "title",
    "description",
    "brand",
    "country",
    "severity",
    "status",
    "source",
    "their_reference",
    "seen_at",
    "created_at",
)
REASONS: Final[dict[str, Promise]] = {
    "writing": _("The same name"),
    "sound": _("Sounds the same in Chinese"),
    "letters": _("The same in Latin letters"),
    "joined": _("The same without spaces"),
    "telling": _("The same but for places and words of trade"),
    "alike": _("A similar name"),
    "within": _("One name is within the other"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of both; `is_same` only where both say something."""

    field: str
    label: str
    mine: object
    theirs: object

    @property
    def is_same(self) -> bool:
        return bool(self.mine) and self.mine == self.theirs

    @property
    def differs(self) -> bool:
        return bool(self.mine) and bool(self.theirs) and self.mine != self.theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Another lead that may be the same: by its selectors, by its name, or by both."""

    lead: LeadView
    kinds: tuple[str, ...] = ()
    name: Suggestion | None = None
    verdict: str = ""

    @property
    def reason(self) -> str:
        return str(REASONS[self.name.reason]) if self.name else ""


def twins(actor: Actor, lead: Lead) -> list[Twin]:
    """What may be the same: shared selectors first, then names, most alike first."""
    names = {one.lead.id: one for one in suggestions(actor, lead, muted=True)}
    found = [
        Twin(
            lead=match.lead,
            kinds=tuple(match.kinds),
            name=names.pop(match.lead.id, None),
            verdict=match.verdict,
        )
        for match in selectors.links_of(actor, lead.pk).matches
    ]
    found += [Twin(lead=one.lead, name=one, verdict=one.verdict) for one in names.values()]
    return found


def rows(mine: LeadView, theirs: LeadView) -> list[Row]:
    """The facts of both, as far as each may be read; what neither says is left out."""
    return list(_rows(mine, theirs))


def _rows(mine: LeadView, theirs: LeadView) -> Iterator[Row]:
    for name in FACTS:
        one, other = getattr(mine, name), getattr(theirs, name)
        if one or other:
            yield Row(name, str(LABELS[name]), one, other)


def shared_values(mine: LeadView, theirs: LeadView) -> set[tuple[str, str, str]]:
    """The selectors that both have."""
    return _values(mine) & _values(theirs)


def _values(view: LeadView) -> set[tuple[str, str, str]]:
    return {(s.kind, s.namespace, s.norm) for s in view.selectors if s.is_read}


def pair(actor: Actor, lead_id: UUID, other_id: UUID) -> tuple[Lead, LeadView, Lead, LeadView]:
    """Both leads with what the actor may read of them. Raises NotFound."""
    lead, other = selectors.find(actor, lead_id), selectors.find(actor, other_id)
    return lead, selectors.view(actor, lead), other, selectors.view(actor, other)
