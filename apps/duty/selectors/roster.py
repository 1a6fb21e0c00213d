"""Which people are on duty when: rotas, with swaps applied, less those on leave."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from apps.core.actor import Actor
from apps.core.walltime import instant_at, minute_after, minute_of
from apps.duty import planning
from apps.duty.models import Desk, Leave, RotaTerms, Swap
from apps.duty.planning import RosterRule, RotaRule, SwapRule, Turn, Unit
from apps.duty.planning.spans import Interval
from apps.duty.selectors.desks import desks_of_person, own_desks, seats_by_desk
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
    """Who is on duty at each desk in [a, b), as far as the reader may know; nine queries."""
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


def roster_rules(desks: Iterable[Desk], a: datetime, b: datetime) -> dict[UUID, RosterRule]:
    """What decides who is on duty at each of the desks in [a, b), in a constant number of reads."""
    asked = list(desks)
    seated, sat = seats_by_desk(asked, a, b)
    rotas, swaps = _rotas(asked, a, b), _swaps(asked, a, b)
    leave = _leave({desk.member_id for desk in asked}, a, b)
    return {
        desk.pk: RosterRule(
            seated=tuple(seated[desk.pk]),
            rotas=tuple(rotas[desk.pk]),
            swaps=tuple(swaps[desk.pk]),
            leave=leave[desk.member_id],
            sat=sat[desk.pk],
        )
        for desk in asked
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


def _swaps(desks: Sequence[Desk], a: datetime, b: datetime) -> defaultdict[UUID, list[SwapRule]]:
    found: defaultdict[UUID, list[SwapRule]] = defaultdict(list)
    rows = Swap.objects.filter(desk__in=desks, state=Swap.State.TAKEN)
    for row in rows.filter(starts_at__lt=b, ends_at__gt=a).order_by("decided_at", "id"):
        if row.taken_by is not None:
            rule = SwapRule(row.rota_id, row.asker_id, row.taken_by, row.starts_at, row.ends_at)
            found[row.desk_id].append(rule)
    return found


def _leave(
    member_ids: set[UUID], a: datetime, b: datetime
) -> dict[UUID, dict[UUID, list[Interval]]]:
    found: dict[UUID, dict[UUID, list[Interval]]] = {member_id: {} for member_id in member_ids}
    rows = Leave.objects.filter(member_id__in=member_ids, starts_at__lt=b, ends_at__gt=a)
    for member, user, start, end in rows.values_list(
        "member_id", "user_id", "starts_at", "ends_at"
    ):
        found[member].setdefault(user, []).append((start, end))
    return found
