"""Milan -> São Paulo between allied members: the grant, the wall, the tombstone, the recall."""

import itertools
from datetime import timedelta

import pytest

from apps.core import access, scope
from apps.core.actor import Actor
from apps.core.errors import NotFound, Refused
from apps.duty.models import Desk
from apps.handovers import selectors, services
from apps.handovers.models import Handover, Policy
from apps.investigations import selectors as investigations
from apps.investigations import services as cases
from apps.investigations.models import Custody, Investigation
from apps.sharing import services as sharing
from apps.sharing.models import Grant, Tombstone
from tests.handovers.conftest import MORNING, offered, open_case, read_back, reload

# Milan's duty ends at 17:00 UTC; São Paulo is on from 13:00 to 23:00 UTC.
END = MORNING + timedelta(hours=11)
OFFER_AT = END - timedelta(minutes=30)
ANSWER_AT = OFFER_AT + timedelta(minutes=4)


@pytest.fixture
def milans(mia: Actor, hangzhou: Desk, milan: Desk, sao_paulo: Desk) -> Investigation:
    return open_case(mia, milan, at=MORNING + timedelta(hours=3), summary="Lab: mercury.")


@pytest.fixture
def offer(milans: Investigation, mia: Actor) -> Handover:
    return offered(milans, mia, at=OFFER_AT)


def accept(handover: Handover, actor: Actor, at=ANSWER_AT) -> None:
    words = read_back(handover, actor)
    with scope.acting(actor):
        services.accept_handover(handover.pk, read_back=words, actor=actor, at=at)


def sees_case(actor: Actor, case: Investigation) -> bool:
    with scope.acting(actor):
        return investigations.visible(actor).filter(pk=case.pk).exists()


def test_offer_reaches_the_ally(offer: Handover, sao_paulo: Desk, bo: Actor) -> None:
    assert offer.to_desk_id == sao_paulo.pk
    with scope.acting(bo):
        assert selectors.inbox(bo).get().pk == offer.pk


def test_ally_sees_the_briefing_and_not_the_case_before_acceptance(
    offer: Handover, milans: Investigation, bo: Actor
) -> None:
    with scope.acting(bo):
        reading = selectors.read_briefing(bo, selectors.find(bo, offer.pk))

    assert reading is not None
    assert reading.content["summary"] == "Lab: mercury."
    assert not sees_case(bo, milans)


def test_row_level_security_hides_the_case_even_from_unfiltered_queries(
    offer: Handover, milans: Investigation, bo: Actor
) -> None:
    with scope.acting(bo):
        assert not Investigation.objects.exists()
        assert not Custody.objects.exists()


def test_lower_level_withholds_the_narrative(milans: Investigation, mia: Actor, bo: Actor) -> None:
    with scope.acting(mia):
        Policy.objects.create(member_id=mia.member_id, ally_level=2)
    handover = offered(milans, mia, at=OFFER_AT)

    with scope.acting(bo):
        reading = selectors.read_briefing(bo, selectors.find(bo, handover.pk))

    assert reading is not None
    assert "summary" in reading.withheld
    assert "summary" not in reading.content


def test_acceptance_opens_the_case_to_the_ally(
    offer: Handover, milans: Investigation, bo: Actor, sao_paulo: Desk
) -> None:
    accept(offer, bo)

    assert reload(milans).accountable_desk_id == sao_paulo.pk
    with scope.acting(bo):
        assert access.level(bo, "investigation", milans.pk) == 3


def test_declining_ally_keeps_nothing(offer: Handover, milans: Investigation, bo: Actor) -> None:
    with scope.acting(bo):
        services.decline_handover(
            offer.pk, reason_code="conflict", reason="", actor=bo, at=ANSWER_AT
        )

    with scope.acting(bo), pytest.raises(NotFound):
        selectors.find(bo, offer.pk)
    assert not sees_case(bo, milans)


def test_stranger_sees_neither_offer_nor_case(
    offer: Handover, milans: Investigation, cy: Actor
) -> None:
    with scope.acting(cy):
        assert not Handover.objects.exists()
        with pytest.raises(NotFound):
            selectors.find(cy, offer.pk)
    assert not sees_case(cy, milans)


def test_ally_passing_custody_on_keeps_a_tombstone(
    offer: Handover, milans: Investigation, ana: Actor, bo: Actor, hangzhou: Desk
) -> None:
    accept(offer, bo)
    night = END + timedelta(hours=5, minutes=50)
    back = offered(milans, ana, at=night)
    assert back.state == "cancelled"

    with scope.acting(Actor.system(milans.member_id)):
        services.hold_custodies([back.pk], END + timedelta(hours=6))
        services.retry_handover(milans.pk, END + timedelta(hours=8))
        services.offer_handovers(
            [Handover.objects.get(investigation=milans, state="planned").pk],
            END + timedelta(hours=8),
        )
        again = Handover.objects.get(investigation=milans, state="offered")
    accept(again, ana, at=END + timedelta(hours=8, minutes=5))

    assert reload(milans).accountable_desk_id == hangzhou.pk
    assert not sees_case(bo, milans)
    with scope.acting(bo):
        assert Tombstone.objects.get().subject_id == milans.pk


def test_revoking_the_holders_grant_recalls_custody(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor, milan: Desk
) -> None:
    accept(offer, bo, at=OFFER_AT)

    with scope.acting(mia):
        cases.lock(milans.pk)
        given = Grant.objects.get(subject_id=milans.pk, state="active")
        sharing.revoke(given, actor=mia, at=ANSWER_AT, reason="Conflict found.")

    found = reload(milans)
    assert found.accountable_desk_id == milan.pk
    assert not sees_case(bo, milans)
    with scope.acting(mia):
        chain = list(Custody.objects.filter(investigation=milans).order_by("seq"))
    assert chain[-1].cause == "recalled"
    assert all(a.ended_at == b.started_at for a, b in itertools.pairwise(chain))


def test_red_case_is_never_offered_to_an_ally(mia: Actor, milan: Desk, sao_paulo: Desk) -> None:
    red = open_case(mia, milan, at=MORNING + timedelta(hours=3), tlp="red")

    assert offered(red, mia, at=OFFER_AT).state == "cancelled"


def test_ally_cannot_change_the_owners_handover_row(offer: Handover, bo: Actor) -> None:
    with scope.acting(bo):
        changed = Handover.objects.filter(pk=offer.pk).update(reason="mine now")

    assert changed == 0


def test_analyst_of_a_desk_off_duty_cannot_accept(offer: Handover, bo: Actor) -> None:
    with pytest.raises(Refused) as refusal:
        accept(offer, bo, at=END + timedelta(hours=7))

    assert refusal.value.code == "handover.desk_off_duty"


def test_holding_ally_sees_and_briefs_what_leaves_its_desk(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor
) -> None:
    accept(offer, bo)

    with scope.acting(bo):
        leaving = selectors.outbox(bo).get()
        written = services.amend_briefing(
            leaving.pk, changes={"note": "Call at ten."}, version=1, actor=bo, at=END
        )
    assert written.content["note"] == "Call at ten."


def test_ally_loses_sight_of_what_it_sent_when_custody_moves_on(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor
) -> None:
    accept(offer, bo)

    with scope.acting(mia):
        given = Grant.objects.get(subject_id=milans.pk, state="active")
        sharing.revoke(given, actor=mia, at=END, reason="Conflict found.")

    with scope.acting(bo):
        assert not Handover.objects.exists()
