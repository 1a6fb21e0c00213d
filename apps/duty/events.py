"""What desks announce."""

from dataclasses import dataclass
from typing import ClassVar, Literal
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


@dataclass(frozen=True, kw_only=True)
class RosterChanged(Fact):
    """Who of the desk's people is on duty when changed; when the desk is on duty did not."""

    name: ClassVar[str] = "roster.changed"
    subject_type: ClassVar[str] = "desk"
    min_level: ClassVar[int] = Level.FULL

    cause: Literal["rota", "leave", "swap", "seat"]


@dataclass(frozen=True, kw_only=True)
class HolesOpened(Fact):
    """Shifts of a person who is away, or has left, stand empty at the desk."""

    name: ClassVar[str] = "roster.hole"
    subject_type: ClassVar[str] = "desk"
    min_level: ClassVar[int] = Level.FULL

    user_id: UUID
    holes_count: int
    starts_at: str


@dataclass(frozen=True, kw_only=True)
class LeaveFact(Fact):
    """Base of what happens to a person's leave: its subject is the member."""

    name: ClassVar[str] = ""
    subject_type: ClassVar[str] = "member"
    min_level: ClassVar[int] = Level.FULL

    user_id: UUID
    leave_id: UUID


@dataclass(frozen=True, kw_only=True)
class LeaveEntered(LeaveFact):
    name: ClassVar[str] = "leave.entered"


@dataclass(frozen=True, kw_only=True)
class LeaveEnded(LeaveFact):
    """Leave was taken back before it began, or cut short."""

    name: ClassVar[str] = "leave.ended"


@dataclass(frozen=True, kw_only=True)
class SwapFact(Fact):
    """Base of what happens to a shift that somebody asks others to take."""

    name: ClassVar[str] = ""
    subject_type: ClassVar[str] = "desk"
    min_level: ClassVar[int] = Level.FULL

    swap_id: UUID


@dataclass(frozen=True, kw_only=True)
class SwapAsked(SwapFact):
    """A colleague, or the whole desk, is asked to take a shift."""

    name: ClassVar[str] = "swap.asked"


@dataclass(frozen=True, kw_only=True)
class SwapTaken(SwapFact):
    name: ClassVar[str] = "swap.taken"

    taken_by: UUID


@dataclass(frozen=True, kw_only=True)
class SwapDeclined(SwapFact):
    """The one colleague who was asked said no, or is on leave then."""

    name: ClassVar[str] = "swap.declined"

    declined_by: UUID


@dataclass(frozen=True, kw_only=True)
class SwapWithdrawn(SwapFact):
    name: ClassVar[str] = "swap.withdrawn"


@dataclass(frozen=True, kw_only=True)
class SwapPastDue(SwapFact):
    """The shift begins and nobody has taken it."""

    name: ClassVar[str] = "swap.past_due"


@dataclass(frozen=True, kw_only=True)
class CalendarAdded(Fact):
    """A file or an address of a calendar is duty of the desk from now on."""

    name: ClassVar[str] = "calendar.added"
    subject_type: ClassVar[str] = "desk"
    min_level: ClassVar[int] = Level.FULL

    calendar_id: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class CalendarRemoved(Fact):
    """A calendar's shifts are no longer duty of the desk."""

    name: ClassVar[str] = "calendar.removed"
    subject_type: ClassVar[str] = "desk"
    min_level: ClassVar[int] = Level.FULL

    calendar_id: UUID


@dataclass(frozen=True, kw_only=True)
class CalendarFailed(Fact):
    """A calendar cannot be read any more; what was read last stays duty."""

    name: ClassVar[str] = "calendar.failed"
    subject_type: ClassVar[str] = "desk"
    min_level: ClassVar[int] = Level.FULL

    calendar_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class CalendarRecovered(Fact):
    """A calendar that failed is read again."""

    name: ClassVar[str] = "calendar.recovered"
    subject_type: ClassVar[str] = "desk"
    min_level: ClassVar[int] = Level.FULL

    calendar_id: UUID


@dataclass(frozen=True, kw_only=True)
class FeedCreated(Fact):
    """Somebody may read a desk's or the person's own duty at a secret address."""

    name: ClassVar[str] = "calendar_feed.created"
    subject_type: ClassVar[str] = "member"
    min_level: ClassVar[int] = Level.FULL

    feed_id: UUID
    desk_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class FeedRevoked(Fact):
    """The secret address answers no more."""

    name: ClassVar[str] = "calendar_feed.revoked"
    subject_type: ClassVar[str] = "member"
    min_level: ClassVar[int] = Level.FULL

    feed_id: UUID


@dataclass(frozen=True, kw_only=True)
class CoverAsked(Fact):
    """A member asks the members of a circle to be on duty."""

    name: ClassVar[str] = "cover.asked"
    subject_type: ClassVar[str] = "cover_request"
    min_level: ClassVar[int] = Level.TEASER
    feeds: ClassVar[bool] = True

    circle_id: UUID


@dataclass(frozen=True, kw_only=True)
class CoverRequestClosed(Fact):
    """A request was covered, withdrawn, or has passed."""

    name: ClassVar[str] = "cover.request_closed"
    subject_type: ClassVar[str] = "cover_request"
    min_level: ClassVar[int] = Level.TEASER
    feeds: ClassVar[bool] = True

    state: str


@dataclass(frozen=True, kw_only=True)
class CoverRequestReopened(Fact):
    """Cover that had been promised is gone: the request asks again."""

    name: ClassVar[str] = "cover.request_reopened"
    subject_type: ClassVar[str] = "cover_request"
    min_level: ClassVar[int] = Level.TEASER
    feeds: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class _OfCover(Fact):
    """Of an offer: which desk, to whom it answers (None: to the whole circle)."""

    subject_type: ClassVar[str] = "cover_offer"
    min_level: ClassVar[int] = Level.TEASER
    feeds: ClassVar[bool] = True

    desk_id: UUID
    to_member_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class CoverOffered(_OfCover):
    """A member offers one of its desks for hours in which nobody is on duty."""

    name: ClassVar[str] = "cover.offered"


@dataclass(frozen=True, kw_only=True)
class CoverAccepted(_OfCover):
    """An ally took the offer: the desk is on duty then."""

    name: ClassVar[str] = "cover.accepted"


@dataclass(frozen=True, kw_only=True)
class CoverDeclined(_OfCover):
    """The offer was declined, or other cover came first."""

    name: ClassVar[str] = "cover.declined"


@dataclass(frozen=True, kw_only=True)
class CoverWithdrawn(_OfCover):
    """The offering member takes its offer back; `was_accepted`: the gap is open again."""

    name: ClassVar[str] = "cover.withdrawn"

    was_accepted: bool


@dataclass(frozen=True, kw_only=True)
class CoverExpired(_OfCover):
    """Nobody answered the offer before its start."""

    name: ClassVar[str] = "cover.expired"
