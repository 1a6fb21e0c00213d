"""Each guard of a handover, alone: who may answer, take back, undo; what must be read back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, Refused, Stale
from apps.duty import services as duty
from apps.duty.models import Desk, DeskPerson
from apps.duty.services import RotaFacts
from apps.handovers import selecting, selectors, services
from apps.handovers.models import Handover, Policy
from apps.handovers.services import ReadBack
from apps.investigations import services as cases
from apps.investigations.models import Investigation
from apps.members.models import Member
from tests.factories.world import LONG_AGO, make_person
from tests.handovers.conftest import (
    MORNING,
    WORDS,
    fire,
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


def words(handover: Handover, actor: Actor, **changes: Any) -> ReadBack:
    return replace(read_back(handover, actor), **changes)


def accept(handover: Handover, actor: Actor, *, at=ANSWER_AT, **changes: Any) -> Handover:
    said = words(handover, actor, **changes)
    with scope.acting(actor):
        return services.accept_handover(handover.pk, read_back=said, actor=actor, at=at)


def decline(handover: Handover, actor: Actor, code: str = "other", reason: str = "") -> None:
    with scope.acting(actor):
        services.decline_handover(
            handover.pk, reason_code=code, reason=reason, actor=actor, at=ANSWER_AT
        )


def test_owner_cannot_answer_for_the_ally(offer: Handover, mia: Actor, sao_paulo: Desk) -> None:
    with scope.acting(mia):
        DeskPerson.objects.create(
            member_id=mia.member_id, desk_id=sao_paulo.pk, user_id=mia.user_id, since=LONG_AGO
        )
    for answer in (accept, decline):
        with pytest.raises(Refused) as refused:
            answer(offer, mia)
        assert refused.value.code == "handover.other_desk"


def test_observer_at_the_desk_does_not_answer(
    offer: Handover, bo: Actor, sao_paulo: Desk, solmara: Any
) -> None:
    watcher = make_person("Ola Paz", solmara, role="observer")
    with scope.acting(bo):
        DeskPerson.objects.create(
            member_id=bo.member_id, desk=sao_paulo, user_id=watcher.user_id, since=LONG_AGO
        )

    with pytest.raises(Refused) as refused:
        accept(offer, watcher)
    assert refused.value.code == "handover.observer"


def test_colleague_from_elsewhere_needs_to_be_a_manager_with_a_reason(
    offer: Handover, solmara: Any
) -> None:
    analyst = make_person("Lia Dias", solmara)
    manager = make_person("Sol Reis", solmara, role="manager")
    for actor, reason in ((analyst, ""), (analyst, "urgent"), (manager, "")):
        with pytest.raises(Refused) as refused:
            accept(offer, actor, override_reason=reason)
        assert refused.value.code == "handover.not_at_desk"

    assert accept(offer, manager, override_reason="urgent").override_reason == "urgent"


def test_desk_off_duty_needs_a_reason(milans: Investigation, mia: Actor, bo: Actor) -> None:
    offer = offered(milans, mia, at=OFFER_AT)
    night = MORNING + timedelta(hours=20)

    with pytest.raises(Refused) as refused:
        accept(offer, bo, at=night)
    assert refused.value.code == "handover.desk_off_duty"
    accept(offer, bo, at=night, override_reason="Called in.")


def test_desk_off_duty_may_say_no(milans: Investigation, mia: Actor, bo: Actor) -> None:
    offer = offered(milans, mia, at=OFFER_AT)
    with scope.acting(bo):
        services.decline_handover(
            offer.pk, reason_code="other", reason="", actor=bo, at=MORNING + timedelta(hours=20)
        )

    with scope.acting(mia):
        assert selectors.find(mia, offer.pk).state == Handover.State.DECLINED


def test_briefing_that_lacks_a_part_is_not_accepted(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor
) -> None:
    with scope.acting(mia):
        services.amend_briefing(
            offer.pk, changes={"contingencies": []}, version=1, actor=mia, at=ANSWER_AT
        )

    with pytest.raises(DomainError) as refused:
        accept(offer, bo)
    assert refused.value.code == "handover.briefing_incomplete"
    assert reload(milans).accountable_member_id == mia.member_id


@pytest.mark.parametrize("text", ["", " " * 40, "Too short.", "x" * 4001])
def test_read_back_is_words_of_ones_own(offer: Handover, bo: Actor, text: str) -> None:
    with pytest.raises(Invalid):
        accept(offer, bo, text=text)


def test_each_action_is_answered_and_no_other(milans: Investigation, mia: Actor, bo: Actor) -> None:
    with scope.acting(mia):
        task = cases.add_task(
            milans.pk, cases.NewTask(title="Call the platform"), actor=mia, at=OFFER_AT
        )
    offer = offered(milans, mia, at=OFFER_AT)
    for answers in ({}, {str(task.pk): "maybe"}, {str(task.pk): "take", "other": "take"}):
        with pytest.raises(Invalid):
            accept(offer, bo, answers=answers)

    with pytest.raises(Invalid) as refused:
        accept(offer, bo, answers={str(task.pk): "return"})
    assert list(refused.value.fields) == [f"reasons.{task.pk}"]

    reasons = {str(task.pk): "Only you have the login."}
    accept(offer, bo, answers={str(task.pk): "return"}, reasons=reasons)


def test_briefing_that_was_amended_must_be_read_again(
    offer: Handover, mia: Actor, bo: Actor
) -> None:
    said = words(offer, bo)
    with scope.acting(mia):
        services.amend_briefing(
            offer.pk, changes={"note": "Wait"}, version=1, actor=mia, at=ANSWER_AT
        )

    with scope.acting(bo), pytest.raises(Stale):
        services.accept_handover(offer.pk, read_back=said, actor=bo, at=ANSWER_AT)


def test_old_draft_is_not_amended(offer: Handover, mia: Actor) -> None:
    for version in (0, 2):
        with scope.acting(mia), pytest.raises(Stale):
            services.amend_briefing(
                offer.pk, changes={"note": "x"}, version=version, actor=mia, at=ANSWER_AT
            )


def test_answered_handover_is_not_amended_taken_back_or_answered(
    offer: Handover, mia: Actor, bo: Actor
) -> None:
    said = words(offer, bo)
    decline(offer, bo)
    acts = [
        lambda: services.amend_briefing(
            offer.pk, changes={"note": "x"}, version=1, actor=mia, at=ANSWER_AT
        ),
        lambda: services.cancel_handover(offer.pk, actor=mia, at=ANSWER_AT),
        lambda: services.accept_handover(offer.pk, read_back=said, actor=mia, at=ANSWER_AT),
        lambda: services.undo_acceptance(offer.pk, actor=mia, at=ANSWER_AT),
    ]
    for act in acts:
        with scope.acting(mia), pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code in {"handover.not_open", "handover.not_accepted"}


@pytest.mark.parametrize(("code", "reason"), [("", ""), ("because", ""), ("other", "x" * 4001)])
def test_decline_has_a_reason_of_the_list(
    offer: Handover, bo: Actor, code: str, reason: str
) -> None:
    with pytest.raises(Invalid):
        decline(offer, bo, code, reason)


def test_only_the_desk_that_accepted_undoes(
    offer: Handover, mia: Actor, bo: Actor, solmara: Any
) -> None:
    accept(offer, bo)
    watcher = make_person("Ola Paz", solmara, role="observer")
    for actor in (mia, watcher):
        with scope.acting(actor), pytest.raises(Refused):
            services.undo_acceptance(offer.pk, actor=actor, at=ANSWER_AT + timedelta(seconds=5))


def test_only_the_sender_takes_back(offer: Handover, mia: Actor, bo: Actor, aurelis: Any) -> None:
    watcher = make_person("Otto Weg", aurelis, role="observer")
    for actor in (bo, watcher):
        with scope.acting(actor), pytest.raises(Refused):
            services.cancel_handover(offer.pk, actor=actor, at=ANSWER_AT)

    with scope.acting(mia):
        services.cancel_handover(offer.pk, actor=mia, at=ANSWER_AT)


def test_receiver_does_not_write_the_senders_briefing(
    offer: Handover, bo: Actor, aurelis: Any
) -> None:
    watcher = make_person("Otto Weg", aurelis, role="observer")
    for actor in (bo, watcher):
        with scope.acting(actor), pytest.raises(DomainError):
            services.amend_briefing(
                offer.pk, changes={"note": "x"}, version=1, actor=actor, at=ANSWER_AT
            )


def test_owner_that_does_not_hold_hands_over_by_a_manager_alone(
    offer: Handover, milans: Investigation, ana: Actor, bo: Actor, mia: Actor
) -> None:
    accept(offer, bo)
    say = {"situation": "", "at": ANSWER_AT + timedelta(minutes=1)}
    with scope.acting(ana), pytest.raises(Refused):
        services.hand_over_now(milans.pk, actor=ana, **say)

    with scope.acting(mia):
        services.hand_over_now(milans.pk, actor=mia, **say)


def test_closed_case_is_not_handed_over(milans: Investigation, mia: Actor) -> None:
    with scope.acting(mia):
        cases.close_investigation(
            milans.pk,
            outcome="takedown",
            reason="Done.",
            actor=mia,
            at=MORNING + timedelta(hours=4),
        )
        with pytest.raises(Refused):
            services.hand_over_now(milans.pk, situation="", actor=mia, at=OFFER_AT)
        assert not due.is_planned(milans.pk, "handover.retry")


def test_emergency_asks_the_desk_that_was_wanted_or_nobody(
    milans: Investigation, mia: Actor, hangzhou: Desk, sao_paulo: Desk
) -> None:
    say = {"situation": "", "actor": mia, "at": OFFER_AT}
    with scope.acting(mia):
        with pytest.raises(DomainError) as refused:
            services.hand_over_now(milans.pk, desk_id=hangzhou.pk, **say)
        assert refused.value.code == "handover.nobody_on_duty"


def test_due_services_fire_into_the_wrong_state_without_effect(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor
) -> None:
    accept(offer, bo)
    for kind in ("draft", "offer", "expire", "hold"):
        fire(milans, f"handover.{kind}", offer.pk, END + timedelta(hours=1))

    with scope.acting(mia):
        assert selectors.find(mia, offer.pk).state == Handover.State.ACCEPTED
    assert not reload(milans).is_held
    assert not due.is_planned(offer.pk, "handover.expire")


def test_holder_on_duty_is_not_held(milans: Investigation, mia: Actor) -> None:
    fire(milans, "handover.hold", the_handover(mia, milans, "planned").pk, OFFER_AT)

    assert not reload(milans).is_held


def test_retry_leaves_a_pending_round_alone(milans: Investigation, mia: Actor) -> None:
    before = the_handover(mia, milans, "planned")

    fire(milans, "handover.retry", milans.pk, END + timedelta(hours=1))

    assert the_handover(mia, milans, "planned") == before


def test_key_answers_for_a_desk_on_duty_alone(milans: Investigation, mia: Actor, bo: Actor) -> None:
    offer = offered(milans, mia, at=OFFER_AT)
    key = Actor(member_id=bo.member_id, roles=frozenset({"analyst", "key:write"}), via="api_key")
    with pytest.raises(Refused):
        accept(offer, key, at=MORNING + timedelta(hours=20), override_reason="Because")

    assert accept(offer, key).state == Handover.State.ACCEPTED


def test_refused_page_leaves_nothing_begun(
    offer: Handover,
    milans: Investigation,
    bo: Actor,
    as_bo: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_grant: object, **_how: object) -> None:
        raise DomainError("grant.not_active", "This access has already ended.")

    monkeypatch.setattr("apps.handovers.services.taking.sharing.activate", refuse)
    monkeypatch.setattr("apps.core.clock.now", lambda: ANSWER_AT)
    said = {"read_back": WORDS, "version": "1"}

    assert as_bo.post(f"/handovers/{offer.pk}/accept/", said).status_code == 409
    assert reload(milans).accountable_member_id == milans.member_id


@pytest.mark.parametrize(
    "bar", ["jurisdiction", "language", "capacity", "policy", "holder", "closed desk", "suspended"]
)
def test_desk_that_may_not_hold_is_no_candidate(
    milans: Investigation, mia: Actor, bo: Actor, sao_paulo: Desk, bar: str
) -> None:
    with scope.acting(bo):
        changes = {
            "language": {"languages": ["pt"]},
            "capacity": {"capacity": 0},
            "closed desk": {"is_active": False},
        }.get(bar)
        if changes:
            Desk.objects.filter(pk=sao_paulo.pk).update(**changes)
    with scope.acting(mia):
        if bar == "suspended":
            Member.objects.filter(pk=bo.member_id).update(state=Member.State.SUSPENDED)
        if bar == "policy":
            Policy.objects.create(member_id=mia.member_id, to_allies=False)
        case = Investigation.objects.get(pk=milans.pk)
        case.jurisdiction = "IT" if bar == "jurisdiction" else ""
        if bar == "holder":
            case.accountable_desk_id = sao_paulo.pk
        asked = [c.desk.pk for c in selecting.candidates(case, END)]

    assert sao_paulo.pk not in asked


def test_policy_is_a_managers_to_set(ana: Actor) -> None:
    with scope.acting(ana), pytest.raises(Refused):
        services.set_policy(to_allies=False, ally_level=1, actor=ana, at=MORNING)


def test_acceptance_says_its_words(offer: Handover, bo: Actor) -> None:
    taken = accept(offer, bo)

    assert taken.read_back == WORDS
    assert taken.decided_by == bo.user_id


def test_who_is_not_on_shift_answers_with_a_reason_alone(
    offer: Handover, bo: Actor, sao_paulo: Desk, solmara: Member
) -> None:
    """Another colleague has the shift; both sit at the desk (I7)."""
    sol = make_person("Sol Reis", solmara, role="manager")
    first = RotaFacts(
        name="First",
        unit="weekly",
        start_on=MORNING.date(),
        start_time="00:00",
        people=[sol.user_id],
    )
    with scope.acting(sol):
        duty.put_person(sao_paulo.pk, sol.user_id, actor=sol, at=OFFER_AT)
        duty.create_rota(sao_paulo.pk, first, actor=sol, at=OFFER_AT)

    with pytest.raises(Refused) as refused:
        accept(offer, bo)
    assert refused.value.code == "handover.off_shift"
    assert accept(offer, bo, override_reason="Sol is in a hearing.").decided_by == bo.user_id
