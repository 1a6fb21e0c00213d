"""Hangzhou -> Milan inside one member, by the due services, with time passed in."""

from datetime import timedelta

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused, Stale
from apps.core.models import Due
from apps.duty.models import Desk
from apps.handovers import services
from apps.handovers.models import Handover
from apps.handovers.services import ReadBack
from apps.investigations.models import Custody, Investigation
from tests.handovers.conftest import (
    MORNING,
    WORDS,
    fire,
    offered,
    read_back,
    reload,
    the_handover,
)

OFFER_AT = MORNING + timedelta(hours=3, minutes=30)
END = MORNING + timedelta(hours=4)


def accept(handover: Handover, actor: Actor, *, at=OFFER_AT + timedelta(minutes=5), **kw):
    words = kw.pop("words", None) or read_back(handover, actor)
    with scope.acting(actor):
        return services.accept_handover(handover.pk, read_back=words, actor=actor, at=at)


def test_open_case_has_its_next_handover_planned(case: Investigation, ana: Actor) -> None:
    planned = the_handover(ana, case, "planned")

    assert planned.planned_at == END
    assert planned.offer_at == OFFER_AT
    kinds = set(Due.objects.filter(ref=planned.pk).values_list("kind", "due_at"))
    assert ("handover.offer", OFFER_AT) in kinds
    assert ("handover.hold", END) in kinds


def test_offer_goes_to_the_desk_with_the_longest_duty(
    case: Investigation, ana: Actor, milan: Desk
) -> None:
    handover = offered(case, ana, at=OFFER_AT)

    assert handover.state == "offered"
    assert handover.to_desk_id == milan.pk
    assert handover.ack_deadline == OFFER_AT + milan.ack_within


def test_offer_alone_moves_nothing(case: Investigation, ana: Actor, hangzhou: Desk) -> None:
    offered(case, ana, at=OFFER_AT)

    assert reload(case).accountable_desk_id == hangzhou.pk


def test_acceptance_moves_custody_at_once(
    case: Investigation, ana: Actor, mia: Actor, milan: Desk
) -> None:
    handover = offered(case, ana, at=OFFER_AT)

    accept(handover, mia)

    assert reload(case).accountable_desk_id == milan.pk
    with scope.acting(ana):
        first, second = Custody.objects.filter(investigation=case).order_by("seq")
    assert first.ended_at == second.started_at == OFFER_AT + timedelta(minutes=5)


def test_next_handover_is_planned_by_acceptance(
    case: Investigation, ana: Actor, mia: Actor, milan: Desk
) -> None:
    accept(offered(case, ana, at=OFFER_AT), mia)

    following = the_handover(ana, case, "planned")
    assert following.from_desk_id == milan.pk
    assert following.planned_at == MORNING + timedelta(hours=11)


def test_second_acceptance_is_refused(case: Investigation, ana: Actor, mia: Actor) -> None:
    handover = offered(case, ana, at=OFFER_AT)
    words = read_back(handover, mia)
    accept(handover, mia)

    with pytest.raises(DomainError) as refusal:
        accept(handover, mia, words=words)
    assert refusal.value.code == "handover.not_open"


def test_short_read_back_is_refused(case: Investigation, ana: Actor, mia: Actor) -> None:
    handover = offered(case, ana, at=OFFER_AT)

    with pytest.raises(Invalid) as refusal:
        accept(handover, mia, words=read_back(handover, mia, "ok"))
    assert "read_back" in refusal.value.fields


def test_old_briefing_cannot_be_accepted(case: Investigation, ana: Actor, mia: Actor) -> None:
    handover = offered(case, ana, at=OFFER_AT)
    words = read_back(handover, mia)
    with scope.acting(ana):
        services.amend_briefing(
            handover.pk, changes={"note": "Prato called."}, version=1, actor=ana, at=OFFER_AT
        )

    with pytest.raises(Stale):
        accept(handover, mia, words=words)


def test_person_of_another_desk_cannot_accept(case: Investigation, ana: Actor) -> None:
    handover = offered(case, ana, at=OFFER_AT)

    with pytest.raises(Refused) as refusal:
        accept(handover, ana)
    assert refusal.value.code == "handover.not_at_desk"


def test_decline_asks_the_next_candidate_and_never_the_same(
    case: Investigation, ana: Actor, mia: Actor, milan: Desk, hangzhou: Desk
) -> None:
    handover = offered(case, ana, at=OFFER_AT)

    with scope.acting(mia):
        services.decline_handover(
            handover.pk, reason_code="no_capacity", reason="", actor=mia, at=OFFER_AT
        )

    with scope.acting(ana):
        rounds = list(Handover.objects.filter(investigation=case).order_by("attempt"))
    assert [h.state for h in rounds] == ["declined", "cancelled"]
    assert rounds[1].refused_by == [milan.pk]
    assert reload(case).accountable_desk_id == hangzhou.pk


def test_silence_expires_and_moves_nothing(
    case: Investigation, ana: Actor, milan: Desk, hangzhou: Desk
) -> None:
    handover = offered(case, ana, at=OFFER_AT)

    fire(case, "handover.expire", handover.pk, handover.ack_deadline)

    assert the_handover(ana, case, "expired").pk == handover.pk
    assert reload(case).accountable_desk_id == hangzhou.pk


def test_expiry_before_the_deadline_does_nothing(case: Investigation, ana: Actor) -> None:
    handover = offered(case, ana, at=OFFER_AT)

    fire(case, "handover.expire", handover.pk, handover.ack_deadline - timedelta(seconds=1))

    assert the_handover(ana, case, "offered").pk == handover.pk


def test_unanswered_case_is_held_at_the_end_of_duty(case: Investigation, ana: Actor) -> None:
    handover = offered(case, ana, at=OFFER_AT)

    fire(case, "handover.hold", handover.pk, END)

    assert reload(case).held_at == END


def test_undo_returns_custody_within_sixty_seconds(
    case: Investigation, ana: Actor, mia: Actor, hangzhou: Desk
) -> None:
    handover = offered(case, ana, at=OFFER_AT)
    accept(handover, mia, at=OFFER_AT)

    with scope.acting(mia):
        services.undo_acceptance(handover.pk, actor=mia, at=OFFER_AT + timedelta(seconds=60))

    assert reload(case).accountable_desk_id == hangzhou.pk
    assert the_handover(ana, case, "bounced").pk == handover.pk


def test_undo_after_sixty_seconds_is_refused(
    case: Investigation, ana: Actor, mia: Actor, milan: Desk
) -> None:
    handover = offered(case, ana, at=OFFER_AT)
    accept(handover, mia, at=OFFER_AT)

    with scope.acting(mia), pytest.raises(Refused) as refusal:
        services.undo_acceptance(handover.pk, actor=mia, at=OFFER_AT + timedelta(seconds=61))
    assert refusal.value.code == "handover.undo_over"
    assert reload(case).accountable_desk_id == milan.pk


def test_stranger_finds_no_handover(case: Investigation, ana: Actor, cy: Actor) -> None:
    handover = offered(case, ana, at=OFFER_AT)

    words = ReadBack(text=WORDS, version=1)
    with scope.acting(cy), pytest.raises(NotFound):
        services.accept_handover(handover.pk, read_back=words, actor=cy, at=OFFER_AT)


def test_emergency_replaces_what_was_planned(case: Investigation, ana: Actor, milan: Desk) -> None:
    now = MORNING + timedelta(hours=2, minutes=10)

    with scope.acting(ana):
        handover = services.hand_over_now(
            case.pk, situation="Fire in the building.", actor=ana, at=now
        )

    assert handover.to_desk_id == milan.pk
    assert handover.ack_deadline == now + timedelta(minutes=5)
    assert the_handover(ana, case, "cancelled").reason_code == "emergency"


def test_closing_cancels_what_is_pending(case: Investigation, ana: Actor) -> None:
    from apps.investigations import services as investigations

    with scope.acting(ana):
        investigations.close_investigation(
            case.pk, outcome="takedown", reason="", actor=ana, at=MORNING + timedelta(hours=1)
        )

    assert the_handover(ana, case, "cancelled").reason_code == "closed"
    assert not Due.objects.filter(state="planned", member_id=case.member_id).exists()
