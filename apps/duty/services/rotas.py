"""Keeping rotas: who takes turns at a desk, in which order, from when."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound, Stale
from apps.core.events import emit
from apps.duty import planning, policies, selectors
from apps.duty.events import RosterChanged
from apps.duty.models import CLOCK_TIME, Desk, Rota, RotaTerms
from apps.duty.planning import RotaRule
from apps.duty.selectors import DeskRoster
from apps.duty.services.checking import Problems, check_name
from apps.duty.services.desks import locked
from apps.duty.services.swaps import end_with, withdraw_moot
from apps.duty.services.terms import keep, say

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
    if desk.rotas.filter(ended_at=None).count() >= MAX_ROTAS:
        raise Invalid({"name": [_("A desk has at most %(count)d rotas.") % {"count": MAX_ROTAS}]})
    rota = Rota(member_id=desk.member_id, desk=desk)
    _name(rota, facts)
    _save_uniquely(lambda: rota.save(force_insert=True))
    keep(rota, terms_of(desk, facts), from_at=at, at=at)
    emit(RosterChanged(subject_id=desk.pk, cause="rota"), actor=actor, at=at)
    return rota


def change_rota(
    desk_id: UUID,
    rota_id: UUID,
    facts: RotaFacts,
    *,
    version: int,
    from_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> Rota:
    """Say a rota anew, from now on or from a later instant. Raises Stale when it moved on.

    Who was on duty until then stays as it was. The rota's name and order change at once; of what
    was planned, all that begins later than this ends. A question about a shift that its asker no
    longer has is withdrawn.
    """
    desk = locked(desk_id, actor=actor)
    rota = _found(desk, rota_id)
    if rota.version != version:
        raise Stale
    check_rota(desk, facts)
    begins = _beginning(from_at, at)
    _name(rota, facts)
    rota.version += 1
    _save_uniquely(rota.save)
    say(rota, terms_of(desk, facts), from_at=begins, at=at)
    withdraw_moot(desk, actor=actor, at=at)
    emit(RosterChanged(subject_id=desk.pk, cause="rota"), actor=actor, at=at)
    return rota


def remove_rota(desk_id: UUID, rota_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End a rota from now on, and with it what was asked and swapped of what is to come."""
    desk = locked(desk_id, actor=actor)
    rota = _found(desk, rota_id)
    rota.ended_at = at
    rota.version += 1
    rota.save(update_fields=["ended_at", "version"])
    end_with(rota, actor=actor, at=at)
    emit(RosterChanged(subject_id=desk.pk, cause="rota"), actor=actor, at=at)


def preview_rota(
    desk_id: UUID,
    facts: RotaFacts,
    span: tuple[datetime, datetime],
    *,
    rota_id: UUID | None = None,
    from_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> DeskRoster:
    """Who would be on duty if a rota were said like this, or added; nothing is written."""
    desk = selectors.desk(actor, desk_id)
    policies.may_change_desk(actor, desk).require()
    check_rota(desk, facts)
    terms = terms_of(desk, facts)
    terms.rota = Rota(desk=desk) if rota_id is None else selectors.rota(desk, rota_id)
    terms.from_at = _beginning(from_at, at)
    rule = selectors.roster_rules([desk], *span)[desk.pk]
    rotas = [rota for rota in rule.rotas if rota.id != terms.rota_id]
    rotas += [*_until(rule.rotas, terms), selectors.rota_rule(terms)]
    orders = dict(desk.rotas.values_list("pk", "order"))
    rotas.sort(key=lambda rota: orders.get(rota.id, facts.order))
    on_duty = selectors.duty([desk], *span)[desk.pk]
    return selectors.planned(desk.pk, replace(rule, rotas=tuple(rotas)), on_duty, *span)


def _until(rotas: Iterable[RotaRule], terms: RotaTerms) -> Iterator[RotaRule]:
    """What the terms' own rota says before they begin."""
    for rota in rotas:
        if rota.id == terms.rota_id and (rota.from_at is None or rota.from_at < terms.from_at):
            ends = min(rota.until_at or terms.from_at, terms.from_at)
            yield replace(rota, until_at=ends)


def terms_of(desk: Desk, facts: RotaFacts) -> RotaTerms:
    """What a rota would say by these facts; not kept."""
    return RotaTerms(
        tz=desk.tz,
        unit=facts.unit,
        length=facts.length,
        start_on=facts.start_on,
        start_time=facts.start_time,
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        people=list(facts.people),
    )


def rota_of(desk: Desk, facts: RotaFacts) -> planning.Rota:
    """The turns of a rota that is not kept."""
    return selectors.rota_rule(terms_of(desk, facts)).turns


def _beginning(from_at: datetime | None, at: datetime) -> datetime:
    """From when a change holds: from now on, or from a later instant."""
    if from_at is None:
        return at
    if from_at < at:
        raise Invalid(
            {
                "from_at": [
                    _(
                        "Who was on duty stays as it was: a change holds from now on or from a"
                        " later time."
                    )
                ]
            }
        )
    return from_at


def _found(desk: Desk, rota_id: UUID) -> Rota:
    kept = Rota.objects.select_for_update().filter(desk=desk, ended_at=None)
    rota = kept.filter(pk=rota_id).first()
    if rota is None:
        raise NotFound
    return rota


def _name(rota: Rota, facts: RotaFacts) -> None:
    rota.name = facts.name.strip()
    rota.order = facts.order


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
