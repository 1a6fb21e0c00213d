"""When desks or circles change, custody and plans follow."""

from datetime import timedelta

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.events import emit
from apps.duty.events import DutyChanged
from apps.duty.models import Desk, DutyWindow
from apps.handovers import services
from apps.investigations.models import Custody, Investigation
from apps.sharing import services as sharing
from apps.sharing.models import Circle
from tests.handovers.conftest import MORNING, offered, open_case, read_back, reload, the_handover

END = MORNING + timedelta(hours=11)


@pytest.fixture
def at_bo(mia: Actor, bo: Actor, hangzhou: Desk, milan: Desk, sao_paulo: Desk) -> Investigation:
    """Milan's case, held in São Paulo."""
    case = open_case(mia, milan, at=MORNING + timedelta(hours=3))
    offer = offered(case, mia, at=END - timedelta(minutes=30))
    words = read_back(offer, bo)
    with scope.acting(bo):
        services.accept_handover(
            offer.pk, read_back=words, actor=bo, at=END - timedelta(minutes=20)
        )
    return case


def test_case_returns_when_its_holder_leaves_the_circle(
    at_bo: Investigation, circle: Circle, mia: Actor, bo: Actor, milan: Desk
) -> None:
    with scope.acting(mia):
        sharing.leave_circle(circle, bo.member_id, actor=mia, at=END - timedelta(minutes=10))

    assert reload(at_bo).accountable_desk_id == milan.pk
    with scope.acting(bo):
        assert not Investigation.objects.exists()


def test_chain_stays_whole_when_the_holder_leaves(
    at_bo: Investigation, circle: Circle, mia: Actor, bo: Actor
) -> None:
    with scope.acting(mia):
        sharing.leave_circle(circle, bo.member_id, actor=mia, at=END)
        chain = list(Custody.objects.filter(investigation=at_bo).order_by("seq"))

    assert [c.cause for c in chain] == ["opened", "handover", "recalled"]
    assert chain[1].ended_at == chain[2].started_at


def test_changed_shift_moves_the_planned_handover(
    case: Investigation, ana: Actor, hangzhou: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.core.clock.now", lambda: MORNING)
    with scope.acting(Actor.system(ana.member_id)):
        DutyWindow.objects.filter(desk=hangzhou).update(end="17:00")
        emit(DutyChanged(subject_id=hangzhou.pk), actor=scope.current(), at=MORNING)

    assert the_handover(ana, case, "planned").planned_at == MORNING + timedelta(hours=3)
    assert the_handover(ana, case, "cancelled").reason_code == "duty_changed"


def test_replanning_an_unchanged_case_changes_nothing(case: Investigation, ana: Actor) -> None:
    with scope.acting(Actor.system(ana.member_id)):
        assert services.replan(case.pk, at=MORNING) is False
