"""Imports are rung by the request, by the due row, and by nobody once they have ended."""

import re
from datetime import timedelta
from pathlib import Path
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


@pytest.mark.parametrize("settings_of", ["base", "dev"])
def test_task_ends_well_before_its_time_limit(settings_of: str) -> None:
    limits = (Path(__file__).parents[2] / f"alliance/settings/{settings_of}.py").read_text()
    found = re.search(r"^CELERY_TASK_SOFT_TIME_LIMIT = (\d+)", limits, re.MULTILINE)

    assert found is not None
    assert int(found[1]) / 2 > tasks.WORK_IN_SECONDS


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
