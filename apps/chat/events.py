"""What rooms announce; the message itself travels in the frame, never in the log."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.core.events import Fact
from apps.core.models import Level


@dataclass(frozen=True, kw_only=True)
class MessagePosted(Fact):
    """An entry of the room's sequence, of whatever kind: the event's number is the entry's.

    `target` is the number of the message that it is about.
    """

    name: ClassVar[str] = "message.posted"
    subject_type: ClassVar[str] = "room"

    message_id: UUID
    kind: str
    target: int | None = None


@dataclass(frozen=True, kw_only=True)
class MarkPolicyChanged(Fact):
    """A member shows others how far its people have read, or no longer does."""

    name: ClassVar[str] = "marks.policy_changed"
    subject_type: ClassVar[str] = "member"

    shows: bool


@dataclass(frozen=True, kw_only=True)
class _OfMember(Fact):
    """Its subject is the member; nobody outside reads it."""

    name: ClassVar[str] = ""
    subject_type: ClassVar[str] = "member"
    min_level: ClassVar[int] = Level.FULL


@dataclass(frozen=True, kw_only=True)
class RetentionChanged(_OfMember):
    """The texts of the member's people are kept for so many days from now on; None: for good."""

    name: ClassVar[str] = "retention.changed"

    days: int | None


@dataclass(frozen=True, kw_only=True)
class HoldChanged(_OfMember):
    """Law holds the member's texts, or no longer."""

    name: ClassVar[str] = "retention.hold_changed"

    is_held: bool


@dataclass(frozen=True, kw_only=True)
class TextsPurged(_OfMember):
    """So many texts in so many rooms have become tombstones by the member's own rule."""

    name: ClassVar[str] = "retention.purged"

    messages: int
    rooms: int
    days: int


@dataclass(frozen=True, kw_only=True)
class ConsentChanged(_OfMember):
    """The member's texts may be sent to the provider of translations, or no longer."""

    name: ClassVar[str] = "translation.consent_changed"

    allows: bool
