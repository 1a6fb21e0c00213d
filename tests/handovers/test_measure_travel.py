"""How well custody travels, told to the member whose cases they are."""

from datetime import timedelta

from apps.core import scope
from apps.core.actor import Actor
from apps.duty.models import Desk
from apps.handovers import measuring
from apps.investigations.models import Investigation
from tests.factories.world import client_of
from tests.handovers.conftest import offered
from tests.handovers.test_hand_over import OFFER_AT, accept

DAY = timedelta(days=1)


def test_acceptance_is_counted_with_the_time_it_took(
    case: Investigation, ana: Actor, mia: Actor, milan: Desk
) -> None:
    accept(offered(case, ana, at=OFFER_AT), mia)

    with scope.acting(ana):
        found = measuring.travel(ana, OFFER_AT - DAY, OFFER_AT + DAY)

    assert (found.offered, found.accepted, found.cases, found.per_case) == (1, 1, 1, 1.0)
    assert found.middle == found.slow == timedelta(minutes=5)
    assert found.accepted_percent == 100


def test_offer_outside_the_range_is_not_counted(
    case: Investigation, ana: Actor, milan: Desk
) -> None:
    offered(case, ana, at=OFFER_AT)

    with scope.acting(ana):
        assert measuring.travel(ana, OFFER_AT + DAY, OFFER_AT + 2 * DAY).offered == 0


def test_stranger_reads_of_nobodys_handovers(
    case: Investigation, ana: Actor, cy: Actor, milan: Desk
) -> None:
    offered(case, ana, at=OFFER_AT)
    span = {"from": (OFFER_AT - DAY).isoformat(), "to": (OFFER_AT + DAY).isoformat()}

    own = client_of(ana).get("/api/v1/handovers/quality/", span).json()
    strangers = client_of(cy).get("/api/v1/handovers/quality/", span).json()

    assert (own["offered"], strangers["offered"]) == (1, 0)


def test_panel_is_shown_on_the_quality_page(ana: Actor, cy: Actor) -> None:
    page = client_of(ana).get("/coverage/quality/?period=past").content.decode()

    assert "/handovers/quality/?from=" in page
    assert (
        "No case of yours was offered" in client_of(ana).get("/handovers/quality/").content.decode()
    )
