"""Whoever is awake is woken: nobody at rest, those on duty first, and never nobody at all."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import Invalid, Refused
from apps.duty import services as duty
from apps.members.models import User
from apps.notifications import quiet, selectors, services
from apps.notifications.models import QuietHours
from tests.factories.world import NOON

pytestmark = pytest.mark.django_db
# 20:00 in Shanghai, 13:00 in Rome, 09:00 in São Paulo.


def rest(actor: Actor, starts: str, ends: str) -> None:
    with scope.acting(actor):
        services.set_quiet_hours(starts, ends, range(7), actor=actor, at=NOON)


def person(actor: Actor) -> tuple:
    return (actor.member_id, actor.user_id)


def awake(*people: Actor, by: Actor, at: datetime = NOON) -> list[tuple]:
    with scope.acting(Actor.system(by.member_id)):
        return selectors.awake([person(p) for p in people], at)


def on_duty(actor: Actor, keeper: Actor) -> None:
    with scope.acting(keeper):
        facts = duty.DeskFacts(name="Milan", tz="Europe/Rome", languages=["en"], country="IT")
        desk = duty.create_desk(facts, actor=keeper, at=NOON - timedelta(days=1))
        always = [duty.WindowFacts(days=range(7), start="00:00", end="24:00")]
        duty.set_windows(desk.pk, always, actor=keeper, at=NOON - timedelta(days=1))
        duty.put_person(desk.pk, actor.user_id, actor=keeper, at=NOON - timedelta(days=1))


def test_who_rests_is_left_out(ana: Actor, mia: Actor, bo: Actor) -> None:
    rest(ana, "19:00", "06:00")

    assert awake(ana, mia, bo, by=mia) == [person(mia), person(bo)]


def test_who_stays_awake_longest_comes_first(ana: Actor, mia: Actor, bo: Actor) -> None:
    rest(ana, "21:00", "06:00")
    rest(bo, "23:00", "06:00")

    assert awake(ana, bo, mia, by=mia) == [person(mia), person(bo), person(ana)]


def test_who_is_on_duty_comes_before_who_stays_awake_longer(ana: Actor, mia: Actor) -> None:
    rest(ana, "21:00", "06:00")
    on_duty(ana, mia)

    assert awake(mia, ana, by=mia) == [person(ana), person(mia)]


def test_person_of_an_ally_on_duty_is_read_under_her_own_wall(ana: Actor, bo: Actor) -> None:
    keeper = Actor(bo.member_id, bo.user_id, frozenset({"manager"}))
    on_duty(bo, keeper)

    assert awake(ana, bo, by=ana) == [person(bo), person(ana)]


def test_who_is_on_leave_is_left_out(ana: Actor, mia: Actor) -> None:
    with scope.acting(mia):
        away = (NOON - timedelta(hours=1), NOON + timedelta(hours=1))
        duty.enter_leave(ana.user_id, *away, actor=mia, at=NOON - timedelta(days=1))

    assert awake(ana, mia, by=mia) == [person(mia)]
    assert awake(ana, mia, by=mia, at=NOON + timedelta(hours=2)) == [person(ana), person(mia)]


def test_when_everybody_rests_everybody_is_woken(ana: Actor, mia: Actor) -> None:
    rest(ana, "19:00", "06:00")
    rest(mia, "12:00", "14:00")

    assert awake(ana, mia, by=mia) == [person(ana), person(mia)]


def test_nobody_is_named_twice(ana: Actor, mia: Actor) -> None:
    assert awake(mia, mia, by=mia) == [person(mia)]


@pytest.mark.parametrize(
    ("zone", "at", "ends"),
    [
        # Clocks go forward at 02:00: the rest is an hour shorter, and not negative.
        ("Europe/Rome", "2027-03-28T00:30Z", "2027-03-28T05:00Z"),
        # Clocks go back at 03:00: the rest is an hour longer, and one.
        ("Europe/Rome", "2026-10-25T00:30Z", "2026-10-25T06:00Z"),
        ("America/Los_Angeles", "2026-11-01T08:30Z", "2026-11-01T15:00Z"),
        ("Australia/Lord_Howe", "2026-10-03T15:00Z", "2026-10-03T20:00Z"),
    ],
)
def test_rest_over_midnight_ends_by_the_local_clock(
    ana: Actor, zone: str, at: str, ends: str
) -> None:
    rule = quiet.rule_of(
        QuietHours(user_id=ana.user_id, starts="22:00", ends="07:00", days=list(range(7))), zone
    )
    instant = datetime.fromisoformat(at)

    assert quiet.ends_at(rule, instant) == datetime.fromisoformat(ends)


def test_rest_that_starts_on_weekdays_leaves_the_weekend_awake(ana: Actor) -> None:
    hours = QuietHours(user_id=ana.user_id, starts="22:00", ends="07:00", days=[0, 1, 2, 3, 4])
    rule = quiet.rule_of(hours, "UTC")

    assert quiet.is_quiet(rule, datetime(2026, 11, 28, 3, tzinfo=UTC))  # begun on Friday
    assert not quiet.is_quiet(rule, datetime(2026, 11, 28, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("starts", "ends", "days", "field"),
    [
        ("25:00", "07:00", [0], "starts"),
        ("22:00", "24:00", [0], "ends"),
        ("22:00", "07:00", [], "days"),
        ("22:00", "07:00", [7], "days"),
        ("08:00", "08:00", range(7), "ends"),
    ],
)
def test_hours_that_cannot_be_are_refused(
    ana: Actor, starts: str, ends: str, days: list[int], field: str
) -> None:
    with scope.acting(ana), pytest.raises(Invalid) as refusal:
        services.set_quiet_hours(starts, ends, days, actor=ana, at=NOON)

    assert set(refusal.value.fields) == {field}


def test_rest_is_the_persons_own_and_no_keys(ana: Actor, mia: Actor) -> None:
    key = Actor(member_id=ana.member_id, roles=frozenset({"key:write"}), via="api_key")
    rest(mia, "22:00", "07:00")

    with scope.acting(key), pytest.raises(Refused) as refusal:
        services.set_quiet_hours("22:00", "07:00", range(7), actor=key, at=NOON)

    assert refusal.value.code == "notifications.person_only"
    assert selectors.quiet_hours(ana.user_id) is None


def test_rest_moves_with_the_person(mia: Actor) -> None:
    rest(mia, "12:30", "14:00")
    assert quiet.is_quiet(selectors.rest_of([mia.user_id])[mia.user_id], NOON)

    User.objects.filter(pk=mia.user_id).update(time_zone="Asia/Tokyo")

    assert not quiet.is_quiet(selectors.rest_of([mia.user_id])[mia.user_id], NOON)
