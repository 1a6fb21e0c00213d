"""The board's facts: desks in the light, cases at their desks, what moves next, the gaps."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from apps.core.actor import Actor
from apps.core.models import Event
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.duty.planning.spans import Interval
from apps.handovers import selectors
from apps.handovers.models import Handover
from apps.investigations import selectors as investigations
from apps.investigations.models import Investigation, Task
from apps.members.models import Member, User

HORIZON = timedelta(hours=24)
# The map and the list show the next hours; what comes later is a number.
SOON = timedelta(hours=6)
NEXT_LIMIT = 8
NEWS_LIMIT = 6
# Offered arcs are dashed and move, accepted ones are solid, planned ones are dotted.
ARC: dict[str, str] = {Handover.State.OFFERED: "offered", Handover.State.ACCEPTED: "accepted"}


@dataclass(slots=True)
class DeskOnBoard:
    """One desk with what the map, the strip and the table say about it."""

    desk: Desk
    member: str
    spans: list[Interval]
    is_on_duty: bool
    people: list[str]
    cases: list[Investigation] = field(default_factory=list)

    @property
    def urgent_count(self) -> int:
        return sum(1 for case in self.cases if case.severity == "urgent")

    @property
    def held_count(self) -> int:
        return sum(1 for case in self.cases if case.is_held)


@dataclass(slots=True)
class Move:
    """One coming handover, or several alike: an arc."""

    source: Desk
    target: Desk | None
    at: datetime
    state: str
    handovers: list[Handover]


@dataclass(slots=True)
class Board:
    at: datetime
    desks: list[DeskOnBoard]
    gaps: list[Interval]
    moves: list[Move]
    arcs: list[Move]
    coming: list[Handover]
    coming_count: int
    later_count: int
    tasks: list[Task]
    news: list[Event]
    open_count: int
    held: list[Investigation]
    waiting_count: int
    by_id: dict[UUID, Desk]
    authors: dict[UUID, User]

    @property
    def on_duty_count(self) -> int:
        return sum(1 for desk in self.desks if desk.is_on_duty)

    @property
    def next_gap(self) -> Interval | None:
        return self.gaps[0] if self.gaps else None


def read(actor: Actor, at: datetime) -> Board:
    """Everything the board shows to the actor, from the desks and cases it may see."""
    desks = list(duty.desks(actor))
    until = at + HORIZON
    cover = duty.coverage(desks, at, until)
    cases = list(investigations.visible(actor).filter(closed_at__isnull=True).order_by("opened_at"))
    coming = list(selectors.coming(actor, at, within=HORIZON).select_related("investigation"))
    soon = [handover for handover in coming if handover.planned_at < at + SOON]
    taken = list(selectors.taken(actor, at).select_related("investigation"))
    next_ones = sorted([*taken, *soon], key=lambda h: (h.planned_at, h.pk))
    by_id = {desk.pk: desk for desk in desks}
    ends = duty.duty_ends(desks, at)
    shown = _desks(desks, cover.on_duty, ends, cases, at)
    news = _news(actor)
    return Board(
        at=at,
        desks=shown,
        gaps=cover.gaps,
        moves=_moves(coming, shown, by_id),
        arcs=_moves(next_ones, shown, by_id),
        coming=next_ones[:NEXT_LIMIT],
        coming_count=len(next_ones),
        later_count=len(coming) - len(soon),
        tasks=list(investigations.due_tasks(actor, before=until)[:5]),
        news=news,
        open_count=len(cases),
        held=[case for case in cases if case.is_held],
        waiting_count=selectors.waiting_count(actor),
        by_id=by_id,
        authors=User.objects.in_bulk({e.actor_user_id for e in news if e.actor_user_id}),
    )


def _desks(
    desks: Sequence[Desk],
    spans: dict[str, list[Interval]],
    ends: dict[UUID, datetime | None],
    cases: Iterable[Investigation],
    at: datetime,
) -> list[DeskOnBoard]:
    names = dict(
        Member.objects.filter(pk__in={d.member_id for d in desks}).values_list("pk", "name")
    )
    people = duty.people_on_duty_by_desk(desks, at)
    known = User.objects.in_bulk({user for group in people.values() for user in group})
    at_desk: defaultdict[UUID, list[Investigation]] = defaultdict(list)
    for case in cases:
        at_desk[case.accountable_desk_id].append(case)
    return [
        DeskOnBoard(
            desk=desk,
            member=names.get(desk.member_id, ""),
            spans=spans.get(str(desk.pk), []),
            is_on_duty=ends.get(desk.pk) is not None,
            people=[known[user].name for user in people[desk.pk] if user in known],
            cases=at_desk[desk.pk],
        )
        for desk in desks
    ]


def _moves(
    coming: Iterable[Handover], desks: Sequence[DeskOnBoard], by_id: dict[UUID, Desk]
) -> list[Move]:
    """Handovers that leave one desk at one instant for one desk are one arc."""
    groups: dict[tuple[UUID, UUID | None, datetime, str], list[Handover]] = defaultdict(list)
    for handover in coming:
        target = handover.to_desk_id or _likely(handover, desks)
        state = ARC.get(handover.state, "planned")
        groups[handover.from_desk_id, target, handover.planned_at, state].append(handover)
    return [
        Move(by_id[source], by_id.get(target) if target else None, at, state, handovers)
        for (source, target, at, state), handovers in groups.items()
        if source in by_id
    ]


def _likely(handover: Handover, desks: Sequence[DeskOnBoard]) -> UUID | None:
    """Who will probably be asked: the desk on duty then for longest. Only the offer decides."""
    ends = {
        shown.desk.pk: end
        for shown in desks
        for start, end in shown.spans
        if start <= handover.planned_at < end and shown.desk.pk != handover.from_desk_id
    }
    return max(ends, key=lambda pk: ends[pk]) if ends else None


def _news(actor: Actor) -> list[Event]:
    """The latest facts of the cases that the actor reads at level L3."""
    cases = investigations.visible(actor, min_level=3).values("pk")
    return list(
        Event.objects.filter(root_type="investigation", root_id__in=cases)
        .filter(subject_type="investigation")
        .exclude(actor_user_id=None)
        .order_by("-occurred_at", "-id")[:NEWS_LIMIT]
    )


def world(board: Board, *, language: str, zone: str, place: str, words: dict[str, str]) -> Any:
    """The map's data: instants in UTC, labels translated by the caller."""
    return {
        "lang": language,
        "now": board.at.isoformat(),
        "zone": zone,
        "zoneName": place,
        **words,
        "desks": {
            str(shown.desk.pk): {
                "name": shown.desk.city or shown.desk.name,
                "tz": shown.desk.tz,
                "at": [shown.desk.longitude, shown.desk.latitude],
                "on": [[a.isoformat(), b.isoformat()] for a, b in shown.spans],
                "cases": [[str(c.pk), c.severity, c.is_held] for c in shown.cases],
            }
            for shown in board.desks
            if shown.desk.latitude is not None and shown.desk.longitude is not None
        },
        "arcs": [
            {
                "from": str(move.source.pk),
                "to": str(move.target.pk),
                "state": move.state,
                "at": move.at.isoformat(),
                "count": len(move.handovers),
            }
            for move in board.arcs
            if move.target
        ],
    }
