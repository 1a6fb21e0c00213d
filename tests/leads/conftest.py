"""Leads of ana's, and files on their way to becoming leads."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.leads import services
from apps.leads.drafts import VALUE_KINDS, Draft
from apps.leads.models import ImportBatch, Lead
from apps.sharing import services as sharing
from tests.factories.world import NOON

Report = Callable[..., Lead]
Import = Callable[..., ImportBatch]


@pytest.fixture(autouse=True)
def import_root(settings: Any, tmp_path: Path) -> Path:
    settings.EXPORT_ROOT = tmp_path / "exports"
    settings.IMPORT_ROOT = tmp_path / "imports"
    return tmp_path / "imports"


@pytest.fixture
def report() -> Report:
    """Create a lead: report(ana, "title", domain="a.example", phone=...)."""

    def _report(actor: Actor, title: str = "Fake serum", **more: Any) -> Lead:
        kinds = {k: more.pop(k) for k in VALUE_KINDS if k in more}
        values = {kind: (value,) for kind, value in kinds.items()}
        with scope.acting(actor):
            draft = Draft(title=title, values=values, **more)
            return services.create_lead(draft, actor=actor, at=NOON)

    return _report


@pytest.fixture
def share() -> Callable[..., None]:
    """Give an ally access to a lead at a level."""

    def _share(lead: Lead, *, owner: Actor, ally: Actor, level: int) -> None:
        with scope.acting(owner):
            sharing.give_access(
                ("lead", lead.pk),
                owner_id=owner.member_id,
                viewer_id=ally.member_id,
                level=level,
                at=NOON,
            )

    return _share


def upload(actor: Actor, data: bytes, name: str = "shops.csv", source: str = "") -> ImportBatch:
    with scope.acting(actor):
        told = services.Upload(file_name=name, source=source)
        return services.upload(BytesIO(data), told, actor=actor, at=NOON)


def work(batch: ImportBatch, *, stretches: int = 1_000_000) -> ImportBatch:
    """Do what the worker does, up to a number of stretches."""
    system, rows = Actor.system(batch.member_id), services.Rows()
    for _turn in range(stretches):
        with scope.acting(system):
            if not services.advance(batch.pk, rows, actor=system, at=NOON):
                break
    with scope.acting(system):
        batch.refresh_from_db()
    return batch


def check(batch: ImportBatch, actor: Actor, mapping: dict[str, str] | None = None) -> ImportBatch:
    with scope.acting(actor):
        wanted = batch.mapping if mapping is None else mapping
        services.start_check(batch.pk, wanted, actor=actor, at=NOON)
    return work(batch)


def run(batch: ImportBatch, actor: Actor, *, stretches: int = 1_000_000) -> ImportBatch:
    with scope.acting(actor):
        services.start_run(batch.pk, actor=actor, at=NOON)
    return work(batch, stretches=stretches)


@pytest.fixture
def import_file() -> Import:
    """Upload, check and run a file as a person would."""

    def _import(actor: Actor, data: bytes, name: str = "shops.csv", **more: Any) -> ImportBatch:
        return run(check(upload(actor, data, name, **more), actor), actor)

    return _import
