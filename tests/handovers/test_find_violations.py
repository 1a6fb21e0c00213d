"""The checks can fail: each invariant, broken on purpose by the owner of the tables, is named."""

import os
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from apps.core import scope
from apps.core.actor import Actor
from apps.duty.models import Desk
from apps.handovers import services
from apps.handovers.proving.invariants import CHECKS, violations
from apps.investigations.models import Investigation
from tests.handovers.conftest import MORNING, offered, open_case, read_back

pytestmark = pytest.mark.django_db(transaction=True)

# Milan's duty ends at 17:00 UTC; São Paulo is on from 13:00 to 23:00 UTC.
OFFER_AT = MORNING + timedelta(hours=10, minutes=30)
ACCEPTED_AT = OFFER_AT + timedelta(minutes=4)

# What no constraint that answers at once forbids; nothing of it is ever committed.
BREAK = {
    "I1": "UPDATE investigations_custody SET ended_at = started_at + interval '1 hour'"
    " WHERE ended_at IS NULL",
    "I2": "UPDATE investigations_custody SET started_at = started_at + interval '1 minute'"
    " WHERE seq = 2",
    "I3": "DELETE FROM sharing_seat",
    "I4": "INSERT INTO core_event (id, member_id, name, subject_type, subject_id, seq, root_type,"
    " root_id, min_level, actor_member_id, actor_via, request_id, occurred_at, payload)"
    " SELECT gen_random_uuid(), member_id, name, subject_type, subject_id, seq + 1000, root_type,"
    " root_id, min_level, actor_member_id, actor_via, request_id, occurred_at, payload"
    " FROM core_event WHERE name = 'handover.offered'",
    "I5": "UPDATE core_due SET state = 'failed', attempts = 8 WHERE kind = 'handover.offer'",
    "I6": "UPDATE handovers_briefing SET written_at = written_at + interval '1 day'",
    "I7": "UPDATE handovers_handover SET decided_at = decided_at + interval '12 hours'"
    " WHERE state = 'accepted'",
    "I8": "UPDATE handovers_handover SET refused_by = ARRAY[to_desk_id]"
    " WHERE to_desk_id IS NOT NULL",
    "I9": "UPDATE investigations_investigation SET status = 'closed', closed_at = now()",
    "I10": "DELETE FROM core_event WHERE name = 'custody.passed'",
}


@pytest.fixture
def history(mia: Actor, bo: Actor, hangzhou: Desk, milan: Desk, sao_paulo: Desk) -> Investigation:
    """Milan's case, accepted in São Paulo, whose next handover is planned."""
    case = open_case(mia, milan, at=MORNING + timedelta(hours=3))
    handover = offered(case, mia, at=OFFER_AT)
    words = read_back(handover, bo)
    with scope.acting(bo):
        services.accept_handover(handover.pk, read_back=words, actor=bo, at=ACCEPTED_AT)
    return case


@pytest.fixture
def owner(history: Investigation) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """The owner of the tables, stamped with the case's member; what it does is taken back."""
    url = os.environ["DATABASE_OWNER_URL"].replace("/alliance?", f"/{the_database()}?")
    with psycopg.connect(url) as owning:
        owning.execute("SELECT set_config('app.member', %s, true)", [str(history.member_id)])
        yield owning
        owning.rollback()


def the_database() -> str:
    return str(connection.settings_dict["NAME"])


def found(owner: "psycopg.Connection[tuple[object, ...]]") -> set[str]:
    return {name for name, (_rule, sql) in CHECKS.items() if owner.execute(sql.encode()).fetchall()}


def test_whole_custody_breaks_nothing(history: Investigation, bo: Actor) -> None:
    assert violations([history.member_id, bo.member_id]) == []


@pytest.mark.parametrize("invariant", list(CHECKS))
def test_broken_invariant_is_named(
    invariant: str, owner: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    assert found(owner) == set()

    owner.execute(BREAK[invariant].encode())

    assert invariant in found(owner)
