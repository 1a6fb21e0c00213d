"""Exactly once: two workers, two beats, one worker killed in the middle, 200 handovers at once."""

import os
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction

from apps.core import clock, due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.ids import uuid7
from apps.core.models import Due, Event
from apps.core.registries import due_kinds
from apps.duty.models import Desk
from apps.handovers import services
from apps.handovers.models import Handover
from apps.investigations.models import Custody
from tests.faults.processes import wait_until
from tests.faults.workers import (
    beat,
    kill,
    nobody_writes_a_handover,
    waits_in_the_middle,
    worker,
    workers_answering,
)
from tests.handovers.conftest import make_desk, open_case, read_back

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

CASES = 200
# A bound for what hangs, not a measure of speed.
PATIENCE = 120
ACCEPTED = 20
# 17:10 in Hangzhou, whose duty ends at 18:00; Milan is there since 09:00, which is 08:00 UTC.
BEFORE = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
AT_ONCE = BEFORE + timedelta(minutes=21)


def broker() -> str:
    """A Redis database of this test's own, so that nobody else's worker takes its work."""
    url = os.environ["CELERY_BROKER_URL"]
    return f"{url.partition('?')[0]}?virtual_host=9" if "socket" in url else f"{url[:-2]}/9"


@pytest.fixture
def cases(ana: Actor, mia: Actor) -> dict[UUID, Desk]:
    """200 cases in Hangzhou; their handovers to Milan are all due at one instant."""
    hangzhou = make_desk(ana, "Hangzhou", "Asia/Shanghai", "09:00", "18:00")
    milan = make_desk(mia, "Milan", "Europe/Rome", "09:00", "18:00")
    with scope.acting(mia):
        Desk.objects.filter(pk__in=[milan.pk, hangzhou.pk]).update(capacity=1000)
    clock.move_to(BEFORE)
    return {
        open_case(ana, hangzhou, at=BEFORE, title=f"Case {number}").pk: milan
        for number in range(CASES)
    }


def offered(actor: Actor) -> int:
    with scope.acting(actor):
        return Handover.objects.filter(state=Handover.State.OFFERED).count()


def test_each_of_200_handovers_fires_once_though_a_worker_is_killed(
    cases: dict[UUID, Desk], ana: Actor, mia: Actor, tmp_path: Path
) -> None:
    own = {"CELERY_BROKER_URL": broker()}
    with ExitStack() as running:
        first, _second = (running.enter_context(worker(name, **own)) for name in ("one", "two"))
        for name in ("a", "b"):
            running.enter_context(beat(tmp_path, name, **own))
        assert wait_until(lambda: workers_answering(broker()) == 2, patience=PATIENCE)
        with nobody_writes_a_handover():
            clock.move_to(AT_ONCE)
            assert wait_until(lambda: waits_in_the_middle("one"), patience=PATIENCE)
            kill(first)
            assert offered(ana) < CASES
        running.enter_context(worker("three", **own))
        assert wait_until(lambda: offered(ana) == CASES, patience=PATIENCE)
    check_fired_once(list(cases), ana)
    check_accepted_once(list(cases)[:ACCEPTED], mia)


def check_fired_once(case_ids: list[UUID], actor: Actor) -> None:
    fired = Due.objects.filter(kind__in=["handover.draft", "handover.offer"])
    assert Counter(fired.values_list("kind", "state", "attempts")) == {
        ("handover.draft", "done", 0): CASES,
        ("handover.offer", "done", 0): CASES,
    }
    with scope.acting(actor):
        events = Event.objects.filter(subject_id__in=case_ids)
        told = Counter(events.values_list("subject_id", "name"))
    for case_id in case_ids:
        assert told[case_id, "handover.offered"] == told[case_id, "handover.drafted"] == 1


def check_accepted_once(case_ids: list[UUID], mia: Actor) -> None:
    """Two people press Accept at the same time; custody moves once and without a gap."""
    at = clock.now()
    with scope.acting(mia):
        found = list(Handover.objects.filter(investigation__in=case_ids, state="offered"))
    words = {handover.pk: read_back(handover, mia) for handover in found}

    refused: list[str] = []

    def accept_all() -> None:
        for handover in found:
            try:
                with scope.acting(mia):
                    services.accept_handover(
                        handover.pk, read_back=words[handover.pk], actor=mia, at=at
                    )
            except DomainError as error:
                refused.append(error.code)

    in_two_threads(accept_all)
    assert refused == ["handover.not_open"] * len(found)
    with scope.acting(mia):
        for case_id in case_ids:
            chain = list(Custody.objects.filter(investigation=case_id).order_by("seq"))
            assert [link.seq for link in chain] == [1, 2]
            assert chain[0].ended_at == chain[1].started_at
            assert chain[1].ended_at is None


def in_two_threads(work: Callable[[], object]) -> None:
    """Run the work twice at once; a failure in either fails the test."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.fixture
def fired(monkeypatch: pytest.MonkeyPatch) -> "Counter[UUID]":
    """A due kind that counts what is committed, and fails for the ref that is counted as bad."""
    counted: Counter[UUID] = Counter()

    def service(ref: UUID, at: datetime) -> None:
        if ref == BAD:
            raise ValueError("a bad row")
        # A batch that fails is undone and fired again row by row: only what is kept counts.
        transaction.on_commit(lambda: counted.update([ref]))

    monkeypatch.setitem(due_kinds._things, "tests.count", service)
    return counted


BAD = uuid7()


def plan(refs: list[UUID], member_id: UUID) -> None:
    for ref in refs:
        due.plan("tests.count", ref, at=clock.now(), member_id=member_id)


def test_two_dispatchers_at_once_fire_each_row_once(fired: "Counter[UUID]", ana: Actor) -> None:
    refs = [uuid7() for _ in range(100)]
    plan(refs, ana.member_id)
    in_two_threads(due.run)
    assert fired == dict.fromkeys(refs, 1)


def test_a_bad_row_fails_alone_and_keeps_its_error(fired: "Counter[UUID]", ana: Actor) -> None:
    refs = [uuid7() for _ in range(5)]
    plan([*refs[:2], BAD, *refs[2:]], ana.member_id)
    due.run()
    assert fired == dict.fromkeys(refs, 1)
    bad = Due.objects.get(ref=BAD)
    assert (bad.state, bad.attempts, bad.error) == ("planned", 1, "ValueError: a bad row")
    assert bad.due_at > clock.now()
