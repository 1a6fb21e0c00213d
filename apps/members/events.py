"""What members announce: in the sequence of the member."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.core.events import Fact
from apps.core.models import Level


@dataclass(frozen=True, kw_only=True)
class _OfMember(Fact):
    subject_type: ClassVar[str] = "member"
    min_level: ClassVar[int] = Level.FULL


@dataclass(frozen=True, kw_only=True)
class PersonInvited(_OfMember):
    """An invitation waits to be mailed; the token travels in no event."""

    name: ClassVar[str] = "person.invited"

    invitation_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonJoined(_OfMember):
    name: ClassVar[str] = "person.joined"

    user_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleChanged(_OfMember):
    name: ClassVar[str] = "person.role_changed"

    user_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class PersonLeft(_OfMember):
    name: ClassVar[str] = "person.left"

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class KeyMade(_OfMember):
    name: ClassVar[str] = "api_key.made"

    key_id: UUID
    scope: str


@dataclass(frozen=True, kw_only=True)
class KeyRevoked(_OfMember):
    name: ClassVar[str] = "api_key.revoked"

    key_id: UUID
