"""What the database keeps whatever the code does: I4, I6, I9, one taker, one hold."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.duty.models import Desk
from apps.handovers.models import Asked, Briefing, Handover, Policy
from apps.investigations.models import Custody, Hold, Investigation
from tests.handovers.conftest import MORNING, offered, open_case, the_handover

OFFER_AT = MORNING + timedelta(hours=3, minutes=30)


@pytest.fixture
def offer(case: Investigation, ana: Actor) -> Handover:
    return offered(case, ana, at=OFFER_AT)


def at_once() -> None:
    """Answer now for what is else checked at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def broken(name: str):
    return pytest.raises(IntegrityError, match=re.escape(name))


def custody(case: Investigation, seq: int, **facts: object) -> Custody:
    start = MORNING + timedelta(hours=seq)
    return Custody(
        member_id=case.member_id,
        investigation=case,
        seq=seq,
        desk_id=case.accountable_desk_id,
        desk_member_id=case.member_id,
        started_at=start,
        ended_at=start + timedelta(hours=1),
        **facts,
    )


def test_handover_moves_custody_once(case: Investigation, ana: Actor) -> None:
    token = uuid7()
    with scope.acting(ana), broken("investigations_one_move_each"), transaction.atomic():
        custody(case, 5, cause="handover", handover_id=token).save()
        custody(case, 6, cause="handover", handover_id=token).save()


def test_token_is_one_handovers(offer: Handover, case: Investigation, ana: Actor) -> None:
    other = open_case(ana, Desk(pk=case.accountable_desk_id, member_id=case.member_id))
    planned = the_handover(ana, other, "planned")
    with scope.acting(ana), broken("handovers_handover_token"), transaction.atomic():
        Handover.objects.filter(pk=planned.pk).update(token=offer.token)


def test_offer_names_a_briefing(offer: Handover, ana: Actor) -> None:
    with scope.acting(ana), broken("handovers_offer_names_briefing"), transaction.atomic():
        Handover.objects.filter(pk=offer.pk).update(briefing=None)


def test_briefing_of_an_offer_is_its_own(offer: Handover, case: Investigation, ana: Actor) -> None:
    other = open_case(ana, Desk(pk=case.accountable_desk_id, member_id=case.member_id))
    second = offered(other, ana, at=OFFER_AT)
    with scope.acting(ana), broken("handovers_own_briefing"), transaction.atomic():
        Handover.objects.filter(pk=offer.pk).update(briefing=second.briefing_id)


def test_briefing_has_its_hash(offer: Handover, ana: Actor) -> None:
    row = Briefing(
        member_id=offer.member_id,
        handover=offer,
        version=9,
        content={},
        digest="",
        written_at=OFFER_AT,
    )
    with scope.acting(ana), broken("handovers_briefing_hashed"), transaction.atomic():
        row.save()


def test_closed_case_has_nothing_pending(case: Investigation, ana: Actor) -> None:
    with scope.acting(ana), broken("no pending handover"), transaction.atomic():
        Custody.objects.filter(investigation=case).update(ended_at=OFFER_AT)
        Investigation.objects.filter(pk=case.pk).update(status="closed", closed_at=OFFER_AT)
        at_once()


def test_nothing_is_planned_for_a_closed_case(case: Investigation, ana: Actor) -> None:
    planned = the_handover(ana, case, "planned")
    with scope.acting(ana):
        Handover.objects.filter(pk=planned.pk).update(state="cancelled")
        Custody.objects.filter(investigation=case).update(ended_at=OFFER_AT)
        Investigation.objects.filter(pk=case.pk).update(status="closed", closed_at=OFFER_AT)
        with broken("no pending handover"), transaction.atomic():
            Handover.objects.filter(pk=planned.pk).update(state="drafted")
            at_once()


def test_desk_is_asked_once_and_one_takes_it(offer: Handover, ana: Actor) -> None:
    with scope.acting(ana):
        asked = Asked.objects.get(handover=offer)
        asked.pk = uuid7()
        with broken("handovers_asked_once"), transaction.atomic():
            asked.save(force_insert=True)
        Asked.objects.filter(handover=offer).update(state="accepted")
        asked.desk_id, asked.state = uuid7(), "accepted"
        with broken("handovers_taken_once"), transaction.atomic():
            asked.save(force_insert=True)


def test_case_is_held_once_at_a_time(case: Investigation, ana: Actor) -> None:
    facts = {"member_id": case.member_id, "investigation": case, "started_at": OFFER_AT}
    desk = {"desk_id": case.accountable_desk_id, "desk_member_id": case.member_id}
    with scope.acting(ana), broken("investigations_one_hold"), transaction.atomic():
        Hold.objects.create(**facts, **desk)
        Hold.objects.create(**facts, **desk)


def test_pin_and_lock_have_their_reason(case: Investigation, ana: Actor) -> None:
    rows = Investigation.objects.filter(pk=case.pk)
    with scope.acting(ana), broken("investigations_pin_has_reason"), transaction.atomic():
        rows.update(keep_with=case.accountable_desk_id)
    with scope.acting(ana), broken("investigations_lock_has_reason"), transaction.atomic():
        rows.update(custody_country="CN")


def test_silence_of_no_time_is_no_rule(mia: Actor) -> None:
    with scope.acting(mia), broken("handovers_policy_silence"), transaction.atomic():
        Policy.objects.create(member_id=mia.member_id, auto_accept_after=timedelta(0))
