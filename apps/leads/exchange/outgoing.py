"""A lead as it leaves: the projection for whoever exports it, without what is masked in it."""

from dataclasses import dataclass

from apps.leads.projecting import LeadView, SelectorView


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One lead in a file, with its owner's name."""

    lead: LeadView
    owner: str

    @property
    def selectors(self) -> tuple[SelectorView, ...]:
        """What identifies it, as far as it is read whole: half a value is no use in a machine."""
        return tuple(row for row in self.lead.selectors if not row.is_masked)

    @property
    def headline(self) -> str:
        return self.lead.title or self.lead.reference or str(self.lead.id)
