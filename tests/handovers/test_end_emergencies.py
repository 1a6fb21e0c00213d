"""An emergency that nobody takes leaves the case where somebody is."""

from datetime import timedelta

from apps.core import scope
from apps.core.actor import Actor
from apps.duty.models import Desk
from apps.handovers import services
from apps.handovers.models import Handover
from apps.investigations.models import Investigation
from tests.handovers.conftest import MORNING, fire, reload, the_handover

# 17:00 in Hangzhou, 10:00 in Milan: both are on duty.
BOTH = MORNING + timedelta(hours=3)


def test_an_emergency_that_nobody_takes_is_no_hold_while_the_holder_is_on_duty(
    case: Investigation, ana: Actor, hangzhou: Desk
) -> None:
    with scope.acting(ana):
        offer = services.hand_over_now(case.pk, situation="Now.", actor=ana, at=BOTH)
    at = BOTH + timedelta(minutes=6)
    fire(case, "handover.expire", offer.pk, at)
    after = reload(case)
    assert after.accountable_desk_id == hangzhou.pk
    assert not after.is_held
    planned = the_handover(ana, case, Handover.State.PLANNED)
    assert planned.planned_at == MORNING + timedelta(hours=4)
