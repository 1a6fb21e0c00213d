"""What evidence announces, in the sequence of the investigation it belongs to."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class EvidenceAdded(Fact):
    """A file was acquired and attached."""

    name: ClassVar[str] = "evidence.added"
    subject_type: ClassVar[str] = "investigation"

    evidence_id: UUID
    file_name: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class EvidenceAltered(Fact):
    """A verification found that the stored bytes are not those that were acquired."""

    name: ClassVar[str] = "evidence.altered"
    subject_type: ClassVar[str] = "investigation"

    evidence_id: UUID
    file_name: str
