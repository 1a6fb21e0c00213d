"""Fixtures that every test may use."""

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.members.actors import digest
from apps.members.models import ApiKey, Member
from apps.sharing import services as sharing
from apps.sharing.models import Circle
from tests.factories.world import NOON, client_of, make_member, make_person


@pytest.fixture
def aurelis(db: None) -> Member:
    return make_member("Aurelis", "AUR", country="CN")


@pytest.fixture
def solmara(db: None) -> Member:
    return make_member("Solmara", "SOL", country="BR")


@pytest.fixture
def kitefin(db: None) -> Member:
    return make_member("Kitefin", "KIT", country="US")


@pytest.fixture
def ana(aurelis: Member) -> Actor:
    """The holding desk's analyst, Hangzhou."""
    return make_person("Ana Lin", aurelis, zone="Asia/Shanghai")


@pytest.fixture
def mia(aurelis: Member) -> Actor:
    """Aurelis' manager, Milan."""
    return make_person("Mia Ferrante", aurelis, role="manager", zone="Europe/Rome")


@pytest.fixture
def bo(solmara: Member, circle: Circle) -> Actor:
    """The receiving desk's analyst of an allied member, São Paulo."""
    return make_person("Bo Duarte", solmara, zone="America/Sao_Paulo")


@pytest.fixture
def cy(kitefin: Member) -> Actor:
    """A manager of a member that sits in no circle with the others."""
    return make_person("Cy Okafor", kitefin, role="manager", zone="America/Los_Angeles")


@pytest.fixture
def dee(aurelis: Member) -> str:
    """The secret of a partner's API key that may write for Aurelis."""
    secret = "ak_test_dee"
    ApiKey.objects.create(
        member=aurelis,
        name="dee",
        prefix="ak_test",
        digest=digest(secret),
        scope=ApiKey.Scope.WRITE,
        created_at=NOON,
    )
    return secret


@pytest.fixture
def circle(mia: Actor, solmara: Member) -> Circle:
    """Aurelis and Solmara are allied; Kitefin is not."""
    with scope.acting(mia):
        founded = sharing.found_circle("Silk Road", actor=mia, at=NOON)
        sharing.join_circle(founded, solmara.pk, actor=mia, at=NOON)
    return founded


@pytest.fixture
def as_ana(ana: Actor) -> Client:
    return client_of(ana)


@pytest.fixture
def as_mia(mia: Actor) -> Client:
    return client_of(mia)


@pytest.fixture
def as_bo(bo: Actor) -> Client:
    return client_of(bo)


@pytest.fixture
def as_cy(cy: Actor) -> Client:
    return client_of(cy)


@pytest.fixture
def as_dee(dee: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {dee}"})
