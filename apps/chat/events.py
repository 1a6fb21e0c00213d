"""What rooms announce; the message itself travels in the frame, never in the log."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.core.events import Fact


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
