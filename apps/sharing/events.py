"""What sharing announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.core.events import Fact
from apps.core.models import Level


@dataclass(frozen=True, kw_only=True)
class CircleJoined(Fact):
    """A member took a seat; its subject is the circle."""

    name: ClassVar[str] = "circle.joined"
    subject_type: ClassVar[str] = "circle"
    min_level: ClassVar[int] = Level.TEASER

    seated_member_id: UUID


@dataclass(frozen=True, kw_only=True)
class CircleLeft(Fact):
    name: ClassVar[str] = "circle.left"
    subject_type: ClassVar[str] = "circle"
    min_level: ClassVar[int] = Level.TEASER

    seated_member_id: UUID


@dataclass(frozen=True, kw_only=True)
class GrantActivated(Fact):
    """An ally may now read the subject. Its subject is the grant, its root what was granted."""

    name: ClassVar[str] = "grant.activated"
    subject_type: ClassVar[str] = "grant"
    min_level: ClassVar[int] = Level.FULL
    feeds: ClassVar[bool] = True

    grantee_id: UUID
    level: int


@dataclass(frozen=True, kw_only=True)
class GrantEnded(Fact):
    """An ally may no longer read the subject: revoked, expired, or custody has moved on."""

    name: ClassVar[str] = "grant.ended"
    subject_type: ClassVar[str] = "grant"
    min_level: ClassVar[int] = Level.FULL
    feeds: ClassVar[bool] = True

    grantee_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class SeatSuspended(Fact):
    """A seat gives nothing until it is restored."""

    name: ClassVar[str] = "circle.seat_suspended"
    subject_type: ClassVar[str] = "circle"
    min_level: ClassVar[int] = Level.FULL

    seated_member_id: UUID


@dataclass(frozen=True, kw_only=True)
class SeatRestored(Fact):
    name: ClassVar[str] = "circle.seat_restored"
    subject_type: ClassVar[str] = "circle"
    min_level: ClassVar[int] = Level.FULL

    seated_member_id: UUID


@dataclass(frozen=True, kw_only=True)
class CandidacyChanged(Fact):
    """A member wants a seat, was vouched for, or was answered."""

    name: ClassVar[str] = "circle.candidacy_changed"
    subject_type: ClassVar[str] = "circle"
    min_level: ClassVar[int] = Level.FULL

    candidacy_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class DeletionOwed(Fact):
    """Access has ended for a member that has copies; its subject is the duty to delete them."""

    name: ClassVar[str] = "deletion.owed"
    subject_type: ClassVar[str] = "deletion"
    min_level: ClassVar[int] = Level.FULL

    owner_id: UUID


@dataclass(frozen=True, kw_only=True)
class CopiesDeleted(Fact):
    """A member says that it has deleted its copies; its subject is the duty to."""

    name: ClassVar[str] = "copies.deleted"
    subject_type: ClassVar[str] = "deletion"
    min_level: ClassVar[int] = Level.FULL

    owner_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReshareAsked(Fact):
    """A grantee asks the owner to share further; its subject is the request."""

    name: ClassVar[str] = "reshare.asked"
    subject_type: ClassVar[str] = "reshare"
    min_level: ClassVar[int] = Level.FULL

    owner_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReshareDecided(Fact):
    name: ClassVar[str] = "reshare.decided"
    subject_type: ClassVar[str] = "reshare"
    min_level: ClassVar[int] = Level.FULL

    owner_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class ProposalChanged(Fact):
    """A proposal was made, answered or withdrawn; its words stay in its row."""

    name: ClassVar[str] = "proposal.changed"
    subject_type: ClassVar[str] = "proposal"
    min_level: ClassVar[int] = Level.FULL

    owner_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class AccessAsked(Fact):
    """A hidden holder is asked. Its subject is the holder's question: nobody else reads it."""

    name: ClassVar[str] = "access.asked"
    subject_type: ClassVar[str] = "question"
    min_level: ClassVar[int] = Level.FULL


@dataclass(frozen=True, kw_only=True)
class AccessAnswered(Fact):
    """The requester's request has its one answer."""

    name: ClassVar[str] = "access.answered"
    subject_type: ClassVar[str] = "request"
    min_level: ClassVar[int] = Level.FULL

    state: str
