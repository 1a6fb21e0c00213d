"""Keeping rotas: who takes turns at a desk, in which order, from when."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound, Stale
from apps.core.events import emit
from apps.core.walltime import minute_of
from apps.duty import planning, policies, selectors
from apps.duty.events import RosterChanged
from apps.duty.models import CLOCK_TIME, Desk, DeskPerson, Rota, RotaPlace
from apps.duty.selectors import DeskRoster
from apps.duty.services.checking import Problems, check_name
from apps.duty.services.desks import locked
from apps.duty.services.swaps import withdraw_moot

MAX_ROTAS = 20
MAX_PEOPLE = 50
LONGEST = {"hourly": 744, "daily": 366, "weekly": 52, "monthly": 12}
_TIME = re.compile(CLOCK_TIME, re.ASCII)


@dataclass(frozen=True, kw_only=True)
class RotaFacts:
    """What a manager says about a rota; the first of the people has the turn at the start."""

    name: str
    unit: str
    start_on: date
    start_time: str
    people: Sequence[UUID]
    length: int = 1
    valid_from: date | None = None
    valid_until: date | None = None
    order: int = 0


def create_rota(desk_id: UUID, facts: RotaFacts, *, actor: Actor, at: datetime) -> Rota:
    """Let people of the desk take turns from now on."""
    desk = locked(desk_id, actor=actor)
    check_rota(desk, facts)
    if desk.rotas.count() >= MAX_ROTAS:
        raise Invalid({"name": [_("A desk has at most %(count)d rotas.") % {"count": MAX_ROTAS}]})
    rota = Rota(member_id=desk.member_id, desk=desk)
    _write(rota, facts)
    _save_uniquely(lambda: rota.save(force_insert=True))
    _place(rota, facts.people)
    emit(RosterChanged(subject_id=desk.pk, cause="rota"), actor=actor, at=at)
    return rota


def change_rota(
    desk_id: UUID, rota_id: UUID, facts: RotaFacts, *, version: int, actor: Actor, at: datetime
) -> Rota:
    """Say a rota anew. Raises Stale when it moved on since `version`.

    A question about a shift that its asker no longer has is withdrawn.
    """
    desk = locked(desk_id, actor=actor)
    rota = _found(desk, rota_id)
    if rota.version != version:
        raise Stale
    check_rota(desk, facts)
    _write(rota, facts)
    rota.version += 1
    _save_uniquely(rota.save)
    _place(rota, facts.people)
    withdraw_moot(desk, actor=actor, at=at)
    emit(RosterChanged(subject_id=desk.pk, cause="rota"), actor=actor, at=at)
    return rota


def remove_rota(desk_id: UUID, rota_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End a rota, and with it what was asked and swapped in it."""
    desk = locked(desk_id, actor=actor)
    _found(desk, rota_id).delete()
    emit(RosterChanged(subject_id=desk.pk, cause="rota"), actor=actor, at=at)


def preview_rota(
    desk_id: UUID,
    facts: RotaFacts,
    span: tuple[datetime, datetime],
    *,
    rota_id: UUID | None = None,
    actor: Actor,
) -> DeskRoster:
    """Who would be on duty if a rota were said like this, or added; nothing is written."""
    desk = selectors.desk(actor, desk_id)
    policies.may_change_desk(actor, desk).require()
    check_rota(desk, facts)
    kept = Rota(desk=desk) if rota_id is None else selectors.rota(desk, rota_id)
    _write(kept, facts)
    said = selectors.rota_rule(kept, desk.tz, facts.people)
    rule = selectors.roster_rules([desk], *span)[desk.pk]
    others = [rota for rota in rule.rotas if rota.id != kept.pk]
    orders = dict(desk.rotas.values_list("pk", "order"))
    rotas = sorted([*others, said], key=lambda rota: orders.get(rota.id, facts.order))
    on_duty = selectors.duty([desk], *span)[desk.pk]
    return selectors.planned(desk.pk, replace(rule, rotas=tuple(rotas)), on_duty, *span)


def rota_of(desk: Desk, facts: RotaFacts) -> planning.Rota:
    """The turns of a rota that is not kept."""
    rota = Rota(desk=desk)
    _write(rota, facts)
    return selectors.rota_rule(rota, desk.tz, ()).turns


def close_up(desk: Desk, user_id: UUID, *, at: datetime) -> None:
    """Take a person out of the desk's rotas: the turn in course stays with whoever has it.

    If it was the leaver's own, the next in the order has it from now on.
    """
    for rota in desk.rotas.filter(places__seat__user_id=user_id).order_by("id"):
        people = selectors.people_of_rota(rota)
        number = planning.turn_at(selectors.rota_rule(rota, desk.tz, ()).turns, minute_of(at))
        now = number % len(people)
        rest = [person for person in people[now:] + people[:now] if person != user_id]
        turn = number % len(rest) if rest else 0
        _place(rota, rest[len(rest) - turn :] + rest[: len(rest) - turn])
        rota.version += 1
        rota.save(update_fields=["version"])


def _found(desk: Desk, rota_id: UUID) -> Rota:
    rota = Rota.objects.select_for_update().filter(desk=desk, pk=rota_id).first()
    if rota is None:
        raise NotFound
    return rota


def _write(rota: Rota, facts: RotaFacts) -> None:
    rota.name = facts.name.strip()
    rota.unit = facts.unit
    rota.length = facts.length
    rota.start_on = facts.start_on
    rota.start_time = facts.start_time
    rota.valid_from = facts.valid_from
    rota.valid_until = facts.valid_until
    rota.order = facts.order


def _place(rota: Rota, people: Sequence[UUID]) -> None:
    """The people's places in this order, instead of those before."""
    rota.places.all().delete()
    seats = dict(
        DeskPerson.objects.filter(desk_id=rota.desk_id, user_id__in=people).values_list(
            "user_id", "pk"
        )
    )
    RotaPlace.objects.bulk_create(
        RotaPlace(
            member_id=rota.member_id,
            desk_id=rota.desk_id,
            rota=rota,
            seat_id=seats[user_id],
            position=position,
        )
        for position, user_id in enumerate(people)
    )


def check_rota(desk: Desk, facts: RotaFacts) -> None:
    """Raise Invalid naming each field that is wrong."""
    problems: Problems = {}
    check_name("name", facts.name, problems, required=True)
    longest = LONGEST.get(facts.unit)
    if longest is None:
        problems["unit"] = [_("A turn is counted in hours, days, weeks or months.")]
    elif not 1 <= facts.length <= longest:
        problems["length"] = [
            _("A turn of this kind lasts from 1 to %(most)d units.") % {"most": longest}
        ]
    if not _TIME.fullmatch(facts.start_time):
        problems["start_time"] = [
            _("“%(time)s” is not a time HH:MM from 00:00 to 23:59.")
            % {"time": facts.start_time[:20]}
        ]
    if facts.valid_from and facts.valid_until and facts.valid_until < facts.valid_from:
        problems["valid_until"] = [_("The last day is before the first.")]
    if not 0 <= facts.order <= 1000:
        problems["order"] = [_("The order is a number from 0 to 1000.")]
    if sentence := _wrong_people(desk, facts.people):
        problems["people"] = [sentence]
    if problems:
        raise Invalid(problems)


def _wrong_people(desk: Desk, people: Sequence[UUID]) -> str:
    if not people:
        return _("Name at least one person who takes a turn.")
    if len(people) > MAX_PEOPLE:
        return _("At most %(count)d people take turns.") % {"count": MAX_PEOPLE}
    if len(set(people)) != len(people):
        return _("Each person stands once in a rota.")
    if not set(people) <= set(selectors.people(desk)):
        return _("Only people who sit at the desk take turns there: give them a seat first.")
    return ""


def _save_uniquely(save: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        if "duty_rota_name" not in str(error):
            raise
        raise Invalid({"name": [_("Another rota of this desk has this name.")]}) from None
