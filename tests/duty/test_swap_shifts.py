"""Shifts change hands: the first who takes one has it, and silence is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.core import clock, due, outbox, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.duty import selectors, services
from apps.duty.models import Swap
from apps.notifications.models import Notification
from tests.core.parallel import at_once
from tests.duty.conftest import NOON
from tests.duty.staff import DAY, FIRST, HOUR, Staff, facts, make_staff, user_of


@pytest.fixture
def staff(ana: Actor) -> Staff:
    return make_staff(ana)


def state_of(staff: Staff, swap: Swap) -> str:
    with scope.acting(staff.ana):
        return Swap.objects.get(pk=swap.pk).state


def told(staff: Staff, kind: str) -> set[str]:
    """Who has been told, by name."""
    if clock.now() < NOON + 2 * HOUR:
        clock.move_to(NOON + 2 * HOUR)
    outbox.drain()
    with scope.acting(staff.ana):
        rows = Notification.objects.filter(kind=kind)
        return {staff.names[row.user_id] for row in rows}


def test_shift_that_is_taken_changes_hands(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)
    assert staff.on(FIRST + DAY) == ["ben"]

    staff.take(staff.cleo, swap)

    assert staff.on(FIRST + DAY) == ["cleo"]
    with scope.acting(staff.ana):
        (shift,) = selectors.roster([staff.desk], FIRST + DAY, FIRST + 2 * DAY)
    assert (shift.user_id, shift.is_swap) == (staff.cleo.user_id, True)


def test_part_of_a_shift_changes_hands(staff: Staff) -> None:
    start = FIRST + DAY + 2 * HOUR
    swap = staff.ask(staff.ben, 1, starts_at=start, ends_at=start + HOUR)

    staff.take(staff.cleo, swap)

    hours = [staff.on(FIRST + DAY + n * HOUR) for n in (1, 2, 3)]
    assert hours == [["ben"], ["cleo"], ["ben"]]


def test_all_colleagues_who_are_free_are_asked(staff: Staff) -> None:
    staff.away(staff.ada, FIRST + DAY, FIRST + DAY + HOUR)

    staff.ask(staff.ben, 1)

    assert told(staff, "swap.asked") == {"cleo"}


def test_one_colleague_is_asked_alone(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1, asked_of=staff.ada.user_id)

    assert told(staff, "swap.asked") == {"ada"}
    with pytest.raises(Refused) as refusal:
        staff.take(staff.cleo, swap)
    assert refusal.value.code == "swap.not_asked"


def test_asker_learns_that_it_was_taken(staff: Staff) -> None:
    staff.take(staff.cleo, staff.ask(staff.ben, 1))

    assert told(staff, "swap.taken") == {"ben"}


def test_declined_question_can_go_to_all(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1, asked_of=staff.ada.user_id)
    with scope.acting(staff.ada):
        services.decline_swap(swap.pk, actor=staff.ada, at=NOON)
    assert told(staff, "swap.declined") == {"ben"}

    with scope.acting(staff.ben):
        services.ask_everybody(swap.pk, actor=staff.ben, at=NOON + HOUR)
    staff.take(staff.cleo, swap, NOON + HOUR)

    assert staff.on(FIRST + DAY) == ["cleo"]


def test_question_to_all_cannot_be_declined(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)

    with scope.acting(staff.ada), pytest.raises(Refused):
        services.decline_swap(swap.pk, actor=staff.ada, at=NOON)


def test_withdrawn_question_cannot_be_taken(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)
    with scope.acting(staff.ben):
        services.withdraw_swap(swap.pk, actor=staff.ben, at=NOON)

    with pytest.raises(DomainError) as refusal:
        staff.take(staff.cleo, swap)

    assert refusal.value.code == "swap.not_open"


def test_colleague_does_not_withdraw_anothers_question(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)

    with scope.acting(staff.ada), pytest.raises(Refused):
        services.withdraw_swap(swap.pk, actor=staff.ada, at=NOON)


def test_second_taker_is_refused(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)
    staff.take(staff.cleo, swap)

    with pytest.raises(DomainError) as refusal:
        staff.take(staff.ada, swap)

    assert refusal.value.code == "swap.taken"
    assert staff.on(FIRST + DAY) == ["cleo"]


def test_own_shift_is_not_taken(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)

    with pytest.raises(Refused) as refusal:
        staff.take(staff.ben, swap)

    assert refusal.value.code == "swap.own"


def test_who_is_on_leave_takes_nothing(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)
    staff.away(staff.cleo, FIRST + DAY + HOUR, FIRST + DAY + 2 * HOUR)

    with pytest.raises(Refused) as refusal:
        staff.take(staff.cleo, swap)

    assert refusal.value.code == "swap.on_leave"


def test_who_sits_elsewhere_takes_nothing(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)

    with pytest.raises(Refused) as refusal:
        staff.take(staff.ana, swap)

    assert refusal.value.code == "swap.not_seated"


def test_key_takes_nothing(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)
    key = Actor(staff.ana.member_id, None, frozenset({"analyst", "key:write"}), "api_key")

    with pytest.raises(Refused) as refusal:
        staff.take(key, swap)

    assert refusal.value.code == "swap.people_only"


def test_begun_shift_is_neither_asked_nor_taken(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)

    with pytest.raises(DomainError) as refusal:
        staff.take(staff.cleo, swap, FIRST + DAY)
    assert refusal.value.code == "swap.passed"
    with pytest.raises(Invalid):
        staff.ask(staff.ada, 0)


def test_rest_of_a_running_shift_is_asked(staff: Staff) -> None:
    swap = staff.ask(staff.ada, 0, starts_at=NOON + HOUR, ends_at=FIRST + DAY)

    staff.take(staff.ben, swap)

    assert (staff.on(NOON), staff.on(NOON + HOUR)) == (["ada"], ["ben"])


@pytest.mark.parametrize("day", [0, 2, 3])
def test_shift_of_somebody_else_is_not_asked(staff: Staff, day: int) -> None:
    with pytest.raises(Invalid) as refusal:
        staff.ask(staff.ben, day, at=FIRST - HOUR)

    assert list(refusal.value.fields) == ["starts_at"]


def test_colleague_does_not_ask_for_another(staff: Staff) -> None:
    with pytest.raises(Refused):
        staff.ask(staff.ada, 1, asker_id=staff.ben.user_id)


def test_same_time_is_asked_once(staff: Staff) -> None:
    staff.ask(staff.ben, 1)

    with pytest.raises(DomainError) as refusal:
        staff.ask(staff.ben, 1, starts_at=FIRST + DAY + HOUR, ends_at=FIRST + 2 * DAY)

    assert refusal.value.code == "swap.already_asked"


def test_stranger_at_the_desk_or_absent_colleague_is_not_asked(staff: Staff) -> None:
    staff.away(staff.cleo, FIRST + DAY, FIRST + 2 * DAY)

    for asked_of in (staff.ana.user_id, staff.ben.user_id, staff.cleo.user_id):
        with pytest.raises(Invalid) as refusal:
            staff.ask(staff.ben, 1, asked_of=asked_of)
        assert list(refusal.value.fields) == ["asked_of"]


def test_taken_shift_can_be_passed_on(staff: Staff) -> None:
    staff.take(staff.cleo, staff.ask(staff.ben, 1))

    staff.take(staff.ada, staff.ask(staff.cleo, 1, at=NOON + HOUR), NOON + HOUR)

    assert staff.on(FIRST + DAY) == ["ada"]


def fire(at: datetime) -> None:
    clock.move_to(at)
    due.run()


def test_untaken_shift_is_past_due_at_its_start_and_told(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)

    fire(FIRST + DAY - timedelta(seconds=30))
    assert state_of(staff, swap) == "asked"
    fire(FIRST + DAY)

    assert state_of(staff, swap) == "past_due"
    assert told(staff, "swap.past_due") == {"ana", "ben"}
    assert staff.on(FIRST + DAY) == ["ben"]


def test_past_due_twice_is_once(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)

    for _ in range(2):
        with scope.acting(Actor.system(staff.ana.member_id)):
            services.end_past_due(swap.pk, FIRST + DAY)

    assert len(staff.events("swap.past_due")) == 1


def test_taken_shift_is_never_past_due(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)
    staff.take(staff.cleo, swap)

    with scope.acting(Actor.system(staff.ana.member_id)):
        services.end_past_due(swap.pk, FIRST + DAY)

    assert state_of(staff, swap) == "taken"
    assert not due.is_planned(swap.pk, services.PAST_DUE)


def test_question_asked_again_is_past_due_as_well(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1, asked_of=staff.ada.user_id)
    with scope.acting(staff.ben):
        services.ask_everybody(swap.pk, actor=staff.ben, at=NOON + HOUR)

    fire(FIRST + DAY)

    assert state_of(staff, swap) == "past_due"


def test_changed_rota_withdraws_what_is_no_longer_ones_own(staff: Staff) -> None:
    moot, kept = staff.ask(staff.ben, 1), staff.ask(staff.cleo, 2)

    with scope.acting(staff.ana):
        turned = facts(staff.ben, staff.ada, staff.cleo)
        services.change_rota(
            staff.desk.pk, staff.rota.pk, turned, version=1, actor=staff.ana, at=NOON
        )

    assert (state_of(staff, moot), state_of(staff, kept)) == ("withdrawn", "asked")


def test_stranger_finds_no_swap_and_ally_neither(
    staff: Staff, allied: None, bo: Actor, cy: Actor
) -> None:
    swap = staff.ask(staff.ben, 1)

    for other in (bo, cy):
        with scope.acting(other), pytest.raises(NotFound):
            services.take_swap(swap.pk, actor=other, at=NOON)
        with scope.acting(other):
            assert list(Swap.objects.all()) == []


@pytest.mark.parametrize(
    "wrong", [{"state": "taken"}, {"state": "gone"}, {"ends_at": FIRST}, {"taken_by": "ben"}]
)
def test_database_keeps_a_swap_sound(staff: Staff, wrong: dict[str, Any]) -> None:
    swap = staff.ask(staff.ben, 1)
    if wrong.get("taken_by"):
        wrong = {"taken_by": user_of(staff.ben), "state": "taken"}

    with scope.acting(staff.ana), pytest.raises(IntegrityError), transaction.atomic():
        Swap.objects.filter(pk=swap.pk).update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_at_once_one_has_it(ana: Actor) -> None:
    staff = make_staff(ana)
    swap = staff.ask(staff.ben, 1)

    answers = at_once(
        *(lambda who=who: staff.take(who, swap) for who in (staff.ada, staff.cleo, staff.ada))
    )

    refused = [a.code for a in answers if isinstance(a, DomainError)]
    assert refused == ["swap.taken"] * 2
    assert len(staff.events("swap.taken")) == 1
