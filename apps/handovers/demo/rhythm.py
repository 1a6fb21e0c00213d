"""The people's rhythm in the demo: turns, absences, hours of rest, cover, what stays in a place."""

from datetime import datetime, timedelta
from typing import Final

from apps.core import scope, walltime
from apps.core.actor import Actor
from apps.duty import selectors as hours
from apps.duty import services as duty
from apps.duty.models import Rota
from apps.handovers.demo import cast
from apps.handovers.demo.founding import World
from apps.investigations import services as investigations
from apps.investigations.models import Investigation
from apps.notifications import services as notifications
from apps.sharing import selectors as circles

DAY: Final = timedelta(days=1)
# Who answers first and who stands behind, by place at the desk; they change every week or day.
TURNS: Final = {
    "hangzhou": (("First", "weekly", (0, 2)), ("Second", "weekly", (2, 0))),
    "milan": (("First", "weekly", (0, 1)), ("Second", "weekly", (1, 0))),
    "sao-paulo": (("First", "daily", (0, 2)), ("Second", "daily", (2, 0))),
}


def add(world: World, now: datetime) -> None:
    """Everything of it, as it stands now."""
    for key, turns in TURNS.items():
        _take_turns(world, key, turns, at=now - 14 * DAY)
    _be_away(world, now)
    _rest(world, now)
    _ask_for_cover(world, now)


def _take_turns(
    world: World, key: str, turns: tuple[tuple[str, str, tuple[int, ...]], ...], *, at: datetime
) -> None:
    desk, people = world.desks[key], world.at_desk[key]
    keeper = _keeper(world, key)
    monday = walltime.local(desk.tz, at).date()
    monday -= timedelta(days=monday.weekday())
    start = next(facts.hours[0] for facts in cast.DESKS if facts.key == key)
    with scope.acting(keeper):
        for order, (name, unit, places) in enumerate(turns):
            facts = duty.RotaFacts(
                name=name,
                unit=unit,
                start_on=monday,
                start_time=start,
                people=[user_id for place in places if (user_id := people[place].user_id)],
                order=order,
            )
            duty.create_rota(desk.pk, facts, actor=keeper, at=at)


def _be_away(world: World, now: datetime) -> None:
    """Shen Qiao is away next week, and Lin Yue asks who takes a shift of hers."""
    lin, _zhou, shen = world.at_desk["hangzhou"]
    desk = world.desks["hangzhou"]
    first_day = walltime.local(desk.tz, now).replace(tzinfo=None, hour=0, minute=0) + 6 * DAY
    starts_at = walltime.shift_start(desk.tz, first_day)
    with scope.acting(shen):
        assert shen.user_id is not None  # noqa: S101 - of the cast
        duty.enter_leave(
            shen.user_id,
            starts_at,
            starts_at + 3 * DAY,
            note="A wedding in the family.",
            actor=shen,
            at=now - DAY,
        )
    with scope.acting(lin):
        assert lin.user_id is not None  # noqa: S101 - of the cast
        coming = hours.shifts_of_person(lin, lin.user_id, now + 2 * DAY, now + 4 * DAY)
        first = Rota.objects.get(desk=desk, name="First")
        for shift in coming:
            if shift.rota_id == first.pk and shift.starts_at > now + 2 * DAY:
                span = (shift.starts_at, shift.ends_at)
                note = "A hearing in Shanghai."
                duty.ask_swap(desk.pk, first.pk, *span, note=note, actor=lin, at=now)
                return


def _rest(world: World, now: datetime) -> None:
    """Some sleep undisturbed, but for what is urgent."""
    for key, starts, ends in (("milan", "22:00", "07:00"), ("hangzhou", "23:00", "06:30")):
        person = world.at_desk[key][0]
        with scope.acting(person):
            notifications.set_quiet_hours(starts, ends, range(7), actor=person, at=now)


def _ask_for_cover(world: World, now: datetime) -> None:
    """Nobody is there tomorrow for an hour or two: Aurelis asks, San Francisco would stay."""
    asking, helping = world.leads_of["AUR"], world.leads_of["KIT"]
    with scope.acting(asking):
        circle = circles.circles(asking).get(name=cast.CIRCLE)
        cover = hours.coverage(world.desks.values(), now + DAY, now + 3 * DAY)
        gap = next((span for span in cover.gaps if span[0] > now + DAY), None)
        if gap is None:
            return
        asked = duty.ask_cover(
            circle.pk, *gap, note="Parcels leave Prato at night.", actor=asking, at=now
        )
    with scope.acting(helping):
        desk = world.desks["san-francisco"]
        duty.answer_request(asked.pk, desk.pk, actor=helping, at=now)


def bind_cases(world: World, at: datetime) -> None:
    """One case stays with Hangzhou until a hearing, the evidence of another stays in Italy."""
    keeper = world.leads_of["AUR"]
    with scope.acting(keeper):
        for key in ("hangzhou", "milan"):
            desk = world.desks[key]
            held = Investigation.objects.filter(
                member_id=keeper.member_id, accountable_desk_id=desk.pk, closed_at__isnull=True
            )
            case = held.filter(severity="stable").order_by("opened_at", "title").first()
            if case is None:
                continue
            if key == "hangzhou":
                investigations.pin_case(
                    case.pk,
                    desk_id=desk.pk,
                    reason="The hearing is here, and we know the judge's questions.",
                    until=at + 4 * DAY,
                    actor=keeper,
                    at=at,
                )
            else:
                investigations.lock_custody(
                    case.pk,
                    country=desk.country,
                    reason="The samples are under seal in Milan.",
                    actor=keeper,
                    at=at,
                )


def _keeper(world: World, key: str) -> Actor:
    """Somebody who may keep the desk."""
    code = next(facts.member for facts in cast.DESKS if facts.key == key)
    return world.leads_of[code]
