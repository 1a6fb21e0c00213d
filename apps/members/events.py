"""What happens to a member organisation: its people, invitations, keys and brands.

Payloads carry ids and roles only; names and addresses stay in their own tables.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.core.events import Fact
from apps.core.models import Level


@dataclass(frozen=True, kw_only=True)
class MemberFact(Fact):
    """Its subject is the member; nobody outside reads it."""

    name: ClassVar[str] = ""
    subject_type: ClassVar[str] = "member"
    min_level: ClassVar[int] = Level.FULL


@dataclass(frozen=True, kw_only=True)
class MemberCreated(MemberFact):
    name: ClassVar[str] = "member.created"


@dataclass(frozen=True, kw_only=True)
class MemberSuspended(MemberFact):
    name: ClassVar[str] = "member.suspended"


@dataclass(frozen=True, kw_only=True)
class MemberReinstated(MemberFact):
    name: ClassVar[str] = "member.reinstated"


@dataclass(frozen=True, kw_only=True)
class MemberLeft(MemberFact):
    """The member has left the alliance for good: nobody will act for it again."""

    name: ClassVar[str] = "member.left"


@dataclass(frozen=True, kw_only=True)
class PersonInvited(MemberFact):
    """A letter waits to be sent; the link's token travels in no event."""

    name: ClassVar[str] = "person.invited"

    invitation_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class InvitationWithdrawn(MemberFact):
    name: ClassVar[str] = "invitation.withdrawn"

    invitation_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonJoined(MemberFact):
    name: ClassVar[str] = "person.joined"

    user_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleChanged(MemberFact):
    name: ClassVar[str] = "role.changed"

    user_id: UUID
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(MemberFact):
    """The person has left: what waits for them may be taken up by somebody else."""

    name: ClassVar[str] = "membership.ended"

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class KeyCreated(MemberFact):
    name: ClassVar[str] = "key.created"

    key_id: UUID
    scope: str


@dataclass(frozen=True, kw_only=True)
class KeyRevoked(MemberFact):
    name: ClassVar[str] = "key.revoked"

    key_id: UUID


@dataclass(frozen=True, kw_only=True)
class BrandAdded(MemberFact):
    name: ClassVar[str] = "brand.added"

    brand_id: UUID


@dataclass(frozen=True, kw_only=True)
class BrandRenamed(MemberFact):
    name: ClassVar[str] = "brand.renamed"

    brand_id: UUID


@dataclass(frozen=True, kw_only=True)
class BrandRemoved(MemberFact):
    name: ClassVar[str] = "brand.removed"

    brand_id: UUID
