"""Who held a case around the clock: a strip of 24 local hours for each day, in percent. Pure facts.

A day of the reader's zone may have 23 or 25 hours; its strip is drawn at its own length.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from apps.core import walltime
from apps.core.actor import Actor
from apps.core.models import Event
from apps.duty.models import Desk
from apps.investigations import selectors as investigations
from apps.investigations.models import Custody, Investigation
from apps.investigations.showing import desk_cards
from apps.members.models import Member

DAYS = 14
# What happened to custody without moving it, or moved it back: a shape each, never colour alone.
MARKS = {
    "handover.accepted": "accepted",
    "handover.declined": "declined",
    "handover.expired": "expired",
    "handover.bounced": "bounced",
}
HELD, RESUMED, PASSED = "custody.held", "custody.resumed", "custody.passed"
# A stretch narrower than this part of a day has no room for its name.
ROOMY = 9.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """One desk's custody, from its start to its end; `until` is None while it goes on."""

    desk_id: UUID
    desk: Desk | None
    name: str
    member: str
    cause: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Hold:
    """The holder was off duty and nobody took over."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Mark:
    """An instant at which a handover was answered, in its kind."""

    kind: str
    at: datetime
    desk: Desk | None


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    width: str
    label_x: str
    label: str
    name: str
    css: str


@dataclass(frozen=True, slots=True)
class Glyph:
    x: str
    kind: str
    at: datetime


@dataclass(slots=True)
class Day:
    """One local date: what was held when, and what was answered."""

    on: date
    starts_at: datetime
    ends_at: datetime
    bars: list[Bar] = field(default_factory=list)
    glyphs: list[Glyph] = field(default_factory=list)
    now_x: str = ""

    @property
    def hours(self) -> int:
        return round((self.ends_at - self.starts_at) / timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Ribbon:
    days: Sequence[Day]
    stretches: Sequence[Stretch]
    holds: Sequence[Hold]
    marks: Sequence[Mark]


def read(
    actor: Actor, investigation: Investigation, at: datetime, *, zone: str, days: int = DAYS
) -> Ribbon:
    """The latest days of a case's custody, the newest day first, as far as the actor may see."""
    chain = list(investigations.custody_chain(investigation))
    events = _events(actor, investigation)
    ids = {c.desk_id for c in chain} | {i for e in events if (i := _desk_of(e))}
    desks = desk_cards(actor, ids)
    members = Member.objects.in_bulk({c.desk_member_id for c in chain})
    stretches = [_stretch(custody, desks, members) for custody in chain]
    marks = [
        Mark(MARKS[e.name], e.occurred_at, desks.get(_desk_of(e) or UUID(int=0)))
        for e in events
        if e.name in MARKS
    ]
    holds = _holds(events, investigation.closed_at)
    end = investigation.closed_at or at
    drawn = list(_days(stretches[0].since if stretches else at, end, zone, days))
    for day in drawn:
        _draw(day, stretches, holds, marks, at)
    return Ribbon(drawn[::-1], stretches, holds, marks)


def _events(actor: Actor, investigation: Investigation) -> list[Event]:
    wanted = [*MARKS, HELD, RESUMED, PASSED]
    found = investigations.timeline(actor, investigation.pk).filter(name__in=wanted)
    return list(found.order_by("occurred_at", "id"))


def _desk_of(event: Event) -> UUID | None:
    ident = event.payload.get("to_desk_id")
    return UUID(ident) if ident and event.name in MARKS else None


def _stretch(custody: Custody, desks: dict[UUID, Desk], members: dict[UUID, Member]) -> Stretch:
    desk, member = desks.get(custody.desk_id), members.get(custody.desk_member_id)
    of = member.name if member else ""
    return Stretch(
        desk_id=custody.desk_id,
        desk=desk,
        name=desk.name if desk else of,
        member=of,
        cause=custody.cause,
        since=custody.started_at,
        until=custody.ended_at,
    )


def _holds(events: Iterable[Event], closed_at: datetime | None) -> list[Hold]:
    """A hold lasts until the holder is back, custody moves or the case is closed."""
    found: list[Hold] = []
    since: datetime | None = None
    for event in events:
        if event.name == HELD:
            since = since or event.occurred_at
        elif event.name in {RESUMED, PASSED} and since:
            found.append(Hold(since, event.occurred_at))
            since = None
    return [*found, Hold(since, closed_at)] if since else found


def _days(first: datetime, last: datetime, zone: str, most: int) -> Iterable[Day]:
    """Local dates up to `last`, at most `most` of them, each from its midnight to the next."""
    newest = walltime.local(zone, last).date()
    oldest = max(walltime.local(zone, first).date(), newest - timedelta(days=most - 1))
    for number in range((newest - oldest).days + 1):
        on = oldest + timedelta(days=number)
        midnights = [datetime.combine(day, time()) for day in (on, on + timedelta(days=1))]
        start, end = (walltime.shift_start(zone, midnight) for midnight in midnights)
        yield Day(on, start, end)


def _draw(
    day: Day,
    stretches: Iterable[Stretch],
    holds: Iterable[Hold],
    marks: Iterable[Mark],
    at: datetime,
) -> None:
    for stretch in stretches:
        bar = _bar(day, stretch.since, stretch.until or at, "now" if not stretch.until else "")
        if bar:
            label = stretch.name if bar[4] >= ROOMY else ""
            day.bars.append(Bar(*bar[:3], label, stretch.name, bar[3]))
    for hold in holds:
        bar = _bar(day, hold.since, hold.until or at, "hold")
        if bar:
            day.bars.append(Bar(*bar[:3], "", "", bar[3]))
    day.glyphs = [
        Glyph(_percent(_part(day, mark.at)), mark.kind, mark.at)
        for mark in marks
        if day.starts_at <= mark.at < day.ends_at
    ]
    if day.starts_at <= at < day.ends_at:
        day.now_x = _percent(_part(day, at))


def _bar(
    day: Day, since: datetime, until: datetime, css: str
) -> tuple[str, str, str, str, float] | None:
    left, right = max(since, day.starts_at), min(until, day.ends_at)
    if right <= left:
        return None
    x, width = _part(day, left), _part(day, right) - _part(day, left)
    return _percent(x), _percent(max(width, 0.3)), _percent(x + 0.7), css, width


def _part(day: Day, instant: datetime) -> float:
    return (instant - day.starts_at) / (day.ends_at - day.starts_at) * 100


def _percent(value: float) -> str:
    return f"{min(100.0, max(0.0, value)):.2f}%"
