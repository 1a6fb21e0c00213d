"""A case of ana's that bo may work on, and that cy knows nothing of."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.events import Ref
from apps.core.ids import uuid7
from apps.evidence import services
from apps.evidence.models import Evidence
from apps.sharing import services as sharing
from tests.factories.world import NOON


@pytest.fixture(autouse=True)
def evidence_root(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return tmp_path / "evidence"


@pytest.fixture
def case(ana: Actor, bo: Actor) -> Ref:
    root = ("investigation", uuid7())
    with scope.acting(ana):
        sharing.own_subject(root, member_id=ana.member_id, at=NOON)
        share(root, owner=ana, ally=bo, level=3, capabilities=["act"])
    return root


def share(root: Ref, *, owner: Actor, ally: Actor, level: int, capabilities: list[str]) -> None:
    sharing.give_access(
        root,
        owner_id=owner.member_id,
        viewer_id=ally.member_id,
        level=level,
        at=NOON,
        capabilities=capabilities,
    )


@pytest.fixture
def attach(case: Ref) -> Callable[..., Evidence]:
    def _attach(actor: Actor, content: bytes = b"lab report", name: str = "lab.txt") -> Evidence:
        with scope.acting(actor):
            return services.store(
                BytesIO(content),
                name,
                root=case,
                actor=actor,
                at=NOON,
                origin=services.Origin(),
            )

    return _attach
