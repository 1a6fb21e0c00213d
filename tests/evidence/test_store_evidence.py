"""Acquiring: content-addressed, written once, nothing the client says is believed."""

import hashlib
import stat
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import Ref
from apps.core.models import Event
from apps.evidence import services, storage
from apps.evidence.models import CustodyLog, Evidence
from tests.factories.world import NOON

pytestmark = pytest.mark.django_db


def test_content_is_kept_under_its_digest_and_read_only(attach: Any, ana: Actor) -> None:
    evidence = attach(ana, b"mercury 40x")

    kept = storage.path_of(evidence.sha256)
    assert evidence.sha256 == hashlib.sha256(b"mercury 40x").hexdigest()
    assert kept.read_bytes() == b"mercury 40x"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o400
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_acquiring_is_announced_in_the_sequence_of_the_case(
    attach: Any, ana: Actor, case: Ref
) -> None:
    evidence = attach(ana)

    with scope.acting(ana):
        event = Event.objects.get(subject_id=case[1], name="evidence.added")
    assert event.payload["evidence_id"] == str(evidence.pk)
    assert event.seq == 1


def test_same_content_twice_is_one_file_and_two_records(
    attach: Any, ana: Actor, bo: Actor, evidence_root: Path
) -> None:
    first, second = attach(ana, b"same"), attach(bo, b"same", "other.txt")

    assert first.sha256 == second.sha256
    assert first.pk != second.pk
    assert len([p for p in evidence_root.rglob("*") if p.is_file()]) == 1


def test_original_already_there_is_never_written_again(attach: Any, ana: Actor) -> None:
    kept = storage.path_of(attach(ana, b"same").sha256)
    before = kept.stat()

    attach(ana, b"same")

    after = kept.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_too_large_a_file_is_refused_and_nothing_stays(
    attach: Any, ana: Actor, settings: Any, evidence_root: Path
) -> None:
    settings.EVIDENCE_MAX_BYTES = 10

    with pytest.raises(DomainError) as refusal:
        attach(ana, b"x" * 11)

    assert refusal.value.code == "evidence.too_large"
    assert refusal.value.status == 413
    assert not [p for p in evidence_root.rglob("*") if p.is_file()]
    with scope.acting(ana):
        assert not Evidence.objects.exists()


def test_empty_file_is_refused(attach: Any, ana: Actor) -> None:
    with pytest.raises(DomainError, match=r"evidence\.empty"):
        attach(ana, b"")


def test_ally_who_may_act_attaches_a_row_of_its_own(attach: Any, ana: Actor, bo: Actor) -> None:
    evidence = attach(bo)

    assert evidence.member_id == bo.member_id
    with scope.acting(ana):
        assert Evidence.objects.filter(pk=evidence.pk).exists()


def test_ally_who_may_only_read_is_refused(attach: Any, ana: Actor, bo: Actor, case: Ref) -> None:
    from tests.evidence.conftest import share

    with scope.acting(ana):
        share(case, owner=ana, ally=bo, level=3, capabilities=["comment"])

    with pytest.raises(DomainError) as refusal:
        attach(bo)
    assert refusal.value.code == "evidence.read_only"


def test_stranger_gets_not_found_and_nothing_changes(attach: Any, ana: Actor, cy: Actor) -> None:
    with pytest.raises(NotFound):
        attach(cy)

    with scope.acting(ana):
        assert not Evidence.objects.exists()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example/a", "http://", "//x", "h"])
def test_source_must_be_a_web_address(case: Ref, ana: Actor, url: str) -> None:
    origin = services.Origin(source_url=url)

    with scope.acting(ana), pytest.raises(Invalid) as refusal:
        services.store(BytesIO(b"x"), "a", root=case, actor=ana, at=NOON, origin=origin)
    assert "source_url" in refusal.value.fields


def test_capture_in_the_future_is_refused(case: Ref, ana: Actor) -> None:
    origin = services.Origin(captured_at=NOON + timedelta(seconds=1))

    with scope.acting(ana), pytest.raises(Invalid) as refusal:
        services.store(BytesIO(b"x"), "a", root=case, actor=ana, at=NOON, origin=origin)
    assert "captured_at" in refusal.value.fields


def test_acquiring_leaves_the_first_link_of_the_log(attach: Any, ana: Actor) -> None:
    evidence = attach(ana)

    with scope.acting(ana):
        row = CustodyLog.objects.get(evidence_id=evidence.pk)
    assert (row.seq, row.act, row.by, row.previous) == (1, "acquired", ana.user_id, "")
    assert row.sha256 == evidence.sha256
