"""Who acts: an explicit value that travels through services and selectors."""

from dataclasses import dataclass, field, replace
from typing import Literal, Self
from uuid import UUID

# A fixed member that owns nothing: the viewer of what is public.
PUBLIC_MEMBER = UUID("00000000-0000-7000-8000-000000000001")

Via = Literal["session", "api_key", "system", "public", "command"]


@dataclass(frozen=True, slots=True)
class Actor:
    """One person acting for one member, or the system acting for a member in timed work."""

    member_id: UUID
    user_id: UUID | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    via: Via = "session"

    @classmethod
    def system(cls, member_id: UUID) -> Self:
        """Timed work on behalf of `member_id`; no person stands behind it."""
        return cls(member_id=member_id, via="system")

    @classmethod
    def public(cls) -> Self:
        """Anybody at all: sees only what is shared with the public."""
        return cls(member_id=PUBLIC_MEMBER, via="public")

    def in_person(self) -> "Actor | None":
        """The person as a viewer of its own, for what was shared with it by name; None for a key.

        What is given to a person is an access row of that person: the walls hold it apart from
        what its member reads.
        """
        if self.user_id is None or self.user_id == self.member_id:
            return None
        return replace(self, member_id=self.user_id)

    @property
    def is_system(self) -> bool:
        return self.via == "system"

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)
