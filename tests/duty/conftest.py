"""Two allied members and a stranger, a desk, and the instant of the tests."""

from datetime import UTC, datetime

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.duty import services
from apps.duty.models import Desk
from apps.duty.services import DeskFacts, WindowFacts
from apps.members.models import Member, Membership, User
from apps.sharing import services as sharing

# A Monday: 20:00 in Hangzhou, 13:00 in Milan, 09:00 in São Paulo.
NOON = datetime(2027, 3, 8, 12, 0, tzinfo=UTC)
WORKDAYS = (0, 1, 2, 3, 4)


def manager(name: str) -> Actor:
    member = Member.objects.create(name=name, code=name[:3].upper(), created_at=NOON)
    user = User.objects.create_user(f"{name.lower()}@alliance.example", None, created_at=NOON)
    Membership.objects.create(member=member, user=user, role="manager", joined_at=NOON)
    return Actor(member_id=member.pk, user_id=user.pk, roles=frozenset({"manager"}))


@pytest.fixture
def ana(db: None) -> Actor:
    """A manager of Aurelis, whose desk the tests change."""
    return manager("Aurelis")


@pytest.fixture
def bo(db: None) -> Actor:
    """A manager of Boreal, which sits in a circle with Aurelis."""
    return manager("Boreal")


@pytest.fixture
def cy(db: None) -> Actor:
    """A manager of Cygnet, which shares no circle with anybody."""
    return manager("Cygnet")


@pytest.fixture
def allied(ana: Actor, bo: Actor) -> None:
    with scope.acting(ana):
        circle = sharing.found_circle("Sunrise", actor=ana, at=NOON)
        sharing.join_circle(circle, bo.member_id, actor=ana, at=NOON)


@pytest.fixture
def hangzhou(ana: Actor) -> Desk:
    return desk_of(ana, "Hangzhou", "Asia/Shanghai", "09:00", "18:00")


def desk_of(
    actor: Actor, name: str, tz: str, start: str, end: str, days: tuple[int, ...] = WORKDAYS
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
