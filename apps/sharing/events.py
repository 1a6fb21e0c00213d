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
