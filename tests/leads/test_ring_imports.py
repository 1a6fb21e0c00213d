"""Imports are rung by the request, by the due row, and by nobody once they have ended."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.due import is_planned
from apps.core.registries import due_kinds
from apps.leads import services, tasks
from apps.leads.models import ImportBatch, ImportRow, Lead, LeadAccess, LeadSelector
from tests.factories.world import NOON
from tests.leads.conftest import Import, Report, check, upload

pytestmark = pytest.mark.django_db
FILE = b"domain\na.example\nb.example\n"


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    calls: list[tuple[str, str]] = []
    monkeypatch.setattr(tasks.run_import, "delay", lambda *ids: calls.append(ids))
    return calls


def test_task_works_an_import_to_its_end(ana: Actor) -> None:
    batch = check(upload(ana, FILE), ana)
    with scope.acting(ana):
        services.start_run(batch.pk, actor=ana, at=NOON)

    tasks.run_import(str(batch.pk), str(ana.member_id))

    with scope.acting(ana):
        batch.refresh_from_db()
        assert (batch.state, batch.added) == ("done", 2)
        assert not is_planned(batch.pk, services.DUE_KIND)


def test_import_that_was_rung_twice_is_left_to_one_of_two(
    ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.Rows.after, "__defaults__", (1,))
    batch = check(upload(ana, b"domain\na.example\nb.example\nc.example\n"), ana)
    with scope.acting(ana):
        services.start_run(batch.pk, actor=ana, at=NOON)
    system, (first, second) = Actor.system(ana.member_id), (services.Rows(), services.Rows())

    with scope.acting(system):
        went_on = [
            services.advance(batch.pk, rows, actor=system, at=NOON)
            for rows in (first, second, first, second, second)
        ]
        batch.refresh_from_db()

    assert went_on == [True, True, False, True, False]
    assert (batch.state, batch.added) == ("done", 3)


def test_long_import_goes_on_in_the_next_task(
    ana: Actor, rung: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.Rows.after, "__defaults__", (1,))
    # The first stretch is found late, the second is within its time, the third would not be.
    shown = iter(tasks.WORK_IN_SECONDS * turns for turns in (0, 10, 10.5, 10.6, 11.1))
    monkeypatch.setattr(tasks, "time", SimpleNamespace(monotonic=lambda: next(shown)))
    batch = check(upload(ana, FILE + b"c.example\n"), ana)
    with scope.acting(ana):
        services.start_run(batch.pk, actor=ana, at=NOON)

    tasks.run_import(str(batch.pk), str(ana.member_id))

    with scope.acting(ana):
        batch.refresh_from_db()
    assert (batch.state, batch.processed, rung) == (
        "running", 2, [(str(batch.pk), str(ana.member_id))],
    )  # fmt: skip


def test_task_of_another_member_does_nothing(ana: Actor, cy: Actor) -> None:
    batch = check(upload(ana, FILE), ana)
    with scope.acting(ana):
        services.start_run(batch.pk, actor=ana, at=NOON)

    tasks.run_import(str(batch.pk), str(cy.member_id))

    with scope.acting(ana):
        batch.refresh_from_db()
    assert (batch.state, batch.processed) == ("running", 0)


def test_due_row_rings_an_import_that_stands_still(
    ana: Actor, rung: list[tuple[str, str]], django_capture_on_commit_callbacks: Any
) -> None:
    batch = check(upload(ana, FILE), ana)
    with scope.acting(ana):
        services.start_run(batch.pk, actor=ana, at=NOON)

    with django_capture_on_commit_callbacks(execute=True), scope.acting(ana):
        due_kinds[services.DUE_KIND](batch.pk, NOON + timedelta(seconds=61))
        assert is_planned(batch.pk, services.DUE_KIND)

    assert rung == [(str(batch.pk), str(ana.member_id))]


def test_ended_import_is_not_rung(
    ana: Actor,
    import_file: Import,
    rung: list[tuple[str, str]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    batch = import_file(ana, FILE)

    with django_capture_on_commit_callbacks(execute=True), scope.acting(ana):
        due_kinds[services.DUE_KIND](batch.pk, NOON + timedelta(hours=1))

    assert rung == []


@pytest.mark.parametrize("model", [Lead, LeadSelector, LeadAccess, ImportBatch, ImportRow])
def test_row_level_security_alone_hides_every_row(
    model: Any, ana: Actor, cy: Actor, report: Report, import_file: Import
) -> None:
    report(ana, domain="c.example")
    import_file(ana, FILE)

    with scope.acting(ana):
        assert model.objects.count() > 0
    with scope.acting(cy):
        assert model.objects.filter(**_leads_only(model)).count() == 0


def _leads_only(model: Any) -> dict[str, str]:
    return {"subject_type": "lead"} if model is LeadAccess else {}
