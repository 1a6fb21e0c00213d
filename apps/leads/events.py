"""What leads announce."""

from dataclasses import dataclass
from typing import ClassVar

from apps.core.events import Fact
from apps.core.models import Level


@dataclass(frozen=True, kw_only=True)
class _OfLead(Fact):
    subject_type: ClassVar[str] = "lead"


@dataclass(frozen=True, kw_only=True)
class LeadCreated(_OfLead):
    name: ClassVar[str] = "lead.created"
    min_level: ClassVar[int] = Level.TEASER
    feeds: ClassVar[bool] = True

    reference: str


@dataclass(frozen=True, kw_only=True)
class LeadChanged(_OfLead):
    name: ClassVar[str] = "lead.changed"

    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LeadTriaged(_OfLead):
    """Somebody gave it a severity."""

    name: ClassVar[str] = "lead.triaged"
    feeds: ClassVar[bool] = True

    severity: str


@dataclass(frozen=True, kw_only=True)
class LeadDismissed(_OfLead):
    """Its reason is internal: it stays in the lead's own row."""

    name: ClassVar[str] = "lead.dismissed"
    feeds: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class LeadRestored(_OfLead):
    name: ClassVar[str] = "lead.restored"
    feeds: ClassVar[bool] = True

    status: str


@dataclass(frozen=True, kw_only=True)
class LeadWithdrawn(_OfLead):
    """Its owner has taken it back; the reason is internal."""

    name: ClassVar[str] = "lead.withdrawn"
    feeds: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class LeadDuplicated(_OfLead):
    """It repeats another lead; which one is internal."""

    name: ClassVar[str] = "lead.duplicated"
    feeds: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class _InsideMember(_OfLead):
    """How the owner's people divide the work: for nobody else."""

    min_level: ClassVar[int] = Level.FULL


@dataclass(frozen=True, kw_only=True)
class LeadAssigned(_InsideMember):
    """Somebody has taken it on, or was given it; who stands in the lead's own row."""

    name: ClassVar[str] = "lead.assigned"
    feeds: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class LeadSnoozed(_InsideMember):
    name: ClassVar[str] = "lead.snoozed"
    feeds: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class LeadWoken(_InsideMember):
    """Its sleep is over: it is asked about again."""

    name: ClassVar[str] = "lead.woken"
    feeds: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class LeadUsed(_OfLead):
    """It is part of an investigation now."""

    name: ClassVar[str] = "lead.used"
    feeds: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class _OfBulk(Fact):
    """A decision about many; its leads announce theirs themselves."""

    subject_type: ClassVar[str] = "bulk_action"
    min_level: ClassVar[int] = Level.FULL


@dataclass(frozen=True, kw_only=True)
class BulkDecided(_OfBulk):
    name: ClassVar[str] = "bulk.decided"

    verb: str
    done: int


@dataclass(frozen=True, kw_only=True)
class BulkUndone(_OfBulk):
    name: ClassVar[str] = "bulk.undone"

    undone: int
    left: int


@dataclass(frozen=True, kw_only=True)
class _OfImport(Fact):
    subject_type: ClassVar[str] = "import"
    min_level: ClassVar[int] = Level.FULL

    processed: int
    total: int


@dataclass(frozen=True, kw_only=True)
class ImportAdvanced(_OfImport):
    """A stretch of rows was checked, or the work changed its state."""

    name: ClassVar[str] = "import.advanced"

    state: str


@dataclass(frozen=True, kw_only=True)
class LeadsImported(_OfImport):
    """A stretch of rows became leads: one event for all of them."""

    name: ClassVar[str] = "leads.imported"
    feeds: ClassVar[bool] = True

    added: int
    known: int
    errors: int


@dataclass(frozen=True, kw_only=True)
class _OfSignal(Fact):
    """Nobody but the member itself reads it, whoever reads its lead."""

    subject_type: ClassVar[str] = "signal"
    min_level: ClassVar[int] = Level.FULL


@dataclass(frozen=True, kw_only=True)
class SignalFound(_OfSignal):
    name: ClassVar[str] = "signal.found"


@dataclass(frozen=True, kw_only=True)
class SignalEnded(_OfSignal):
    """Hidden, closed, left and expired are the same."""

    name: ClassVar[str] = "signal.ended"
