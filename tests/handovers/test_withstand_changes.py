"""What must not shake custody: second grants, parted circles, late undos, early closures."""

from datetime import timedelta

import pytest

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound
from apps.core.models import Due, Event
from apps.duty import selectors as duty
from apps.duty.models import Closure, Desk, DutyWindow
from apps.handovers import briefing, selectors, services
from apps.handovers.models import Handover, Policy
from apps.investigations.models import Custody, Investigation
from apps.sharing import services as sharing
from apps.sharing.models import Circle, Grant
from tests.handovers.conftest import (
    MORNING,
    make_desk,
    offered,
    open_case,
    read_back,
    reload,
    the_handover,
)

END = MORNING + timedelta(hours=11)
OFFER_AT = END - timedelta(minutes=30)
ANSWER_AT = OFFER_AT + timedelta(minutes=4)


@pytest.fixture
def milans(mia: Actor, hangzhou: Desk, milan: Desk, sao_paulo: Desk) -> Investigation:
    return open_case(mia, milan, at=MORNING + timedelta(hours=3))


@pytest.fixture
def offer(milans: Investigation, mia: Actor) -> Handover:
    return offered(milans, mia, at=OFFER_AT)


@pytest.fixture
def at_bo(offer: Handover, milans: Investigation, bo: Actor) -> Investigation:
    """Milan's case, held in São Paulo."""
    accept(offer, bo, at=ANSWER_AT)
    return milans


def accept(handover: Handover, actor: Actor, *, at) -> None:
    words = read_back(handover, actor)
    with scope.acting(actor):
        services.accept_handover(handover.pk, read_back=words, actor=actor, at=at)


def emergency(case: Investigation, actor: Actor, desk: Desk, *, at) -> Handover:
    with scope.acting(actor):
        return services.hand_over_now(case.pk, situation="", desk_id=desk.pk, actor=actor, at=at)


def share(case: Investigation, mia: Actor, bo: Actor) -> Grant:
    with scope.acting(mia):
        return sharing.grant(
            ("investigation", case.pk),
            owner_id=mia.member_id,
            grantee_id=bo.member_id,
            terms=sharing.Terms(level=3, purpose="A second pair of eyes"),
            tlp=case.tlp,
            actor=mia,
            at=ANSWER_AT + timedelta(minutes=1),
        )


def test_custody_passes_between_two_desks_of_one_ally(
    at_bo: Investigation, ana: Actor, bo: Actor
) -> None:
    recife = make_desk(bo, "Recife", "America/Recife", "09:00", "22:00", allies=(ana,))
    handover = emergency(at_bo, bo, recife, at=ANSWER_AT + timedelta(minutes=2))

    accept(handover, bo, at=ANSWER_AT + timedelta(minutes=3))

    assert reload(at_bo).accountable_desk_id == recife.pk
    with scope.acting(bo):
        assert selectors.find(bo, handover.pk).state == Handover.State.ACCEPTED


def test_second_grant_that_ends_leaves_custody_with_the_ally(
    at_bo: Investigation, sao_paulo: Desk, mia: Actor, bo: Actor
) -> None:
    second = share(at_bo, mia, bo)
    with scope.acting(mia):
        sharing.revoke(second, actor=mia, at=END, reason="done")

    assert reload(at_bo).accountable_desk_id == sao_paulo.pk


def test_offer_ends_when_its_receiver_leaves_the_circle(
    offer: Handover, milans: Investigation, circle: Circle, mia: Actor, bo: Actor
) -> None:
    with scope.acting(mia):
        sharing.leave_circle(circle, bo.member_id, actor=mia, at=ANSWER_AT)

    with scope.acting(bo), pytest.raises(NotFound):
        selectors.find(bo, offer.pk)
    with scope.acting(mia):
        assert selectors.find(mia, offer.pk).reason_code == "parted"
    assert reload(milans).accountable_member_id == mia.member_id


def test_withdrawn_grant_ends_the_offer_and_is_not_revived(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor
) -> None:
    words = read_back(offer, bo)
    with scope.acting(mia):
        given = Grant.objects.get(pk=offer.grant_id)
        sharing.revoke(given, actor=mia, at=ANSWER_AT, reason="second thoughts")

    with scope.acting(bo), pytest.raises(NotFound):
        services.accept_handover(offer.pk, read_back=words, actor=bo, at=ANSWER_AT)
    with scope.acting(mia):
        assert Grant.objects.get(pk=offer.grant_id).state == Grant.State.REVOKED
    assert reload(milans).accountable_member_id == mia.member_id


def test_undo_is_refused_once_custody_has_moved_on(
    at_bo: Investigation, offer: Handover, ana: Actor, bo: Actor
) -> None:
    recife = make_desk(bo, "Recife", "America/Recife", "09:00", "22:00", allies=(ana,))
    onward = emergency(at_bo, bo, recife, at=ANSWER_AT + timedelta(seconds=10))
    accept(onward, bo, at=ANSWER_AT + timedelta(seconds=20))

    with scope.acting(bo), pytest.raises((DomainError, NotFound)):
        services.undo_acceptance(offer.pk, actor=bo, at=ANSWER_AT + timedelta(seconds=30))
    assert reload(at_bo).accountable_desk_id == recife.pk


def test_desk_that_closes_early_is_relieved_at_once(
    case: Investigation, ana: Actor, hangzhou: Desk
) -> None:
    noon = MORNING + timedelta(hours=2)
    with scope.acting(Actor.system(ana.member_id)):
        Closure.objects.create(
            member_id=ana.member_id, desk=hangzhou, starts_at=noon, ends_at=noon + timedelta(days=1)
        )
        services.replan(case.pk, at=noon)
        assert due.is_planned(case.pk, "handover.retry")
        services.retry_handover(case.pk, at=noon)
        assert not services.replan(case.pk, at=noon)

    assert the_handover(ana, case, "planned").planned_at == noon


def test_nobody_to_ask_is_found_out_once(mia: Actor, hangzhou: Desk, milan: Desk) -> None:
    case = open_case(mia, milan, at=MORNING + timedelta(hours=5))
    with scope.acting(Actor.system(mia.member_id)):
        services.offer_handovers([Handover.objects.get(investigation=case).pk], at=OFFER_AT)
        for minute in range(1, 10):
            services.replan(case.pk, at=OFFER_AT + timedelta(minutes=minute))

    with scope.acting(mia):
        assert Handover.objects.filter(investigation=case).count() == 1


def test_held_case_is_resumed_when_cover_brings_its_desk_back(
    mia: Actor, hangzhou: Desk, milan: Desk
) -> None:
    case = open_case(mia, milan, at=MORNING + timedelta(hours=5))
    with scope.acting(Actor.system(mia.member_id)):
        services.offer_handovers([Handover.objects.get(investigation=case).pk], at=OFFER_AT)
        services.retry_handover(case.pk, at=END)
        assert reload(case).is_held
        DutyWindow.objects.filter(desk=milan).update(end="20:00")
        services.replan(case.pk, at=END + timedelta(minutes=1))

    assert not reload(case).is_held
    assert the_handover(mia, case, "planned").planned_at == END + timedelta(hours=2)


def test_desk_that_is_always_on_plans_no_handover(ana: Actor, milan: Desk) -> None:
    always = make_desk(ana, "Night", "Asia/Shanghai", "00:00", "00:00")
    case = open_case(ana, always)

    with scope.acting(ana):
        assert duty.duty_end(always, MORNING) == duty.FOREVER
        assert not Handover.objects.filter(investigation=case).exists()
        assert not Due.objects.filter(ref=case.pk).exists()


def test_offer_that_was_given_up_is_due_again(case: Investigation, ana: Actor) -> None:
    handover = the_handover(ana, case, "planned")
    Due.objects.filter(ref=handover.pk).update(state=Due.State.FAILED, attempts=8)

    with scope.acting(Actor.system(ana.member_id)):
        services.replan(case.pk, at=MORNING)

    assert due.is_planned(handover.pk, "handover.offer")


def test_expiry_that_was_given_up_is_due_again(
    offer: Handover, milans: Investigation, mia: Actor
) -> None:
    Due.objects.filter(ref=offer.pk).update(state=Due.State.FAILED, attempts=8)

    with scope.acting(Actor.system(mia.member_id)):
        services.replan(milans.pk, at=OFFER_AT)

    assert due.is_planned(offer.pk, "handover.expire")


@pytest.mark.parametrize("level", [1, 2])
def test_briefing_below_case_level_has_no_words_of_the_case(level: int) -> None:
    content = {
        "severity": "watch",
        "contingencies": [{"id": "1", "if": "", "then": "Ring Prato", "standard": False}],
        "questions": ["Is Prato the maker?"],
        "actions": [{"id": "1", "what": "Ring Prato", "due_at": None, "assignee_id": "x"}],
        "summary": "Prato",
        "note": "Prato",
    }

    kept, withheld = briefing.project(content, level)

    assert "Prato" not in str(kept)
    assert {"contingencies", "questions"} <= set(withheld)


def test_recalled_chain_has_one_stretch_per_change(at_bo: Investigation, mia: Actor) -> None:
    with scope.acting(mia):
        held = Grant.objects.get(subject_id=at_bo.pk, state=Grant.State.ACTIVE)
        sharing.revoke(held, actor=mia, at=END, reason="done")
        causes = list(
            Custody.objects.filter(investigation=at_bo)
            .order_by("seq")
            .values_list("cause", flat=True)
        )

    assert causes == ["opened", "handover", "recalled"]


def test_members_policy_of_teasers_still_lets_the_ally_answer(
    milans: Investigation, mia: Actor, bo: Actor
) -> None:
    with scope.acting(mia):
        Policy.objects.create(member_id=mia.member_id, ally_level=1)
    handover = offered(milans, mia, at=OFFER_AT)

    accept(handover, bo, at=ANSWER_AT)

    with scope.acting(mia):
        assert Event.objects.filter(subject_id=milans.pk, name="handover.accepted").count() == 1
    assert reload(milans).accountable_member_id == bo.member_id
