"""What rooms announce; the message itself travels in the frame, never in the log."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class MessagePosted(Fact):
    """Its sequence number is the message's."""

    name: ClassVar[str] = "message.posted"
    subject_type: ClassVar[str] = "room"

    message_id: UUID
    kind: str
