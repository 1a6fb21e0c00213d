"""Reading: after a permission check, whole, as an attachment, and never without a log row."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound
from apps.core.events import Ref
from apps.core.models import Event
from apps.evidence import selectors, services, storage
from apps.evidence.models import CustodyLog, Evidence
from apps.sharing import services as sharing
from tests.evidence.conftest import share
from tests.factories.world import NOON

pytestmark = pytest.mark.django_db


def tamper(evidence: Evidence, content: bytes) -> None:
    path = storage.path_of(evidence.sha256)
    path.chmod(0o600)
    path.write_bytes(content)


def test_every_act_leaves_a_link_and_the_chain_holds(attach: Any, ana: Actor, bo: Actor) -> None:
    evidence = attach(ana)
    with scope.acting(bo):
        services.view(evidence.pk, actor=bo, at=NOON + timedelta(minutes=1))
        _evidence, stream = services.read(evidence.pk, actor=bo, at=NOON + timedelta(minutes=2))
        stream.close()

    with scope.acting(ana):
        services.verify(evidence.pk, actor=ana, at=NOON + timedelta(minutes=3))
        log = list(selectors.log_of(evidence))
    assert [row.act for row in log] == ["acquired", "viewed", "downloaded", "verified"]
    assert [row.member_id for row in log] == [m.member_id for m in (ana, bo, bo, ana)]
    assert selectors.first_break(log) is None


def test_verification_names_a_tampered_file(attach: Any, ana: Actor, case: Ref) -> None:
    evidence = attach(ana, b"genuine", "lab.txt")
    tamper(evidence, b"forged!")

    with scope.acting(ana):
        verdict = services.verify(evidence.pk, actor=ana, at=NOON)
        event = Event.objects.get(subject_id=case[1], name="evidence.altered")
    assert not verdict.is_intact
    assert verdict.evidence.file_name == event.payload["file_name"] == "lab.txt"


def test_tampered_file_is_not_handed_out(attach: Any, ana: Actor) -> None:
    evidence = attach(ana)
    tamper(evidence, b"forged")

    with scope.acting(ana), pytest.raises(DomainError) as refusal:
        services.read(evidence.pk, actor=ana, at=NOON)
    assert refusal.value.code == "evidence.altered"
    assert "lab.txt" in str(refusal.value.message)


def test_lost_file_is_found_missing(attach: Any, ana: Actor) -> None:
    evidence = attach(ana)
    storage.path_of(evidence.sha256).unlink()

    with scope.acting(ana):
        assert services.verify(evidence.pk, actor=ana, at=NOON).found == ""


@pytest.mark.parametrize("column", ["act", "sha256", "by", "at", "seq"])
def test_changed_log_row_breaks_the_chain(attach: Any, ana: Actor, column: str) -> None:
    evidence = attach(ana)
    with scope.acting(ana):
        services.verify(evidence.pk, actor=ana, at=NOON)
        log = list(selectors.log_of(evidence))

    changed = {"act": "viewed", "sha256": "0" * 64, "by": None, "at": NOON.replace(year=2020)}
    setattr(log[1], column, changed.get(column, 7))
    assert selectors.first_break(log) == log[1].seq


def test_log_cannot_be_changed_by_the_running_application(attach: Any, ana: Actor) -> None:
    attach(ana)

    for change in (CustodyLog.objects.all().delete, lambda: CustodyLog.objects.update(reason="x")):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with scope.acting(ana), refused, transaction.atomic():
            change()


def test_stranger_finds_nothing_by_any_service(attach: Any, ana: Actor, cy: Actor) -> None:
    evidence = attach(ana)

    with scope.acting(cy):
        for service in (services.view, services.read, services.verify):
            with pytest.raises(NotFound):
                service(evidence.pk, actor=cy, at=NOON)
        assert not CustodyLog.objects.exists()
        assert not Evidence.objects.exists()


def test_ally_below_the_case_level_sees_no_files(
    attach: Any, ana: Actor, bo: Actor, case: Ref
) -> None:
    evidence = attach(ana)
    with scope.acting(ana):
        share(case, owner=ana, ally=bo, level=2, capabilities=[])

    with scope.acting(bo), pytest.raises(NotFound):
        services.view(evidence.pk, actor=bo, at=NOON)
    with scope.acting(bo), pytest.raises(NotFound):
        selectors.of_subject(bo, case)


def test_ally_keeps_its_own_file_after_access_has_ended(
    attach: Any, ana: Actor, bo: Actor, case: Ref
) -> None:
    mine, theirs = attach(bo, b"bo's"), attach(ana, b"ana's")
    with scope.acting(ana):
        services.view(mine.pk, actor=ana, at=NOON)
        sharing.take_access(case, viewer_id=bo.member_id)

    with scope.acting(bo):
        assert [row.pk for row in selectors.of_subject(bo, case)] == [mine.pk]
        services.view(mine.pk, actor=bo, at=NOON)
        with pytest.raises(NotFound):
            services.view(theirs.pk, actor=bo, at=NOON)
    with scope.acting(ana):
        assert selectors.first_break(selectors.log_of(mine)) is None
