"""Who is on leave is not on duty, and the managers learn which shifts stand empty."""

from datetime import timedelta

import pytest

from apps.core import clock, outbox, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.duty import selectors, services
from apps.duty.models import DeskPerson, Leave, Swap
from apps.members import services as members
from apps.notifications.models import Notification
from tests.duty.conftest import NOON
from tests.duty.staff import DAY, FIRST, HOUR, Staff, facts, make_staff, user_of


@pytest.fixture
def staff(ana: Actor) -> Staff:
    return make_staff(ana)


def test_person_on_leave_is_not_on_duty(staff: Staff) -> None:
    with scope.acting(staff.ana):
        second = facts(staff.cleo, name="Second line", order=1)
        services.create_rota(staff.desk.pk, second, actor=staff.ana, at=NOON)

    staff.away(staff.ada, NOON + HOUR, NOON + 2 * HOUR)

    hours = [staff.on(NOON + n * HOUR) for n in range(3)]
    assert hours == [["ada", "cleo"], ["cleo"], ["ada", "cleo"]]


def test_when_nobody_is_left_everybody_else_is_on(staff: Staff) -> None:
    staff.away(staff.ada, NOON, NOON + HOUR)

    assert staff.on(NOON) == ["ben", "cleo"]


def test_desk_without_a_rota_lacks_those_on_leave(staff: Staff) -> None:
    with scope.acting(staff.ana):
        services.remove_rota(staff.desk.pk, staff.rota.pk, actor=staff.ana, at=NOON)

    staff.away(staff.ben, NOON, NOON + HOUR)

    assert staff.on(NOON) == ["ada", "cleo"]


def test_empty_shift_is_a_hole_and_is_announced(staff: Staff) -> None:
    staff.away(staff.ben, FIRST + DAY + HOUR, FIRST + 5 * DAY)

    with scope.acting(staff.ana):
        holes = selectors.rosters([staff.desk], NOON, NOON + 7 * DAY)[staff.desk.pk].holes
    assert [(h.starts_at, h.ends_at) for h in holes] == [
        (FIRST + DAY + HOUR, FIRST + 2 * DAY),
        (FIRST + 4 * DAY, FIRST + 5 * DAY),
    ]
    (event,) = staff.events("roster.hole")
    assert event.payload["holes_count"] == 2
    assert event.payload["user_id"] == str(staff.ben.user_id)


def test_leave_outside_ones_turns_makes_no_hole(staff: Staff) -> None:
    staff.away(staff.ben, NOON, FIRST + DAY)

    assert staff.events("roster.hole") == []


def test_managers_are_told_of_holes(staff: Staff) -> None:
    staff.away(staff.ben, FIRST + DAY, FIRST + 2 * DAY)
    clock.move_to(NOON + HOUR)
    outbox.drain()

    with scope.acting(staff.ana):
        told = Notification.objects.filter(kind="roster.hole")
        assert [row.user_id for row in told] == [staff.ana.user_id]


def test_swap_fills_a_hole(staff: Staff) -> None:
    staff.away(staff.ben, FIRST + DAY, FIRST + 2 * DAY)
    swap = staff.ask(staff.ana, 1, asker_id=user_of(staff.ben))

    staff.take(staff.cleo, swap)

    assert staff.on(FIRST + DAY) == ["cleo"]
    with scope.acting(staff.ana):
        assert selectors.rosters([staff.desk], NOON, NOON + 2 * DAY)[staff.desk.pk].holes == []


def test_leave_of_a_taker_is_a_hole_again(staff: Staff) -> None:
    staff.take(staff.cleo, staff.ask(staff.ben, 1))

    staff.away(staff.cleo, FIRST + DAY, FIRST + DAY + HOUR)

    (event,) = staff.events("roster.hole")
    assert event.payload["user_id"] == str(staff.cleo.user_id)


def test_leave_answers_what_one_was_asked_alone(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1, asked_of=staff.cleo.user_id)

    staff.away(staff.cleo, FIRST + DAY, FIRST + 2 * DAY)

    with scope.acting(staff.ana):
        assert Swap.objects.get(pk=swap.pk).state == "declined"


def test_colleague_does_not_enter_anothers_leave(staff: Staff) -> None:
    with pytest.raises(Refused):
        staff.away(staff.ben, NOON, NOON + DAY, by=staff.ada)

    assert staff.away(staff.ben, NOON, NOON + DAY, by=staff.ana).by == staff.ana.user_id


@pytest.mark.parametrize(
    ("start", "end"),
    [(HOUR, HOUR), (HOUR, timedelta(0)), (-DAY, -HOUR), (HOUR, 367 * DAY)],
)
def test_wrong_leave_is_refused(staff: Staff, start: timedelta, end: timedelta) -> None:
    with pytest.raises(Invalid) as refusal:
        staff.away(staff.ben, NOON + start, NOON + end)

    assert list(refusal.value.fields) == ["ends_at"]


def test_leave_of_somebody_elses_people_is_nobodys(staff: Staff, cy: Actor) -> None:
    leave = staff.away(staff.ben, NOON, NOON + DAY)

    with scope.acting(cy):
        with pytest.raises(Invalid):
            services.enter_leave(user_of(staff.ben), NOON, NOON + DAY, actor=cy, at=NOON)
        with pytest.raises(NotFound):
            services.end_leave(leave.pk, actor=cy, at=NOON)
        assert list(Leave.objects.all()) == []


def test_ally_reads_no_leave(staff: Staff, allied: None, bo: Actor) -> None:
    staff.away(staff.ben, NOON, NOON + DAY)

    with scope.acting(bo):
        assert list(Leave.objects.all()) == []


def test_coming_leave_is_taken_back_and_running_leave_cut(staff: Staff) -> None:
    coming = staff.away(staff.ada, NOON + DAY, NOON + 2 * DAY)
    running = staff.away(staff.ada, NOON, NOON + HOUR)
    later = NOON + timedelta(minutes=30, seconds=20)

    with scope.acting(staff.ada):
        for leave in (coming, running):
            services.end_leave(leave.pk, actor=staff.ada, at=later)

    with scope.acting(staff.ana):
        assert [leave.ends_at for leave in Leave.objects.all()] == [NOON + timedelta(minutes=30)]
    assert staff.on(later) == ["ada"]


def test_leave_that_is_over_stays(staff: Staff) -> None:
    leave = staff.away(staff.ada, NOON, NOON + HOUR)

    with scope.acting(staff.ada), pytest.raises(DomainError) as refusal:
        services.end_leave(leave.pk, actor=staff.ada, at=NOON + HOUR)

    assert refusal.value.code == "leave.over"


def test_colleague_does_not_end_anothers_leave(staff: Staff) -> None:
    leave = staff.away(staff.ada, NOON, NOON + HOUR)

    with scope.acting(staff.ben), pytest.raises(Refused):
        services.end_leave(leave.pk, actor=staff.ben, at=NOON)


def end_membership(staff: Staff, who: Actor) -> None:
    admin = Actor(staff.ana.member_id, staff.ana.user_id, frozenset({"admin"}))
    with scope.acting(admin):
        members.end_membership(user_of(who), actor=admin, at=NOON)


def test_leaver_has_no_seat_place_leave_or_question_left(staff: Staff) -> None:
    staff.away(staff.ben, NOON + DAY, NOON + 2 * DAY)
    own = staff.ask(staff.ben, 4)
    alone = staff.ask(staff.ada, 3, asked_of=staff.ben.user_id)

    end_membership(staff, staff.ben)

    with scope.acting(staff.ana):
        assert not DeskPerson.objects.filter(user_id=staff.ben.user_id).exists()
        assert selectors.said(staff.rota, NOON).terms.people == [
            staff.ada.user_id,
            staff.cleo.user_id,
        ]
        assert not Leave.objects.filter(ends_at__gt=NOON).exists()
        states = {swap.pk: swap.state for swap in Swap.objects.all()}
    assert states == {own.pk: "withdrawn", alone.pk: "declined"}
    assert [staff.on(FIRST + day * DAY + 11 * HOUR) for day in range(3)] == [
        ["ada"],
        ["cleo"],
        ["ada"],
    ]


def test_shift_that_a_leaver_had_taken_is_asked_of_all(staff: Staff) -> None:
    swap = staff.ask(staff.cleo, 2)
    staff.take(staff.ben, swap)

    end_membership(staff, staff.ben)

    with scope.acting(staff.ana):
        again = Swap.objects.get(pk=swap.pk)
    # The rota has closed up: the day is ada's now, and nobody has to be asked.
    assert (again.state, again.taken_by) == ("withdrawn", None)


def test_shift_taken_by_a_leaver_goes_back_to_its_asker(staff: Staff) -> None:
    with scope.acting(staff.ana):
        fresh = facts(staff.ada, staff.cleo, name="Second", order=1)
        second = services.create_rota(staff.desk.pk, fresh, actor=staff.ana, at=NOON)
    staff.rota = second
    swap = staff.ask(staff.cleo, 1)
    staff.take(staff.ben, swap)

    end_membership(staff, staff.ben)

    with scope.acting(staff.ana):
        again = Swap.objects.get(pk=swap.pk)
    assert (again.state, again.asked_of) == ("asked", None)


def test_holes_that_a_leaver_leaves_are_announced(staff: Staff) -> None:
    """The rota closes up onto a person who is on leave."""
    staff.away(staff.cleo, FIRST + DAY, FIRST + 2 * DAY)
    assert staff.events("roster.hole") == []

    end_membership(staff, staff.ben)

    (event,) = staff.events("roster.hole")
    assert event.payload["starts_at"] == (FIRST + DAY).isoformat()


def test_last_of_a_rota_leaves_and_the_managers_learn_it(staff: Staff) -> None:
    with scope.acting(staff.ana):
        services.change_rota(
            staff.desk.pk,
            staff.rota.pk,
            facts(staff.ben),
            version=1,
            actor=staff.ana,
            at=NOON,
        )

    end_membership(staff, staff.ben)

    assert staff.on(NOON) == ["ada", "cleo"]
    assert len(staff.events("roster.hole")) == 1
