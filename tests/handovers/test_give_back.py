"""Giving a case back in the overlap: to a sender who is there, else another desk is asked."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, Refused
from apps.core.models import Event
from apps.duty.models import Desk
from apps.handovers import services
from apps.handovers.models import Handover
from apps.investigations.models import Custody, Investigation
from apps.sharing.models import Grant
from tests.handovers.conftest import (
    MORNING,
    fire,
    make_desk,
    offered,
    open_case,
    read_back,
    reload,
    the_handover,
)

# Milan's duty ends at 17:00 UTC; São Paulo takes over at 16:50 or at 17:05.
END = MORNING + timedelta(hours=11)
EARLY, LATE = END - timedelta(minutes=10), END + timedelta(minutes=5)
WHY = "The files are in a language that nobody here reads."


@pytest.fixture
def milans(mia: Actor, hangzhou: Desk, milan: Desk, sao_paulo: Desk) -> Investigation:
    return open_case(mia, milan, at=MORNING + timedelta(hours=3))


def taken(case: Investigation, mia: Actor, bo: Actor, *, at) -> Handover:
    offer = offered(case, mia, at=at - timedelta(minutes=5))
    words = read_back(offer, bo)
    with scope.acting(bo):
        return services.accept_handover(offer.pk, read_back=words, actor=bo, at=at)


def give_back(handover: Handover, actor: Actor, *, at, reason: str = WHY) -> Handover:
    with scope.acting(actor):
        return services.bounce_handover(handover.pk, reason=reason, actor=actor, at=at)


def test_sender_on_duty_has_the_case_again(
    milans: Investigation, mia: Actor, bo: Actor, milan: Desk
) -> None:
    handover = taken(milans, mia, bo, at=EARLY)

    give_back(handover, bo, at=EARLY + timedelta(minutes=5))

    assert reload(milans).accountable_desk_id == milan.pk
    with scope.acting(mia):
        kept = Handover.objects.get(pk=handover.pk)
        chain = list(Custody.objects.order_by("seq").values_list("cause", flat=True))
        assert not Grant.objects.filter(state__in=["active", "dormant"]).exists()
    assert (kept.state, kept.reason) == ("bounced", WHY)
    assert chain == ["opened", "handover", "bounced"]


def test_who_gave_it_back_is_not_asked_in_this_round(
    milans: Investigation, mia: Actor, bo: Actor, sao_paulo: Desk
) -> None:
    handover = taken(milans, mia, bo, at=EARLY)
    lagos = make_desk(mia, "Lagos", "Africa/Lagos", "10:00", "20:00")

    give_back(handover, bo, at=EARLY + timedelta(minutes=5))

    again = the_handover(mia, milans, "offered")
    assert again.to_desk_id == lagos.pk
    assert again.refused_by == [sao_paulo.pk]


def test_sender_gone_home_leaves_the_case_with_the_receiver_and_asks_at_once(
    milans: Investigation, mia: Actor, bo: Actor, sao_paulo: Desk
) -> None:
    night = make_desk(mia, "Night", "America/Lima", "10:00", "16:00")
    handover = taken(milans, mia, bo, at=LATE)

    give_back(handover, bo, at=LATE + timedelta(minutes=5))

    assert reload(milans).accountable_desk_id == sao_paulo.pk
    again = the_handover(mia, milans, "offered")
    assert (again.kind, again.from_desk_id, again.to_desk_id) == (
        "given_back",
        sao_paulo.pk,
        night.pk,
    )
    with scope.acting(mia):
        assert Handover.objects.get(pk=handover.pk).state == "bounced"
        told = Event.objects.get(name="handover.bounced").payload
    assert told["returned"] is False


def test_nobody_else_there_leaves_it_with_the_receiver_until_its_end_of_duty(
    milans: Investigation, mia: Actor, bo: Actor, sao_paulo: Desk
) -> None:
    handover = taken(milans, mia, bo, at=LATE)

    give_back(handover, bo, at=LATE + timedelta(minutes=5))

    assert reload(milans).accountable_desk_id == sao_paulo.pk
    assert not reload(milans).is_held
    assert the_handover(mia, milans, "planned").planned_at == MORNING + timedelta(hours=17)


def test_overlap_that_is_over_ends_it(milans: Investigation, mia: Actor, bo: Actor) -> None:
    handover = taken(milans, mia, bo, at=EARLY)
    assert handover.overlap_until == EARLY + timedelta(minutes=15)

    with pytest.raises(Refused) as refused:
        give_back(handover, bo, at=handover.overlap_until + timedelta(seconds=1))
    assert refused.value.code == "handover.overlap_over"

    fire(milans, "handover.complete", handover.pk, handover.overlap_until)
    with pytest.raises(DomainError):
        give_back(handover, bo, at=handover.overlap_until)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 4001, "a\x00b"])
def test_giving_back_needs_a_reason(
    milans: Investigation, mia: Actor, bo: Actor, reason: str
) -> None:
    handover = taken(milans, mia, bo, at=EARLY)

    with pytest.raises(Invalid):
        give_back(handover, bo, at=EARLY + timedelta(minutes=1), reason=reason)


def test_only_the_receiver_gives_back(
    milans: Investigation, mia: Actor, bo: Actor, as_cy: Client
) -> None:
    handover = taken(milans, mia, bo, at=EARLY)

    with pytest.raises(Refused):
        give_back(handover, mia, at=EARLY + timedelta(minutes=1))
    url = f"/api/v1/handovers/{handover.pk}/bounce/"
    assert as_cy.post(url, {"reason": WHY}, content_type="application/json").status_code == 404


def test_receiver_gives_back_through_the_api(
    milans: Investigation,
    mia: Actor,
    bo: Actor,
    as_bo: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handover = taken(milans, mia, bo, at=EARLY)
    monkeypatch.setattr("apps.core.clock.now", lambda: EARLY + timedelta(minutes=3))

    url = f"/api/v1/handovers/{handover.pk}/bounce/"
    answer = as_bo.post(url, {"reason": WHY}, content_type="application/json")

    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "bounced"
    assert reload(milans).accountable_member_id == mia.member_id


def test_undone_after_the_sender_has_gone_is_held_at_once(
    milans: Investigation, mia: Actor, bo: Actor, milan: Desk
) -> None:
    make_desk(mia, "Night", "America/Lima", "10:00", "16:00")
    handover = taken(milans, mia, bo, at=LATE)
    with scope.acting(bo):
        services.undo_acceptance(handover.pk, actor=bo, at=LATE + timedelta(seconds=30))

    found = reload(milans)
    assert found.accountable_desk_id == milan.pk
    assert found.is_held


def test_receiver_gives_back_on_the_page(
    milans: Investigation, mia: Actor, bo: Actor, as_bo: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    handover = taken(milans, mia, bo, at=EARLY)
    monkeypatch.setattr("apps.core.clock.now", lambda: EARLY + timedelta(minutes=3))

    assert as_bo.post(f"/handovers/{handover.pk}/bounce/", {"reason": WHY}).status_code == 302
    assert reload(milans).accountable_member_id == mia.member_id


def test_stranger_gives_nothing_back_on_the_page(
    milans: Investigation, mia: Actor, bo: Actor, as_cy: Client
) -> None:
    handover = taken(milans, mia, bo, at=EARLY)

    assert as_cy.post(f"/handovers/{handover.pk}/bounce/", {"reason": WHY}).status_code == 404


def test_state_says_whether_a_case_was_undone_or_given_back() -> None:
    undone = Handover(state=Handover.State.BOUNCED)
    given_back = Handover(state=Handover.State.BOUNCED, reason=WHY)

    assert (undone.state_words, given_back.state_words) == ("Undone", "Given back")
