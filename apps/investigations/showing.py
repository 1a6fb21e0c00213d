"""What the pages of a case show: names, both local times, the chain, the list's rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from apps.core.actor import Actor
from apps.core.models import Event, Level
from apps.core.web.wording import listed
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.investigations import selectors
from apps.investigations.models import Custody, Investigation
from apps.investigations.sentences import Names, mentioned, sentence
from apps.members.models import Member, User
from apps.sharing.models import Capability, ExportEntry, Grant

TIMELINE_LIMIT = 100
# The chain's window: enough to see the last round of the desks and the coming hand-off.
PAST, AHEAD = timedelta(hours=30), timedelta(hours=12)
LABEL_WIDTH = 9.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; `desk` was accountable then, its clock is the second one."""

    event: Event
    text: str
    who: str
    member: str
    desk: Desk | None
    is_custody: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of custody as a drawing: percentages of the chain's width."""

    x: str
    width: str
    label_x: str
    css: str
    name: str
    started_at: datetime
    shows_name: bool


@dataclass(frozen=True, slots=True)
class Chain:
    bars: list[Bar]
    now_x: str
    holders: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the list, as far as the reader's level goes."""

    case: dict[str, Any]
    desk: Desk | None
    holder: Member | None
    owner: Member | None
    until: datetime | None
    due_at: datetime | None


def desk_cards(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Desk]:
    """The desks among these ids that the actor may see, closed ones included."""
    seen = duty.desks(actor).in_bulk(list(ids))
    return {**duty.own_desks(actor).in_bulk(list(ids)), **seen}


def entries(
    actor: Actor, investigation_id: UUID, *, limit: int = TIMELINE_LIMIT, after: int = 0
) -> list[Entry]:
    """The latest of the timeline, newest first."""
    rows = selectors.timeline(actor, investigation_id).order_by("-occurred_at", "-id")
    return describe(actor, investigation_id, list(rows[after : after + limit]))


def describe(actor: Actor, investigation_id: UUID, events: list[Event]) -> list[Entry]:
    """Events in words, with who did them and which desk was accountable then."""
    chain = list(Custody.objects.filter(investigation_id=investigation_id).order_by("seq"))
    names = Names(
        desks=desk_cards(actor, mentioned(events, "desks") | {c.desk_id for c in chain}),
        members=Member.objects.in_bulk(mentioned(events, "members")),
        people=User.objects.in_bulk(mentioned(events, "people")),
    )
    return [_entry(event, names, chain) for event in events]


def _entry(event: Event, names: Names, chain: Sequence[Custody]) -> Entry:
    person = names.people.get(event.actor_user_id) if event.actor_user_id else None
    member = names.members.get(event.actor_member_id)
    custody = _holding_at(chain, event.occurred_at)
    return Entry(
        event=event,
        text=sentence(event, names),
        who=person.name if person else "",
        member=member.name if member else "",
        desk=names.desks.get(custody.desk_id) if custody else None,
        is_custody=event.name.startswith("custody.") or event.name == "investigation.opened",
    )


def _holding_at(chain: Sequence[Custody], instant: datetime) -> Custody | None:
    for custody in reversed(chain):
        if custody.started_at <= instant:
            return custody
    return chain[0] if chain else None


def chain(actor: Actor, investigation: Investigation, at: datetime) -> Chain:
    """Who held the case, drawn from the past to the end of the holder's duty."""
    stretches = list(selectors.custody_chain(investigation))
    desks = desk_cards(actor, {c.desk_id for c in stretches})
    members = Member.objects.in_bulk({c.desk_member_id for c in stretches})
    start = max(stretches[0].started_at, at - PAST) if stretches else at - PAST
    end = max(at, start) + AHEAD
    bars = []
    for custody in stretches:
        ended = custody.ended_at or _until(desks.get(custody.desk_id), at) or end
        if ended <= start:
            continue
        name = _name_of(custody, desks, members)
        bars.append(_bar(custody, name, start=start, end=end, ended=ended))
    if investigation.held_at and bars:
        bars.append(_hold(investigation.held_at, start=start, end=end, at=at))
    names = [_name_of(custody, desks, members) for custody in stretches]
    return Chain(bars, _percent((at - start) / (end - start)), names)


def _name_of(custody: Custody, desks: dict[UUID, Desk], members: dict[UUID, Member]) -> str:
    """The desk; for a reader who may not see it, its member."""
    desk, member = desks.get(custody.desk_id), members.get(custody.desk_member_id)
    return desk.name if desk else (member.name if member else "")


def _until(desk: Desk | None, at: datetime) -> datetime | None:
    return duty.duty_end(desk, at) if desk else None


def _bar(custody: Custody, name: str, *, start: datetime, end: datetime, ended: datetime) -> Bar:
    left = max(custody.started_at, start)
    x = (left - start) / (end - start)
    width = max(min(ended, end) - left, timedelta(0)) / (end - start)
    return Bar(
        x=_percent(x, 0.15),
        width=_percent(width, -0.3),
        label_x=_percent(x, 0.9),
        css="now" if custody.ended_at is None else "",
        name=name,
        started_at=custody.started_at,
        shows_name=width * 100 >= LABEL_WIDTH,
    )


def _hold(held_at: datetime, *, start: datetime, end: datetime, at: datetime) -> Bar:
    left = max(held_at, start)
    x = (left - start) / (end - start)
    return Bar(
        x=_percent(x, 0.15),
        width=_percent(max(at - left, timedelta(0)) / (end - start), -0.3),
        label_x=_percent(x, 0.9),
        css="hold",
        name="",
        started_at=held_at,
        shows_name=False,
    )


def _percent(share: float, plus: float = 0.0) -> str:
    return f"{min(100.0, max(0.3, share * 100 + plus)):.2f}%"


def rows(actor: Actor, cases: Sequence[Investigation], at: datetime) -> list[Row]:
    """The list's rows, in a constant number of queries."""
    ids = [case.pk for case in cases]
    levels = selectors.levels(actor, ids)
    desks = desk_cards(actor, {case.accountable_desk_id for case in cases})
    ends = duty.duty_ends(desks.values(), at)
    members = Member.objects.in_bulk(
        {case.accountable_member_id for case in cases} | {case.member_id for case in cases}
    )
    due = selectors.next_due(ids)
    return [
        Row(
            case=selectors.project(case, levels.get(case.pk, 0)),
            desk=desks.get(case.accountable_desk_id),
            holder=members.get(case.accountable_member_id),
            owner=members.get(case.member_id),
            until=ends.get(case.accountable_desk_id) if case.is_open else None,
            due_at=due.get(case.pk) if levels.get(case.pk, 0) >= Level.CASE else None,
        )
        for case in cases
    ]


def share_rows(actor: Actor, grants: Sequence[Grant]) -> list[dict[str, Any]]:
    """Grants with the ally's name, and what it may do beside reading."""
    members = Member.objects.in_bulk({g.grantee_id for g in grants} | {g.member_id for g in grants})
    return [
        {
            "grant": grant,
            "ally": members.get(grant.grantee_id),
            "may": listed([str(Capability(one).label) for one in grant.capabilities]),
        }
        for grant in grants
    ]


def copy_rows(copies: Sequence[ExportEntry]) -> list[dict[str, Any]]:
    """Copies that have left, with the member and the person who took each."""
    homes = Member.objects.in_bulk({row.exporter_id for row in copies})
    people = User.objects.in_bulk({row.user_id for row in copies if row.user_id})
    return [
        {
            "row": row,
            "member": homes[row.exporter_id],
            "person": people.get(row.user_id) if row.user_id else None,
        }
        for row in copies
    ]
