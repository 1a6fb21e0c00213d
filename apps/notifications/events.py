"""What notifications announce, in the sequence of the person told."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class Notified(Fact):
    name: ClassVar[str] = "person.notified"
    subject_type: ClassVar[str] = "person"

    notification_id: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class NotificationsRead(Fact):
    """The bell of the person's other windows counts anew."""

    name: ClassVar[str] = "person.notifications_read"
    subject_type: ClassVar[str] = "person"

    count: int


@dataclass(frozen=True, kw_only=True)
class ReachChanged(Fact):
    """The person chose anew what reaches her; her choices are in no event."""

    name: ClassVar[str] = "person.reach_changed"
    subject_type: ClassVar[str] = "person"
