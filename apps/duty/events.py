"""What desks announce."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.core.events import Fact
from apps.core.models import Level


@dataclass(frozen=True, kw_only=True)
class DeskChanged(Fact):
    """A desk was made, or its name card or terms changed."""

    name: ClassVar[str] = "desk.changed"
    subject_type: ClassVar[str] = "desk"
    min_level: ClassVar[int] = Level.TEASER
    feeds: ClassVar[bool] = True

    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DutyChanged(Fact):
    """When a desk is on duty changed: its zone, windows, holidays, closures or extra cover."""

    name: ClassVar[str] = "duty.changed"
    subject_type: ClassVar[str] = "desk"
    min_level: ClassVar[int] = Level.TEASER
    feeds: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class PeopleChanged(Fact):
    """Somebody now sits at the desk, or no longer does."""

    name: ClassVar[str] = "desk.people_changed"
    subject_type: ClassVar[str] = "desk"
    min_level: ClassVar[int] = Level.FULL

    user_id: UUID
