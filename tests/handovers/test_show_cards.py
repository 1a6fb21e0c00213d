"""An offer in the room: a card for whoever may see the handover, a sentence for the others."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from apps.chat.models import Message, Room
from apps.core import outbox, scope
from apps.core.actor import Actor
from apps.handovers import board, services
from apps.handovers.models import Handover
from apps.investigations import services as cases
from apps.investigations.models import Investigation
from tests.factories.world import client_of
from tests.handovers.conftest import MORNING, offered, read_back

OFFER_AT = MORNING + timedelta(hours=3, minutes=30)
ANSWER_AT = OFFER_AT + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr("apps.core.clock.now", lambda: ANSWER_AT)
    return ANSWER_AT


@pytest.fixture
def offer(case: Investigation, ana: Actor) -> Handover:
    made = offered(case, ana, at=OFFER_AT)
    outbox.drain()
    return made


@pytest.fixture
def message(offer: Handover, ana: Actor) -> Message:
    with scope.acting(ana):
        return Message.objects.get(code="handover.offered")


@pytest.fixture
def ally(case: Investigation, offer: Handover, mia: Actor, bo: Actor) -> Client:
    """Reads the case at level L3, and no handover of it."""
    share = cases.Share(grantee_id=bo.member_id, level=3, purpose="Same phone")
    with scope.acting(mia):
        cases.share_investigation(case.pk, share, actor=mia, at=OFFER_AT)
    return client_of(bo)


def test_offer_is_a_card_in_the_room(message: Message, offer: Handover, as_mia: Client) -> None:
    answer = as_mia.get(f"/rooms/{message.room_id}/cards/{message.seq}/", follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain[0][0] == f"/handovers/{offer.pk}/card/"
    assert "Offered" in page
    assert "0 actions" in page


def test_card_goes_on_telling(
    message: Message, offer: Handover, mia: Actor, as_mia: Client
) -> None:
    said = read_back(offer, mia)
    with scope.acting(mia):
        services.accept_handover(offer.pk, read_back=said, actor=mia, at=ANSWER_AT)

    assert "Accepted" in as_mia.get(f"/handovers/{offer.pk}/card/").content.decode()


def test_reader_of_the_room_who_may_not_see_the_handover_gets_the_sentence_alone(
    message: Message, offer: Handover, ally: Client
) -> None:
    answer = ally.get(f"/rooms/{message.room_id}/cards/{message.seq}/")
    told = ally.get(f"/api/v1/rooms/{message.room_id}/messages/").content.decode()

    assert answer.status_code == 204
    assert answer.content == b""
    assert "offers the case to" in told
    assert str(offer.pk) not in told


def test_message_without_a_card_has_none(offer: Handover, ana: Actor, as_ana: Client) -> None:
    with scope.acting(ana):
        room = Room.objects.get(root_id=offer.investigation_id)

    assert as_ana.get(f"/rooms/{room.pk}/cards/999/").status_code == 404


def test_stranger_finds_no_card(message: Message, as_cy: Client, offer: Handover) -> None:
    assert as_cy.get(f"/rooms/{message.room_id}/cards/{message.seq}/").status_code == 404
    assert as_cy.get(f"/handovers/{offer.pk}/card/").status_code == 404


def test_board_shows_six_hours_and_counts_the_rest(
    case: Investigation, offer: Handover, ana: Actor
) -> None:
    with scope.acting(ana):
        facts = board.read(ana, ANSWER_AT)
        early = board.read(ana, OFFER_AT - timedelta(hours=9))

    assert [move.state for move in facts.arcs] == ["offered"]
    assert (len(early.arcs), early.later_count) == (0, 1)


def test_accepted_handover_stays_on_the_board_until_the_senders_duty_ends(
    offer: Handover, ana: Actor, mia: Actor
) -> None:
    said = read_back(offer, mia)
    with scope.acting(mia):
        services.accept_handover(offer.pk, read_back=said, actor=mia, at=ANSWER_AT)
    with scope.acting(ana):
        states = {move.state for move in board.read(ana, ANSWER_AT).arcs}
        later = {move.state for move in board.read(ana, ANSWER_AT + timedelta(hours=1)).arcs}

    assert "accepted" in states
    assert "accepted" not in later
