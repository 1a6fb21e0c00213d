"""A lead as it leaves: the projection for whoever exports it, without what is masked in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from apps.leads.normalise import ADDRESS, SELLER_NAME
from apps.leads.projecting import LeadView, SelectorView

# Compared as words in another order, and read by people in theirs.
_WORDS: Final = frozenset({SELLER_NAME, ADDRESS})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One lead in a file, with its owner's name and when it was put into it."""

    lead: LeadView
    owner: str
    made_at: datetime

    @property
    def selectors(self) -> tuple[SelectorView, ...]:
        """What identifies it, as far as it is read whole: half a value is no use in a machine."""
        return tuple(row for row in self.lead.selectors if not row.is_masked)

    @property
    def seen_at(self) -> datetime:
        return self.lead.seen_at or self.lead.created_at

    @property
    def headline(self) -> str:
        return self.lead.title or self.lead.reference or str(self.lead.id)


def value_of(row: SelectorView) -> str:
    """The value as another platform compares it: read anew it is the same selector."""
    return row.raw if row.kind in _WORDS else row.norm or row.raw
