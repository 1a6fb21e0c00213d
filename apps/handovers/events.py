"""What handovers announce: all in the sequence of the investigation, so its timeline is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from apps.core.actor import Actor
from apps.core.events import Announced, Fact, emit_all
from apps.core.models import Level


@dataclass(frozen=True, kw_only=True)
class OfHandover(Fact):
    """Its subject is the investigation; `handover_id` names the attempt."""

    subject_type: ClassVar[str] = "investigation"
    feeds: ClassVar[bool] = True
    # That custody has moved is said by `custody.passed`.
    is_of_one_case: ClassVar[bool] = True

    handover_id: UUID


def tell_all(facts: Sequence[OfHandover], *, actor: Actor, at: datetime) -> None:
    """Announce to the watchers of the cases and of the handovers."""
    told = [Announced(fact, (("handover", fact.handover_id),)) for fact in facts]
    emit_all(told, actor=actor, at=at)


@dataclass(frozen=True, kw_only=True)
class HandoverPlanned(OfHandover):
    name: ClassVar[str] = "handover.planned"

    from_desk_id: UUID
    planned_at: datetime


@dataclass(frozen=True, kw_only=True)
class HandoverDrafted(OfHandover):
    name: ClassVar[str] = "handover.drafted"

    briefing_version: int


@dataclass(frozen=True, kw_only=True)
class BriefingFoundIncomplete(OfHandover):
    """It was offered all the same: the receiver cannot accept until the sender completes it."""

    name: ClassVar[str] = "briefing.incomplete"

    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HandoverOffered(OfHandover):
    """One desk is asked, or several at once; then only `to_desk_ids` names them."""

    name: ClassVar[str] = "handover.offered"

    from_desk_id: UUID
    to_desk_id: UUID | None
    to_member_id: UUID | None
    to_desk_ids: tuple[UUID, ...]
    ack_deadline: datetime
    attempt: int
    emergency: bool


@dataclass(frozen=True, kw_only=True)
class HandoverAccepted(OfHandover):
    """Custody has moved; `automatic` by the receiving member's rule for silence."""

    name: ClassVar[str] = "handover.accepted"

    from_desk_id: UUID
    to_desk_id: UUID
    automatic: bool = False


@dataclass(frozen=True, kw_only=True)
class HandoverDeclined(OfHandover):
    name: ClassVar[str] = "handover.declined"

    to_desk_id: UUID
    reason_code: str


@dataclass(frozen=True, kw_only=True)
class HandoverExpired(OfHandover):
    name: ClassVar[str] = "handover.expired"

    to_desk_id: UUID | None
    to_desk_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class HandoverCancelled(OfHandover):
    name: ClassVar[str] = "handover.cancelled"

    reason_code: str


@dataclass(frozen=True, kw_only=True)
class HandoverBounced(OfHandover):
    """The receiver gave the case back: to the sender, or `returned` says not yet to anybody."""

    name: ClassVar[str] = "handover.bounced"

    from_desk_id: UUID
    to_desk_id: UUID
    returned: bool = True


@dataclass(frozen=True, kw_only=True)
class HandoverCompleted(OfHandover):
    name: ClassVar[str] = "handover.completed"


@dataclass(frozen=True, kw_only=True)
class ReadBackCorrected(OfHandover):
    """The sender told the receiver that something else was meant; the words are a row."""

    name: ClassVar[str] = "handover.corrected"

    to_desk_id: UUID


@dataclass(frozen=True, kw_only=True)
class CustodyEscalated(Fact):
    """A rung of a hold's ladder was climbed: 0 at once, then after 15, 30 and 60 minutes."""

    name: ClassVar[str] = "custody.escalated"
    subject_type: ClassVar[str] = "investigation"
    min_level: ClassVar[int] = Level.TEASER
    feeds: ClassVar[bool] = True
    is_of_one_case: ClassVar[bool] = True

    hold_id: UUID
    desk_id: UUID
    step: int
    late_by: timedelta


@dataclass(frozen=True, kw_only=True)
class PolicyChanged(Fact):
    """A member lets its cases travel otherwise from now on."""

    name: ClassVar[str] = "handover.policy_changed"
    subject_type: ClassVar[str] = "member"
    min_level: ClassVar[int] = Level.FULL

    fields: tuple[str, ...]
