"""Wall 1 and wall 2 together: no actor, no rows; another's stamp, no rows."""

from datetime import UTC, datetime

import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg import IsolationLevel

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.members.models import Brand

pytestmark = pytest.mark.django_db

ONE, TWO = Actor(member_id=uuid7()), Actor(member_id=uuid7())


def test_statement_without_an_actor_is_refused() -> None:
    # An empty table may be scanned without asking the policy at all.
    with scope.acting(ONE):
        Brand.objects.create(member_id=ONE.member_id, name="Aurelis")

    with pytest.raises(ProgrammingError, match="no member is bound"), transaction.atomic():
        list(Brand.objects.all())


def test_member_sees_only_its_own_rows() -> None:
    with scope.acting(ONE):
        Brand.objects.create(member_id=ONE.member_id, name="Aurelis")

    with scope.acting(TWO):
        assert not Brand.objects.exists()
    with scope.acting(ONE):
        assert Brand.objects.count() == 1


def test_row_of_another_member_cannot_be_written() -> None:
    refused = pytest.raises(ProgrammingError, match="row-level")
    with scope.acting(ONE), refused, transaction.atomic():
        Brand.objects.create(member_id=TWO.member_id, name="Stolen")


def fail_as(actor: Actor) -> None:
    with transaction.atomic(), scope.binding(actor):
        Brand.objects.count()
        raise RuntimeError


def test_stamp_is_sent_again_after_a_savepoint_rollback() -> None:
    with scope.acting(ONE):
        Brand.objects.create(member_id=ONE.member_id, name="Kept")
        with pytest.raises(RuntimeError):
            fail_as(TWO)
        assert Brand.objects.get().name == "Kept"


def test_stamp_ends_with_its_scope() -> None:
    with scope.acting(ONE):
        Brand.objects.create(member_id=ONE.member_id, name="Aurelis")

    with pytest.raises(ProgrammingError, match="no member is bound"), transaction.atomic():
        Brand.objects.count()


def test_clock_reads_the_database() -> None:
    assert clock.now().tzinfo is not None


def asked(*names: str) -> list[str]:
    with connection.cursor() as cursor:
        return [cursor.execute(f"SHOW {name}").fetchone()[0] for name in names]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("level", [None, IsolationLevel.REPEATABLE_READ])
def test_stamp_begins_the_transaction_that_it_ends_with(level: IsolationLevel | None) -> None:
    connection.ensure_connection()
    connection.connection.isolation_level = level

    with scope.acting(ONE):
        kept = asked("app.member", "transaction_isolation")
    connection.connection.isolation_level = None
    with transaction.atomic():
        after = asked("app.member", "transaction_isolation")

    assert kept == [str(ONE.member_id), level.name.lower().replace("_", " ") if level else after[1]]
    assert after[0] == ""


def test_instants_come_in_utc_alone_and_in_lists() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT timestamptz '2026-11-26 09:00:00.5+02', ARRAY[timestamptz '0001-01-01 00:00Z'],"
            " NULL::timestamptz"
        )
        one, several, none = cursor.fetchone()

    assert (one, several, none) == (
        datetime(2026, 11, 26, 7, 0, 0, 500_000, tzinfo=UTC),
        [datetime(1, 1, 1, tzinfo=UTC)],
        None,
    )
    assert one.tzinfo is several[0].tzinfo is UTC
