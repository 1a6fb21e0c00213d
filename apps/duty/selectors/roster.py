"""Which people are on duty when: rotas, with swaps applied, less those on leave."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection

from apps.core.actor import Actor
from apps.core.walltime import instant_at, minute_after, minute_of
from apps.duty import planning
from apps.duty.models import Desk, Leave, RotaTerms, Swap
from apps.duty.planning import RosterRule, RotaRule, SwapRule, Turn, Unit
from apps.duty.planning.spans import Interval
from apps.duty.selectors.desks import desks_of_person, own_desks
from apps.duty.selectors.hours import duty
from apps.duty.selectors.rotas import terms_in_force
from apps.duty.selectors.rules import minute_of_day, rules

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch in which one person is on duty at a desk; no rota: everybody who sits there is."""

    desk_id: UUID
    user_id: UUID
    starts_at: datetime
    ends_at: datetime
    rota_id: UUID | None = None
    is_swap: bool = False


@dataclass(frozen=True, slots=True)
class DeskRoster:
    """Who is on duty at a desk when.

    `holes` are shifts of people on leave that nobody took; `everybody` is when no rota has anybody
    left, so that all who sit there and are not on leave are on duty.
    """

    shifts: list[Shift] = field(default_factory=list)
    holes: list[Shift] = field(default_factory=list)
    everybody: list[Interval] = field(default_factory=list)


def rosters(desks: Iterable[Desk], a: datetime, b: datetime) -> dict[UUID, DeskRoster]:
    """Who is on duty at each desk in [a, b), as far as the reader may know, in a few queries."""
    asked = list(desks)
    on_duty, told = duty(asked, a, b), roster_rules(asked, a, b)
    return {desk.pk: planned(desk.pk, told[desk.pk], on_duty[desk.pk], a, b) for desk in asked}


def planned(
    desk_id: UUID, rule: RosterRule, on_duty: Sequence[Interval], a: datetime, b: datetime
) -> DeskRoster:
    """The roster of a desk by a rule, which need not be the one that is kept."""
    spans = [(minute_of(start), minute_after(end)) for start, end in on_duty]
    found = planning.roster(rule, spans, minute_of(a), minute_after(b))
    return DeskRoster(
        shifts=[_shift(desk_id, turn, a, b) for turn in found.turns],
        holes=[_shift(desk_id, turn, a, b) for turn in found.holes],
        everybody=[(_from(start, a), _until(end, b)) for start, end in found.everybody],
    )


def _shift(desk_id: UUID, turn: Turn, a: datetime, b: datetime) -> Shift:
    starts_at, ends_at = _from(turn.start, a), _until(turn.end, b)
    return Shift(desk_id, turn.person, starts_at, ends_at, turn.rota_id, turn.is_swap)


def _from(minute: int, a: datetime) -> datetime:
    return max(instant_at(minute), a)


def _until(minute: int, b: datetime) -> datetime:
    return min(instant_at(minute), b)


def roster(desks: Iterable[Desk], a: datetime, b: datetime) -> list[Shift]:
    """Every shift at the desks in [a, b), by its start: in order, clipped."""
    shifts = [shift for desk in rosters(desks, a, b).values() for shift in desk.shifts]
    return sorted(shifts, key=lambda shift: (shift.starts_at, shift.ends_at))


def shifts_of_person(actor: Actor, user_id: UUID, a: datetime, b: datetime) -> list[Shift]:
    """When a person of the actor's member is on duty in [a, b), at whichever desk."""
    shifts = roster(desks_of_person(actor, user_id, since=a), a, b)
    return [shift for shift in shifts if shift.user_id == user_id]


def people_on_duty(desk: Desk, at: datetime) -> list[UUID]:
    """Who is on duty at the desk at the instant; nobody while the desk is off."""
    return people_on_duty_by_desk([desk], at)[desk.pk]


def people_on_duty_by_desk(desks: Iterable[Desk], at: datetime) -> dict[UUID, list[UUID]]:
    """Who is on duty at each of the desks, as far as the reader may know; each person once."""
    asked, until = list(desks), at + _MINUTE
    on = [
        desk
        for desk, rule in zip(asked, rules(asked, at, until), strict=True)
        if planning.is_on_duty(rule, at)
    ]
    told = roster_rules(on, at, until)
    found = {desk.pk: planned(desk.pk, told[desk.pk], [(at, until)], at, until) for desk in on}
    return {desk.pk: _people_at(at, found.get(desk.pk, DeskRoster())) for desk in asked}


def _people_at(at: datetime, desk: DeskRoster) -> list[UUID]:
    return list(dict.fromkeys(shift.user_id for shift in desk.shifts if shift.starts_at <= at))


def person_is_on_duty(actor: Actor, user_id: UUID, at: datetime) -> bool:
    """Whether the person is on duty at one of his desks: by rota, by swap, and not on leave."""
    return user_id in those_on_duty(actor, [user_id], at)


def those_on_duty(actor: Actor, user_ids: Iterable[UUID], at: datetime) -> set[UUID]:
    """Who of these people of the actor's member is on duty: as many statements as for one."""
    wanted = set(user_ids)
    desks = own_desks(actor).filter(is_active=True, people__user_id__in=wanted).distinct()
    found = people_on_duty_by_desk(desks, at)
    return wanted & {user_id for people in found.values() for user_id in people}


def collisions(actor: Actor, swap: Swap) -> list[Shift]:
    """The other shifts that whoever took a shift has at the same time: allowed, but said."""
    if swap.taken_by is None:
        return []
    shifts = shifts_of_person(actor, swap.taken_by, swap.starts_at, swap.ends_at)
    return [shift for shift in shifts if shift.rota_id and not _is_of(swap, shift)]


def _is_of(swap: Swap, shift: Shift) -> bool:
    return shift.is_swap and shift.rota_id == swap.rota_id


def is_on_leave(member_id: UUID, user_id: UUID, a: datetime, b: datetime) -> bool:
    """Whether a person is on leave anywhere in [a, b)."""
    return Leave.objects.filter(
        member_id=member_id, user_id=user_id, starts_at__lt=b, ends_at__gt=a
    ).exists()


def people_on_leave(member_id: UUID, user_ids: Iterable[UUID], at: datetime) -> set[UUID]:
    """Who of a member's people is on leave at the instant."""
    rows = Leave.objects.filter(member_id=member_id, user_id__in=list(user_ids))
    return set(rows.filter(starts_at__lte=at, ends_at__gt=at).values_list("user_id", flat=True))


# What decides beside the rotas, in the columns that all parts need; rotas are few, and read on
# their own where there are any. Each part in its own order: swaps as they were decided.
_PARTS = """
SELECT 'seat', seat.desk_id, seat.user_id, NULL::uuid, NULL::uuid, seat.since,
       NULL::timestamptz, NULL::timestamptz AS decided_at, seat.id
  FROM duty_deskperson seat WHERE seat.desk_id = ANY(%(desks)s) AND seat.since < %(b)s
   AND EXISTS (SELECT FROM members_membership works WHERE works.member_id = seat.member_id
     AND works.user_id = seat.user_id AND works.ended_at IS NULL)
UNION ALL
SELECT 'sat', desk_id, user_id, NULL, NULL, since, until, NULL, id
  FROM duty_formerseat WHERE desk_id = ANY(%(desks)s) AND until > %(a)s AND since < %(b)s
UNION ALL
SELECT 'swap', desk_id, asker_id, taken_by, rota_id, starts_at, ends_at, decided_at, id
  FROM duty_swap WHERE desk_id = ANY(%(desks)s) AND state = 'taken' AND taken_by IS NOT NULL
   AND starts_at < %(b)s AND ends_at > %(a)s
UNION ALL
SELECT 'leave', member_id, user_id, NULL, NULL, starts_at, ends_at, NULL, id
  FROM duty_leave WHERE member_id = ANY(%(members)s)
   AND starts_at < %(b)s AND ends_at > %(a)s
UNION ALL
SELECT 'rota', desk_id, NULL, NULL, NULL, NULL, NULL, NULL, id
  FROM duty_rotaterms WHERE desk_id = ANY(%(desks)s) AND from_at < %(b)s
ORDER BY decided_at, id
"""


# Desk or member, person, who else, rota, start and end.
_Part = tuple[Any, ...]
_Spans = defaultdict[UUID, dict[UUID, list[Interval]]]


def roster_rules(desks: Iterable[Desk], a: datetime, b: datetime) -> dict[UUID, RosterRule]:
    """What decides who is on duty at each of the desks in [a, b): one read, two with rotas."""
    asked = list(desks)
    parts = _parts(asked, a, b)
    with_rotas = {desk_id for desk_id, *_rest in parts["rota"]}
    rotas = _rotas([desk for desk in asked if desk.pk in with_rotas], a, b)
    seats, leave = _seats(parts, b), _spans(parts["leave"])
    swaps: defaultdict[UUID, list[SwapRule]] = defaultdict(list)
    for desk_id, asker_id, taken_by, rota_id, start, end in parts["swap"]:
        swaps[desk_id].append(SwapRule(rota_id, asker_id, taken_by, start, end))
    return {
        desk.pk: RosterRule(
            seated=tuple(seats[desk.pk]),
            rotas=tuple(rotas[desk.pk]),
            swaps=tuple(swaps[desk.pk]),
            leave=leave[desk.member_id],
            sat=_partly(seats[desk.pk], a, b),
        )
        for desk in asked
    }


def _parts(desks: Sequence[Desk], a: datetime, b: datetime) -> defaultdict[str, list[_Part]]:
    found: defaultdict[str, list[_Part]] = defaultdict(list)
    if desks:
        members = list({desk.member_id for desk in desks})
        told: dict[str, Any] = {"desks": [desk.pk for desk in desks], "a": a, "b": b}
        told["members"] = members
        with connection.cursor() as cursor:
            cursor.execute(_PARTS, told)
            for kind, *part, _decided_at, _id in cursor:
                found[kind].append(tuple(part))
    return found


def _seats(parts: Mapping[str, Sequence[_Part]], b: datetime) -> _Spans:
    """Who sits at each desk and when: those who sit there still, then those who did."""
    still = [(*part[:5], b + _MINUTE) for part in parts["seat"]]
    return _spans([*still, *parts["sat"]])


def _spans(parts: Iterable[_Part]) -> _Spans:
    found: _Spans = defaultdict(dict)
    for place, user_id, _other, _rota_id, start, end in parts:
        found[place].setdefault(user_id, []).append((start, end))
    return found


def _partly(
    seats: dict[UUID, list[Interval]], a: datetime, b: datetime
) -> dict[UUID, list[Interval]]:
    """When those sit there who do so for a part of [a, b) alone."""
    return {
        user_id: spans
        for user_id, spans in seats.items()
        if len(spans) > 1 or spans[0][0] > a or spans[0][1] < b
    }


def _rotas(desks: Sequence[Desk], a: datetime, b: datetime) -> defaultdict[UUID, list[RotaRule]]:
    """What the rotas of the desks say in [a, b), those included that have ended since."""
    rows = RotaTerms.objects.filter(desk__in=desks, from_at__lt=b).select_related("rota")
    rows = rows.exclude(rota__ended_at__lte=a)
    found: defaultdict[UUID, list[RotaRule]] = defaultdict(list)
    rows = rows.order_by("rota__order", "rota__name", "rota_id", "number")
    for rota, group in groupby(rows, key=attrgetter("rota")):
        for terms, until_at in terms_in_force(group, rota.ended_at):
            if until_at is None or until_at > a:
                found[rota.desk_id].append(rota_rule(terms, until_at))
    return found


def rota_rule(terms: RotaTerms, until_at: datetime | None = None) -> RotaRule:
    """The planning rule of what a rota says, kept or not."""
    minute, day = minute_of_day(terms.start_time), terms.start_on
    start = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a wall time
    return RotaRule(
        terms.rota_id,
        planning.Rota(terms.tz, start + minute * _MINUTE, Unit(terms.unit), terms.length),
        tuple(terms.people),
        terms.valid_from,
        terms.valid_until,
        terms.from_at,
        until_at,
    )
