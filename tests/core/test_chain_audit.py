"""The audit chain: whoever rewrites, removes or reorders history is found out."""

from collections.abc import Callable

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from alliance.settings.base import DATABASE_OWNER_URL, database
from apps.core import audit, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import AuditLink, Event
from tests.core.facts import ring

ACTOR = Actor(member_id=uuid7())
Execute = Callable[[str, list[object]], object]


@pytest.fixture
def history(transactional_db: None) -> list[Event]:
    """Five chained events of one member."""
    rung = [ring(uuid7(), ACTOR, times=n) for n in range(1, 6)]
    with scope.acting(ACTOR):
        for event in rung:
            audit.chain(event)
    return rung


@pytest.fixture
def as_owner(history: list[Event]) -> Execute:
    """What an operator with the owner's role could do."""
    wanted = database(DATABASE_OWNER_URL)
    parts = {
        "host": wanted["HOST"],
        "port": wanted["PORT"],
        "user": settings.DB_OWNER_ROLE,
        "password": wanted["PASSWORD"],
        "dbname": connection.settings_dict["NAME"],
    }

    def execute(sql: str, params: list[object]) -> None:
        with psycopg.connect(**{k: v for k, v in parts.items() if v}) as connected:
            assert connected.execute(sql, params).rowcount > 0

    return execute


def verdict() -> int | None:
    with scope.acting(ACTOR):
        return audit.verify(ACTOR.member_id)


def test_untouched_history_verifies(history: list[Event]) -> None:
    assert verdict() is None


@pytest.mark.parametrize(
    "change",
    [
        "payload = '{\"times\": 9}'",
        "name = 'bell.broken'",
        "actor_user_id = gen_random_uuid()",
        "occurred_at = occurred_at + interval '1 second'",
    ],
)
def test_rewritten_event_is_named(history: list[Event], as_owner: Execute, change: str) -> None:
    as_owner(f"UPDATE core_event SET {change} WHERE id = %s", [history[2].pk])

    assert verdict() == 3


def test_removed_event_is_named(history: list[Event], as_owner: Execute) -> None:
    as_owner("DELETE FROM core_event WHERE id = %s", [history[1].pk])

    assert verdict() == 2


def test_removed_link_is_named(history: list[Event], as_owner: Execute) -> None:
    as_owner("DELETE FROM core_auditlink WHERE event_id = %s", [history[3].pk])

    assert verdict() == 4


def test_recomputed_link_breaks_the_next(history: list[Event], as_owner: Execute) -> None:
    as_owner("UPDATE core_auditlink SET digest = sha256('x') WHERE event_id = %s", [history[0].pk])

    assert verdict() == 1


def test_product_itself_cannot_rewrite_an_event(history: list[Event]) -> None:
    for act in (
        lambda: Event.objects.filter(pk=history[0].pk).update(name="x"),
        lambda: Event.objects.filter(pk=history[0].pk).delete(),
        lambda: AuditLink.objects.filter(event_id=history[0].pk).update(n=9),
        lambda: AuditLink.objects.filter(event_id=history[0].pk).delete(),
    ):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with scope.binding(ACTOR), refused, transaction.atomic():
            act()


def test_second_telling_adds_no_link(history: list[Event]) -> None:
    with scope.acting(ACTOR):
        audit.chain(history[0])

    assert AuditLink.objects.count() == 5
