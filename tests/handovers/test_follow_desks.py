"""Shifts, people, desks and members change: what they hold and are offered follows at once."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.models import Due
from apps.duty import services as duty
from apps.duty.models import Desk
from apps.handovers import services
from apps.handovers.models import Asked, Handover
from apps.investigations.models import Custody, Investigation
from apps.members import services as members
from apps.members.models import Member
from apps.sharing.models import Grant
from tests.handovers.conftest import (
    MORNING,
    make_desk,
    offered,
    open_case,
    read_back,
    reload,
    the_handover,
)

# Milan's duty ends at 17:00 UTC; São Paulo is on from 13:00 to 23:00 UTC.
END = MORNING + timedelta(hours=11)
OFFER_AT = END - timedelta(minutes=30)
EVENING = END + timedelta(minutes=30)
LATER = EVENING + timedelta(minutes=1)


@pytest.fixture
def milans(mia: Actor, hangzhou: Desk, milan: Desk, sao_paulo: Desk) -> Investigation:
    return open_case(mia, milan, at=MORNING + timedelta(hours=3))


@pytest.fixture
def offer(milans: Investigation, mia: Actor) -> Handover:
    return offered(milans, mia, at=OFFER_AT)


@pytest.fixture
def at_bo(offer: Handover, milans: Investigation, bo: Actor) -> Investigation:
    """Milan's case, held in São Paulo."""
    words = read_back(offer, bo)
    with scope.acting(bo):
        at = OFFER_AT + timedelta(minutes=5)
        services.accept_handover(offer.pk, read_back=words, actor=bo, at=at)
    return milans


def manager(actor: Actor) -> Actor:
    return Actor(
        member_id=actor.member_id, user_id=actor.user_id, roles=frozenset({"manager", "admin"})
    )


def close(
    desk: Desk, actor: Actor, start: datetime, end: datetime, *, at: datetime | None = None
) -> None:
    keeper = manager(actor)
    with scope.acting(keeper):
        duty.add_closure(desk.pk, start, end, actor=keeper, at=at or start)


def cover(desk: Desk, actor: Actor, start: datetime, end: datetime, *, at: datetime) -> None:
    keeper = manager(actor)
    with scope.acting(keeper):
        duty.add_extra_cover(desk.pk, start, end, actor=keeper, at=at)


def shut(desk: Desk, actor: Actor, *, at: datetime) -> None:
    keeper = manager(actor)
    with scope.acting(keeper):
        version = Desk.objects.get(pk=desk.pk).version
        duty.change_desk(desk.pk, {"is_active": False}, version=version, actor=keeper, at=at)


def causes(case: Investigation, actor: Actor) -> list[str]:
    with scope.acting(actor):
        rows = Custody.objects.filter(investigation=case).order_by("seq")
        return list(rows.values_list("cause", flat=True))


def is_the_allys_no_more(case: Investigation, bo: Actor) -> bool:
    with scope.acting(bo):
        return not Investigation.objects.exists() and not Handover.objects.exists()


def test_longer_shift_cancels_the_offer_and_plans_a_new_one(
    offer: Handover, milans: Investigation, mia: Actor, milan: Desk
) -> None:
    cover(milan, mia, END, END + timedelta(hours=2), at=OFFER_AT + timedelta(minutes=1))

    with scope.acting(mia):
        assert Handover.objects.get(pk=offer.pk).reason_code == "duty_changed"
    following = the_handover(mia, milans, "planned")
    assert following.planned_at == END + timedelta(hours=2)
    assert following.token != offer.token


def test_receiver_that_closes_before_the_instant_is_asked_no_more_and_the_next_is(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor, sao_paulo: Desk
) -> None:
    lagos = make_desk(mia, "Lagos", "Africa/Lagos", "10:00", "20:00")
    close(sao_paulo, bo, OFFER_AT + timedelta(minutes=1), END + timedelta(hours=1))

    with scope.acting(mia):
        again = Handover.objects.get(investigation=milans, state="offered")
        assert Handover.objects.get(pk=offer.pk).reason_code == "receiver_changed"
    assert again.to_desk_id == lagos.pk
    with scope.acting(bo):
        assert not Handover.objects.exists()


def test_allys_changed_shift_moves_the_plan_of_the_owners_case_at_once(
    at_bo: Investigation, mia: Actor, bo: Actor, sao_paulo: Desk
) -> None:
    assert the_handover(mia, at_bo, "planned").planned_at == MORNING + timedelta(hours=17)

    cover(
        sao_paulo,
        bo,
        MORNING + timedelta(hours=17),
        MORNING + timedelta(hours=19),
        at=EVENING,
    )

    assert the_handover(mia, at_bo, "planned").planned_at == MORNING + timedelta(hours=19)


def test_change_far_from_any_handover_changes_nothing(
    offer: Handover, milans: Investigation, mia: Actor, sao_paulo: Desk, bo: Actor
) -> None:
    week = timedelta(days=7)
    close(sao_paulo, bo, OFFER_AT + week, END + week, at=OFFER_AT)

    with scope.acting(mia):
        assert Handover.objects.get(pk=offer.pk).state == "offered"


def test_closed_desk_gives_its_cases_to_the_owners_duty_desk(
    milans: Investigation, mia: Actor, milan: Desk
) -> None:
    lagos = make_desk(mia, "Lagos", "Africa/Lagos", "10:00", "20:00")
    shut(milan, mia, at=OFFER_AT)

    assert reload(milans).accountable_desk_id == lagos.pk
    assert causes(milans, mia) == ["opened", "recalled"]


def test_closed_desk_of_an_ally_gives_the_case_home_and_keeps_no_access(
    at_bo: Investigation, mia: Actor, bo: Actor, milan: Desk, sao_paulo: Desk
) -> None:
    shut(sao_paulo, bo, at=EVENING)

    found = reload(at_bo)
    assert found.accountable_member_id == mia.member_id
    assert found.is_held
    assert is_the_allys_no_more(at_bo, bo)
    assert Due.objects.filter(kind="custody.escalate", state="planned").exists()


def test_closed_desk_is_asked_no_more(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor, sao_paulo: Desk
) -> None:
    shut(sao_paulo, bo, at=OFFER_AT + timedelta(minutes=1))

    with scope.acting(mia):
        assert Handover.objects.get(pk=offer.pk).state == "cancelled"
        assert not Grant.objects.filter(state="dormant").exists()


def test_only_desk_of_its_owner_keeps_the_case_and_an_ally_is_looked_for(
    ana: Actor, bo: Actor, hangzhou: Desk, sao_paulo: Desk
) -> None:
    case = open_case(ana, hangzhou)
    shut(hangzhou, ana, at=MORNING + timedelta(hours=1))

    assert reload(case).accountable_desk_id == hangzhou.pk
    assert Due.objects.filter(kind="handover.retry", ref=case.pk, state="planned").exists()


def test_last_person_who_leaves_the_desk_takes_its_cases_home(
    at_bo: Investigation, mia: Actor, bo: Actor, sao_paulo: Desk
) -> None:
    keeper = manager(bo)
    with scope.acting(keeper):
        duty.remove_person(sao_paulo.pk, bo.user_id, actor=keeper, at=EVENING)

    assert reload(at_bo).accountable_member_id == mia.member_id
    assert is_the_allys_no_more(at_bo, bo)


def test_last_person_who_leaves_the_member_takes_its_offers_with_him(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor, solmara: Member
) -> None:
    keeper = manager(Actor(member_id=bo.member_id, user_id=mia.user_id, via="session"))
    with scope.acting(keeper):
        members.end_membership(bo.user_id, actor=keeper, at=OFFER_AT + timedelta(minutes=1))

    with scope.acting(mia):
        assert Handover.objects.get(pk=offer.pk).state == "cancelled"
        assert Asked.objects.get(handover=offer).state == "withdrawn"


def test_desk_that_still_has_people_keeps_its_cases(
    at_bo: Investigation, mia: Actor, bo: Actor, sao_paulo: Desk
) -> None:
    keeper = manager(bo)
    with scope.acting(keeper):
        version = Desk.objects.get(pk=sao_paulo.pk).version
        duty.change_desk(sao_paulo.pk, {"city": "Santos"}, version=version, actor=keeper, at=LATER)

    assert reload(at_bo).accountable_desk_id == sao_paulo.pk


def test_suspended_member_gives_back_what_it_holds(
    at_bo: Investigation, mia: Actor, bo: Actor
) -> None:
    members.suspend_member(bo.member_id, by=None, at=EVENING)

    assert reload(at_bo).accountable_member_id == mia.member_id
    assert is_the_allys_no_more(at_bo, bo)
    assert causes(at_bo, mia) == ["opened", "handover", "recalled"]


def test_suspended_member_is_asked_no_more(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor
) -> None:
    members.suspend_member(bo.member_id, by=None, at=OFFER_AT + timedelta(minutes=1))

    with scope.acting(mia):
        assert Handover.objects.get(pk=offer.pk).reason_code == "receiver_changed"


def test_suspended_owner_leaves_its_case_with_the_ally_that_works_on_it(
    at_bo: Investigation, mia: Actor, bo: Actor, sao_paulo: Desk
) -> None:
    members.suspend_member(mia.member_id, by=None, at=EVENING)

    assert reload(at_bo).accountable_desk_id == sao_paulo.pk


def test_member_that_leaves_gives_back_what_it_holds(
    at_bo: Investigation, mia: Actor, bo: Actor
) -> None:
    members.end_member(bo.member_id, by=None, at=EVENING)

    assert reload(at_bo).accountable_member_id == mia.member_id
    assert is_the_allys_no_more(at_bo, bo)


def test_allies_give_back_what_is_the_leavers_and_nothing_is_planned_for_it(
    at_bo: Investigation, mia: Actor, bo: Actor
) -> None:
    members.end_member(mia.member_id, by=None, at=EVENING)

    assert reload(at_bo).accountable_member_id == mia.member_id
    assert is_the_allys_no_more(at_bo, bo)
    waiting = Due.objects.filter(kind__startswith="handover.", state="planned")
    assert set(waiting.values_list("kind", flat=True)) <= {"handover.complete"}


def test_offers_of_the_leaver_end(offer: Handover, mia: Actor, bo: Actor) -> None:
    members.end_member(mia.member_id, by=None, at=OFFER_AT + timedelta(minutes=1))

    with scope.acting(bo):
        assert not Handover.objects.exists()
    with scope.acting(Actor.system(mia.member_id)):
        assert Handover.objects.get(pk=offer.pk).state == "cancelled"


def test_dispatcher_that_slept_through_a_night_asks_nobody_when_the_holder_is_back(
    milans: Investigation, mia: Actor
) -> None:
    next_morning = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    late = offered(milans, mia, at=next_morning)

    assert (late.state, late.reason_code) == ("cancelled", "duty_changed")
    assert the_handover(mia, milans, "planned").planned_at == END + timedelta(days=1)


def test_every_attempt_says_how_late_it_was(
    offer: Handover, milans: Investigation, mia: Actor
) -> None:
    make_desk(mia, "Lagos", "Africa/Lagos", "10:00", "20:00")
    with scope.acting(Actor.system(mia.member_id)):
        services.expire_handovers([offer.pk], offer.ack_deadline + timedelta(minutes=9))

    with scope.acting(mia):
        again = Handover.objects.get(investigation=milans, state="offered")
    assert again.attempt == 2
    assert again.late_by == timedelta(minutes=9)


def test_held_case_is_offered_to_a_desk_that_takes_extra_cover(
    milans: Investigation, mia: Actor, bo: Actor, sao_paulo: Desk
) -> None:
    night = END + timedelta(hours=8)
    close(sao_paulo, bo, OFFER_AT - timedelta(hours=1), night)
    offered(milans, mia, at=OFFER_AT)
    with scope.acting(Actor.system(mia.member_id)):
        services.retry_handover(milans.pk, END)
    assert reload(milans).is_held

    cover(sao_paulo, bo, END, night, at=END + timedelta(minutes=1))
    with scope.acting(Actor.system(mia.member_id)):
        services.replan(milans.pk, at=END + timedelta(minutes=2))
        services.retry_handover(milans.pk, END + timedelta(minutes=2))

    assert the_handover(mia, milans, "planned").planned_at == END + timedelta(minutes=2)
