"""The catalogue as the owner of the tables sees it, and a full world that stands for a module."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client, override_settings

from alliance.settings.base import DATABASE_OWNER_URL, database
from apps.core import scope
from apps.core.actor import Actor
from apps.sharing import services as sharing
from tests.factories.full_world import FullWorld, fill
from tests.factories.world import NOON, client_of, make_member, make_person


@pytest.fixture
def owner(db: None) -> Iterator[psycopg.Cursor]:
    """A cursor of the owner's role in the test database; what it does is undone."""
    wanted = database(DATABASE_OWNER_URL)
    parts = {
        "host": wanted["HOST"],
        "port": wanted["PORT"],
        "user": settings.DB_OWNER_ROLE,
        "password": wanted["PASSWORD"],
        "dbname": connection.settings_dict["NAME"],
    }
    with psycopg.connect(**{k: v for k, v in parts.items() if v}) as connected:
        yield connected.cursor()
        connected.rollback()


@dataclass(frozen=True)
class Standing:
    """The full world of Aurelis, its fellow of the circle, and somebody whom nobody knows."""

    world: FullWorld
    bo: Actor
    cy: Actor


@pytest.fixture(scope="module")
def standing(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Standing]:
    """Made once for the module, in a transaction around those of its tests: each undoes its own."""
    scratch = tmp_path_factory.mktemp("standing")
    roots = {f"{name}_ROOT": scratch / name.lower() for name in ("EVIDENCE", "EXPORT", "IMPORT")}
    with override_settings(**roots), django_db_blocker.unblock(), transaction.atomic():
        made = _stand()
        with django_db_blocker.block():
            yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def stranger(django_db_setup: None, django_db_blocker: Any) -> Iterator[Client]:
    """A manager's browser, of a member that is alone, signed in once for the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = client_of(make_person("Cy Okafor", make_member("Kitefin", "KIT"), role="manager"))
        with django_db_blocker.block():
            yield made
        transaction.set_rollback(True)


@pytest.fixture
def as_stranger(stranger: Client, db: None) -> Client:
    """The same, as it was signed in: no cookie of an earlier test goes along."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = stranger.cookies[
        settings.SESSION_COOKIE_NAME
    ].value
    return client


def _stand() -> Standing:
    aurelis, solmara = make_member("Aurelis", "AUR", country="CN"), make_member("Solmara", "SOL")
    mia = make_person("Mia Ferrante", aurelis, role="manager", zone="Europe/Rome")
    bo = make_person("Bo Duarte", solmara, zone="America/Sao_Paulo")
    cy = make_person("Cy Okafor", make_member("Kitefin", "KIT"), role="manager")
    with scope.acting(mia):
        circle = sharing.found_circle("Silk Road", actor=mia, at=NOON)
        sharing.join_circle(circle, solmara.pk, actor=mia, at=NOON)
    return Standing(fill(mia, circle), bo, cy)
