"""Two allied members and a stranger, a desk, and the instant of the tests."""

from datetime import UTC, datetime

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.duty import services
from apps.duty.models import Desk
from apps.duty.services import DeskFacts, WindowFacts
from apps.members.models import Role
from apps.sharing import services as sharing
from tests.factories.world import make_member, make_person

# A Monday: 20:00 in Hangzhou, 13:00 in Milan, 09:00 in São Paulo.
NOON = datetime(2027, 3, 8, 12, 0, tzinfo=UTC)
WORKDAYS = (0, 1, 2, 3, 4)


def manager(name: str, city: str, zone: str) -> Actor:
    member = make_member(name, name[:3].upper())
    return make_person(f"{name} {city}", member, role=Role.MANAGER, zone=zone)


@pytest.fixture
def ana(db: None) -> Actor:
    """A manager of Aurelis, whose desk the tests change."""
    return manager("Aurelis", "Hangzhou", "Asia/Shanghai")


@pytest.fixture
def bo(db: None) -> Actor:
    """A manager of Boreal, which sits in a circle with Aurelis."""
    return manager("Boreal", "Recife", "America/Recife")


@pytest.fixture
def cy(db: None) -> Actor:
    """A manager of Cygnet, which shares no circle with anybody."""
    return manager("Cygnet", "Oslo", "Europe/Oslo")


@pytest.fixture
def allied(ana: Actor, bo: Actor) -> None:
    with scope.acting(ana):
        circle = sharing.found_circle("Sunrise", actor=ana, at=NOON)
        sharing.join_circle(circle, bo.member_id, actor=ana, at=NOON)


@pytest.fixture
def hangzhou(ana: Actor) -> Desk:
    return desk_of(ana, "Hangzhou", "Asia/Shanghai", "09:00", "18:00")


def desk_of(
    actor: Actor,
    name: str,
    tz: str,
    start: str,
    end: str,
    *,
    days: tuple[int, ...] = WORKDAYS,
) -> Desk:
    """A desk with one weekly window, English speaking."""
    with scope.acting(actor):
        desk = services.create_desk(
            DeskFacts(name=name, tz=tz, languages=["en"]), actor=actor, at=NOON
        )
        window = WindowFacts(days=days, start=start, end=end)
        services.set_windows(desk.pk, [window], actor=actor, at=NOON)
        desk.refresh_from_db()
    return desk


def analyst_of(actor: Actor) -> Actor:
    return Actor(member_id=actor.member_id, user_id=uuid7(), roles=frozenset({"analyst"}))
