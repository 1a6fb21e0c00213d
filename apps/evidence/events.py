"""What evidence announces, in the sequence of the subject it belongs to: a case or a lead."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.core.events import Fact, Ref


@dataclass(frozen=True, kw_only=True)
class _OfFile(Fact):
    """Its subject is the root, whatever kind of thing that is."""

    subject_type: ClassVar[str] = "investigation"

    @property
    def subject(self) -> Ref:
        return self.root or super().subject


@dataclass(frozen=True, kw_only=True)
class EvidenceAdded(_OfFile):
    """A file was acquired and attached."""

    name: ClassVar[str] = "evidence.added"

    evidence_id: UUID
    file_name: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class EvidenceAltered(_OfFile):
    """A verification found that the stored bytes are not those that were acquired."""

    name: ClassVar[str] = "evidence.altered"

    evidence_id: UUID
    file_name: str
