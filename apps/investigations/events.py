"""What investigations announce: all in the sequence of the investigation."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from apps.core.events import Fact
from apps.core.models import Level


@dataclass(frozen=True, kw_only=True)
class _OfInvestigation(Fact):
    subject_type: ClassVar[str] = "investigation"


@dataclass(frozen=True, kw_only=True)
class InvestigationOpened(_OfInvestigation):
    name: ClassVar[str] = "investigation.opened"
    feeds: ClassVar[bool] = True

    desk_id: UUID
    reference: str


@dataclass(frozen=True, kw_only=True)
class CustodyPassed(_OfInvestigation):
    """Another desk is accountable from `started_at` on."""

    name: ClassVar[str] = "custody.passed"
    min_level: ClassVar[int] = Level.TEASER
    feeds: ClassVar[bool] = True

    from_desk_id: UUID
    to_desk_id: UUID
    to_member_id: UUID
    cause: str
    started_at: datetime


@dataclass(frozen=True, kw_only=True)
class CustodyHeld(_OfInvestigation):
    """The accountable desk went off duty and nobody has taken over."""

    name: ClassVar[str] = "custody.held"
    min_level: ClassVar[int] = Level.TEASER
    feeds: ClassVar[bool] = True
    is_of_one_case: ClassVar[bool] = True

    desk_id: UUID


@dataclass(frozen=True, kw_only=True)
class CustodyResumed(_OfInvestigation):
    """The accountable desk is back on duty: the hold is over."""

    name: ClassVar[str] = "custody.resumed"
    min_level: ClassVar[int] = Level.TEASER
    feeds: ClassVar[bool] = True
    is_of_one_case: ClassVar[bool] = True

    desk_id: UUID


@dataclass(frozen=True, kw_only=True)
class CustodyPinned(_OfInvestigation):
    """One desk alone may hold the case, until the instant or for good."""

    name: ClassVar[str] = "custody.pinned"
    feeds: ClassVar[bool] = True

    desk_id: UUID
    reason: str
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class CustodyUnpinned(_OfInvestigation):
    name: ClassVar[str] = "custody.unpinned"
    feeds: ClassVar[bool] = True

    desk_id: UUID


@dataclass(frozen=True, kw_only=True)
class CustodyLocked(_OfInvestigation):
    """The law keeps custody of the evidence in a country."""

    name: ClassVar[str] = "custody.locked"
    feeds: ClassVar[bool] = True

    country: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CustodyUnlocked(_OfInvestigation):
    name: ClassVar[str] = "custody.unlocked"
    feeds: ClassVar[bool] = True

    country: str


@dataclass(frozen=True, kw_only=True)
class LeadLinked(_OfInvestigation):
    name: ClassVar[str] = "investigation.lead_linked"

    lead_id: UUID


@dataclass(frozen=True, kw_only=True)
class LeadUnlinked(_OfInvestigation):
    name: ClassVar[str] = "investigation.lead_unlinked"

    lead_id: UUID


@dataclass(frozen=True, kw_only=True)
class FactsChanged(_OfInvestigation):
    name: ClassVar[str] = "investigation.facts_changed"
    feeds: ClassVar[bool] = True

    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StatusChanged(_OfInvestigation):
    name: ClassVar[str] = "investigation.status_changed"
    feeds: ClassVar[bool] = True

    status: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class InvestigationClosed(_OfInvestigation):
    name: ClassVar[str] = "investigation.closed"
    feeds: ClassVar[bool] = True

    outcome: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class InvestigationReopened(_OfInvestigation):
    name: ClassVar[str] = "investigation.reopened"
    feeds: ClassVar[bool] = True

    desk_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class DecisionRecorded(_OfInvestigation):
    """What was said in the room is a decision: in the words and the language of its author."""

    name: ClassVar[str] = "decision.recorded"

    room_id: UUID
    message_seq: int
    text: str
    language: str
    author: str
    author_member: str
    said_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskAdded(_OfInvestigation):
    name: ClassVar[str] = "task.added"

    task_id: UUID
    title: str


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(_OfInvestigation):
    name: ClassVar[str] = "task.assigned"

    task_id: UUID
    title: str
    assignee_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class TaskDone(_OfInvestigation):
    name: ClassVar[str] = "task.done"

    task_id: UUID
    title: str


@dataclass(frozen=True, kw_only=True)
class TaskReopened(_OfInvestigation):
    name: ClassVar[str] = "task.reopened"

    task_id: UUID
    title: str


@dataclass(frozen=True, kw_only=True)
class TaskReturned(_OfInvestigation):
    """Whoever took the case gave the task back: it stays with the desk that had it."""

    name: ClassVar[str] = "task.returned"

    task_id: UUID
    title: str
    to_desk_id: UUID
    reason: str
