"""Managers are told of cover that concerns their member, and nobody else is."""

from datetime import timedelta
from uuid import UUID

import pytest

from apps.core import clock, outbox, scope
from apps.core.actor import Actor
from apps.duty import services
from apps.duty.models import Desk
from apps.members.models import Member
from apps.notifications.models import Notification
from apps.sharing.models import Circle
from tests.duty.conftest import desk_of
from tests.factories.world import make_person

DAY = timedelta(days=1)


@pytest.fixture
def lia(solmara, circle: Circle) -> Actor:
    """Solmara's manager."""
    return make_person("Lia Prado", solmara, role="manager", zone="America/Sao_Paulo")


def colleague_of(lia: Actor) -> Actor:
    """An analyst of hers: cover is the managers' business."""
    return make_person("Rui Melo", Member.objects.get(pk=lia.member_id))


@pytest.fixture
def desk(lia: Actor) -> Desk:
    return desk_of(lia, "Recife", "America/Recife", "09:00", "17:00")


def told(*actors: Actor) -> list[tuple[str, UUID]]:
    outbox.drain()
    found = set()
    for actor in actors:
        with scope.acting(actor):
            rows = Notification.objects.filter(kind__startswith="cover.", user_id=actor.user_id)
            found |= set(rows.values_list("kind", "user_id"))
    return sorted(found)


def test_asked_offered_accepted_and_withdrawn_reach_the_other_side(
    mia: Actor, lia: Actor, cy: Actor, circle: Circle, desk: Desk
) -> None:
    at, analyst = clock.now(), colleague_of(lia)
    with scope.acting(mia):
        asked = services.ask_cover(circle.pk, at + DAY, at + 2 * DAY, actor=mia, at=at)
    assert told(mia, lia, analyst, cy) == [("cover.asked", lia.user_id)]

    with scope.acting(lia):
        offer = services.answer_request(asked.pk, desk.pk, actor=lia, at=at)
    assert ("cover.offered", mia.user_id) in told(mia)

    with scope.acting(mia):
        services.accept_offer(offer.pk, actor=mia, at=at)
    assert ("cover.accepted", lia.user_id) in told(lia)

    with scope.acting(lia):
        services.withdraw_offer(offer.pk, reason="Ill.", actor=lia, at=at)
    assert ("cover.withdrawn", mia.user_id) in told(mia)
    assert told(analyst, cy) == []


def test_telling_twice_tells_once(mia: Actor, lia: Actor, circle: Circle, desk: Desk) -> None:
    at = clock.now()
    with scope.acting(mia):
        services.ask_cover(circle.pk, at + DAY, at + 2 * DAY, actor=mia, at=at)

    told(lia)
    told(lia)

    with scope.acting(lia):
        assert Notification.objects.filter(kind="cover.asked").count() == 1
