"""Managers keep the rotas of their desks; the people on duty follow them at once."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound, Refused, Stale
from apps.duty import selectors, services
from apps.duty.models import Desk, Rota, RotaTerms
from apps.members.models import Member
from tests.duty.conftest import NOON, desk_of
from tests.duty.staff import DAY, FIRST, HOUR, Staff, facts, make_staff, user_of
from tests.factories.world import make_person


@pytest.fixture
def staff(ana: Actor) -> Staff:
    return make_staff(ana)


def test_turns_follow_the_order(staff: Staff) -> None:
    days = [staff.on(FIRST + day * DAY + HOUR) for day in range(-1, 4)]

    assert days == [["cleo"], ["ada"], ["ben"], ["cleo"], ["ada"]]


def test_change_of_turn_is_exact(staff: Staff) -> None:
    assert staff.on(FIRST + DAY - timedelta(seconds=1)) == ["ada"]
    assert staff.on(FIRST + DAY) == ["ben"]


def test_desk_without_a_rota_has_everybody_on(staff: Staff) -> None:
    with scope.acting(staff.ana):
        services.remove_rota(staff.desk.pk, staff.rota.pk, actor=staff.ana, at=NOON)

    assert staff.on(NOON) == ["ada", "ben", "cleo"]


def test_two_rotas_put_two_people_on(staff: Staff) -> None:
    with scope.acting(staff.ana):
        second = facts(staff.cleo, name="Second line", unit="weekly", order=1)
        services.create_rota(staff.desk.pk, second, actor=staff.ana, at=NOON)

    assert staff.on(NOON) == ["ada", "cleo"]
    assert staff.on(FIRST + 2 * DAY) == ["cleo"]


def test_person_is_on_duty_only_in_his_turn(staff: Staff) -> None:
    with scope.acting(staff.ana):
        on = [
            selectors.person_is_on_duty(staff.ana, user_of(person), NOON)
            for person in (staff.ada, staff.ben, staff.ana)
        ]

    assert on == [True, False, False]


def test_nobody_is_on_while_the_desk_is_off(staff: Staff) -> None:
    with scope.acting(staff.ana):
        services.set_windows(staff.desk.pk, [], actor=staff.ana, at=NOON)

    assert staff.on(NOON) == []


def test_rota_that_is_over_leaves_everybody_on(staff: Staff) -> None:
    over = facts(staff.ada, valid_until=date(2027, 3, 8))
    with scope.acting(staff.ana):
        services.change_rota(
            staff.desk.pk, staff.rota.pk, over, version=1, actor=staff.ana, at=NOON
        )

    # The end of the day in Hangzhou is 16:00 UTC.
    assert staff.on(NOON + 4 * HOUR - timedelta(minutes=1)) == ["ada"]
    assert staff.on(NOON + 4 * HOUR) == ["ada", "ben", "cleo"]
    with scope.acting(staff.ana):
        plan = selectors.rosters([staff.desk], NOON, NOON + DAY)[staff.desk.pk]
    assert plan.everybody == [(NOON + 4 * HOUR, NOON + DAY)]


def test_shifts_of_a_person_name_the_rota(staff: Staff) -> None:
    with scope.acting(staff.ana):
        (shift,) = selectors.shifts_of_person(staff.ana, user_of(staff.ben), NOON, NOON + 2 * DAY)

    assert (shift.starts_at, shift.ends_at) == (FIRST + DAY, FIRST + 2 * DAY)
    assert (shift.rota_id, shift.desk_id, shift.is_swap) == (staff.rota.pk, staff.desk.pk, False)


WRONG = [
    ("name", {"name": " "}),
    ("name", {"name": "x" * 81}),
    ("unit", {"unit": "yearly"}),
    ("length", {"length": 0}),
    ("length", {"unit": "weekly", "length": 53}),
    ("start_time", {"start_time": "24:00"}),
    ("valid_until", {"valid_from": date(2027, 3, 9), "valid_until": date(2027, 3, 8)}),
    ("order", {"order": -1}),
    ("people", {"people": []}),
    ("people", {"people": [uuid4()]}),
]


@pytest.mark.parametrize(("field", "said"), WRONG)
def test_wrong_rota_is_refused_by_its_field(staff: Staff, field: str, said: dict[str, Any]) -> None:
    wrong = facts(staff.ada, **{"name": "Other", **said})
    with scope.acting(staff.ana), pytest.raises(Invalid) as refusal:
        services.create_rota(staff.desk.pk, wrong, actor=staff.ana, at=NOON)

    assert list(refusal.value.fields) == [field]


def test_person_stands_once_in_a_rota(staff: Staff) -> None:
    twice = facts(staff.ada, staff.ada, name="Other")
    with scope.acting(staff.ana), pytest.raises(Invalid) as refusal:
        services.create_rota(staff.desk.pk, twice, actor=staff.ana, at=NOON)

    assert list(refusal.value.fields) == ["people"]


def test_two_rotas_of_a_desk_have_different_names(staff: Staff) -> None:
    with scope.acting(staff.ana), pytest.raises(Invalid) as refusal:
        services.create_rota(staff.desk.pk, facts(staff.ada), actor=staff.ana, at=NOON)

    assert list(refusal.value.fields) == ["name"]


def test_stale_rota_is_refused_and_stays(staff: Staff) -> None:
    with scope.acting(staff.ana):
        for name in ("One", "Two"):
            try:
                services.change_rota(
                    staff.desk.pk,
                    staff.rota.pk,
                    facts(staff.ada, name=name),
                    version=1,
                    actor=staff.ana,
                    at=NOON,
                )
            except Stale:
                assert name == "Two"

        assert selectors.rota(staff.desk, staff.rota.pk).name == "One"
        assert selectors.rota(staff.desk, staff.rota.pk).version == 2


def test_analyst_may_not_keep_rotas(staff: Staff) -> None:
    with scope.acting(staff.ada):
        with pytest.raises(Refused):
            services.create_rota(staff.desk.pk, facts(staff.ada), actor=staff.ada, at=NOON)
        with pytest.raises(Refused):
            services.remove_rota(staff.desk.pk, staff.rota.pk, actor=staff.ada, at=NOON)


def test_stranger_finds_no_rota_and_ally_may_not_change_it(
    staff: Staff, allied: None, bo: Actor, cy: Actor
) -> None:
    for other, refusal in ((bo, Refused), (cy, NotFound)):
        with scope.acting(other), pytest.raises(refusal):
            services.remove_rota(staff.desk.pk, staff.rota.pk, actor=other, at=NOON)


def test_ally_reads_no_rota_and_nobody_on_duty(staff: Staff, allied: None, bo: Actor) -> None:
    with scope.acting(bo):
        assert selectors.is_on_duty(staff.desk, NOON)
        assert selectors.people_on_duty(staff.desk, NOON) == []
        assert selectors.roster([staff.desk], NOON, NOON + DAY) == []
        assert list(Rota.objects.all()) == list(RotaTerms.objects.all()) == []


def test_change_of_a_rota_is_announced_without_moving_the_desk(staff: Staff) -> None:
    before = len(staff.events("duty.changed"))
    with scope.acting(staff.ana):
        services.remove_rota(staff.desk.pk, staff.rota.pk, actor=staff.ana, at=NOON)

    assert [e.payload["cause"] for e in staff.events("roster.changed")] == ["rota", "rota"]
    assert len(staff.events("duty.changed")) == before


def test_end_of_a_seat_closes_the_rota_up(staff: Staff) -> None:
    """Whoever has the turn keeps it: the order goes on from there."""
    later = FIRST + 4 * DAY + HOUR
    assert staff.on(later) == ["ben"]

    with scope.acting(staff.ana):
        services.remove_person(staff.desk.pk, user_of(staff.ada), actor=staff.ana, at=later)

    assert [staff.on(later + day * DAY) for day in range(3)] == [["ben"], ["cleo"], ["ben"]]


def test_leaver_in_his_turn_hands_it_to_the_next(staff: Staff) -> None:
    later = FIRST + 4 * DAY + HOUR

    with scope.acting(staff.ana):
        services.remove_person(staff.desk.pk, user_of(staff.ben), actor=staff.ana, at=later)

    assert [staff.on(later + day * DAY) for day in range(3)] == [["cleo"], ["ada"], ["cleo"]]


def test_closing_up_makes_an_open_form_stale(staff: Staff) -> None:
    with scope.acting(staff.ana):
        services.remove_person(staff.desk.pk, user_of(staff.ben), actor=staff.ana, at=NOON)
        with pytest.raises(Stale):
            services.change_rota(
                staff.desk.pk,
                staff.rota.pk,
                facts(staff.ada, staff.ben),
                version=1,
                actor=staff.ana,
                at=NOON,
            )


def test_rosters_cost_the_same_queries_for_many_desks(
    staff: Staff, django_assert_num_queries: Any
) -> None:
    desks = [staff.desk, *(_another(staff, number) for number in range(4))]

    with scope.acting(staff.ana):
        for asked in (desks[:1], desks):
            with django_assert_num_queries(3):
                selectors.rosters(asked, NOON, NOON + DAY)
            with django_assert_num_queries(3):
                selectors.people_on_duty_by_desk(asked, NOON)


def _another(staff: Staff, number: int) -> Desk:
    desk = desk_of(staff.ana, f"Desk {number}", "UTC", "00:00", "24:00", days=tuple(range(7)))
    with scope.acting(staff.ana):
        services.put_person(desk.pk, user_of(staff.ada), actor=staff.ana, at=NOON)
        services.create_rota(desk.pk, facts(staff.ada), actor=staff.ana, at=NOON)
    return desk


def test_seat_of_another_desk_gives_no_place(staff: Staff) -> None:
    other = desk_of(staff.ana, "Other", "UTC", "00:00", "24:00")
    eve = make_person("Eve Four", Member.objects.get(pk=staff.ana.member_id))
    with scope.acting(staff.ana):
        services.put_person(other.pk, user_of(eve), actor=staff.ana, at=NOON)
        with pytest.raises(Invalid) as refusal:
            services.create_rota(staff.desk.pk, facts(eve, name="Second"), actor=staff.ana, at=NOON)

    assert list(refusal.value.fields) == ["people"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"length": 0},
        {"start_time": "9"},
        {"unit": "yearly"},
        {"valid_from": date(2027, 3, 9), "valid_until": date(2027, 3, 8)},
        {"from_at": FIRST, "said_at": NOON},
        {"number": 1},
    ],
)
def test_database_keeps_what_a_rota_says_sound(staff: Staff, wrong: dict[str, Any]) -> None:
    with scope.acting(staff.ana):
        terms = RotaTerms.objects.get(rota=staff.rota)
        terms.pk, terms.number = uuid4(), 2
        for name, value in wrong.items():
            setattr(terms, name, value)

        with pytest.raises(IntegrityError), transaction.atomic():
            terms.save(force_insert=True)
