"""Row-level security alone: every selector stripped away, each table asked for all it has."""

import contextlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from apps.chat import services as chat
from apps.chat.models import Room
from apps.core import access, scope, walls
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import Level
from apps.evidence import services as evidence
from apps.investigations import services as investigations
from apps.investigations.models import Investigation
from apps.leads import services as leads
from apps.leads.drafts import Draft
from apps.members import services as members
from apps.sharing import services as sharing
from tests.factories.world import NOON
from tests.investigations.conftest import make_desk, open_case

# An unmanaged model is another look at a table that is listed already.
WALLED = [
    m
    for m in apps.get_models()
    if m._meta.managed and walls.kind_of(m) and walls.kind_of(m).is_walled
]
# Tables that the world below fills: a test of an empty table would prove nothing.
FILLED = 18


@pytest.fixture
def case(mia: Actor, bo: Actor, settings: Any, tmp_path: Path) -> Investigation:
    """A case of Aurelis with something in every drawer."""
    settings.EVIDENCE_ROOT = tmp_path
    opened = open_case(mia, make_desk(mia, "Milan", "Europe/Rome"), summary="Three shops.")
    subject = ("investigation", opened.pk)
    with scope.acting(mia):
        members.add_brand("Lumen", actor=mia, at=NOON)
        urls = {"url": ("https://shop.example/item/7",)}
        draft = Draft(title="Serum", values=urls)
        lead = leads.create_lead(draft, actor=mia, at=NOON)
        leads.save_mapping("Registry", {"Shop": "title"}, actor=mia, at=NOON)
        investigations.link_lead(opened, lead.pk, actor=mia, at=NOON)
        investigations.add_task(
            opened.pk, investigations.NewTask(title="Call Prato"), actor=mia, at=NOON
        )
        evidence.store(
            BytesIO(b"report"), "a.txt", root=subject, actor=mia, at=NOON, origin=evidence.Origin()
        )
        room = Room.objects.get(root_id=opened.pk)
        chat.post_message(room.pk, cid=uuid7(), body="Seizure at 15:00.", actor=mia, at=NOON)
    return opened


def seen(actor: Actor, *, of: Actor) -> dict[str, int]:
    """How many rows of another member each table gives away when asked for everything."""
    counts = {}
    with scope.acting(actor):
        for model in WALLED:
            column = walls.kind_of(model).member_column
            counts[model._meta.label] = model.objects.filter(**{column: of.member_id}).count()
    return {label: count for label, count in counts.items() if count}


def test_owner_has_something_in_most_tables(case: Investigation, mia: Actor) -> None:
    assert len(seen(mia, of=mia)) >= FILLED


def test_stranger_sees_no_row_of_any_table(case: Investigation, mia: Actor, cy: Actor) -> None:
    assert seen(cy, of=mia) == {}
    assert seen(Actor.public(), of=mia) == {}
    assert seen(Actor.system(cy.member_id), of=mia) == {}


def test_ally_of_the_same_circle_sees_the_circle_only(
    case: Investigation, mia: Actor, bo: Actor
) -> None:
    labels = {label.split(".")[0] for label in seen(bo, of=mia)}

    # Its own access rows, and the circle that both sit in with its events and its room.
    assert labels <= {"sharing", "core", "chat"}
    assert set(seen(bo, of=mia)) & {"chat.Message", "chat.ReadMarker"} == set()


def test_nothing_is_read_without_an_actor(case: Investigation, mia: Actor) -> None:
    filled = seen(mia, of=mia)

    for label in filled:
        with pytest.raises(ProgrammingError, match="no member is bound"), transaction.atomic():
            apps.get_model(label).objects.first()


@pytest.mark.parametrize("level", [Level.TEASER, Level.SELECTORS, Level.CASE])
def test_ally_reads_up_to_its_level(
    case: Investigation, mia: Actor, bo: Actor, level: Level
) -> None:
    with scope.acting(mia):
        sharing.give_access(
            ("investigation", case.pk),
            owner_id=mia.member_id,
            viewer_id=bo.member_id,
            level=level,
            at=NOON,
        )

    found = seen(bo, of=mia)

    assert found["investigations.Investigation"] == 1
    assert ("evidence.Evidence" in found) == (level >= Level.CASE)
    assert ("chat.Message" in found) == (level >= Level.CASE)
    assert not {"members.Brand", "leads.ImportMapping", "core.Idempotency"} & set(found)


def tried_by(actor: Actor, act: Callable[[], object]) -> None:
    """Refused by the database with an error, or without an effect."""
    with contextlib.suppress(ProgrammingError), scope.acting(actor), transaction.atomic():
        act()


def test_ally_who_reads_everything_changes_nothing(
    case: Investigation, mia: Actor, bo: Actor
) -> None:
    with scope.acting(mia):
        sharing.give_access(
            ("investigation", case.pk),
            owner_id=mia.member_id,
            viewer_id=bo.member_id,
            level=Level.FULL,
            at=NOON,
        )
    before = seen(mia, of=mia)

    for model in WALLED:
        column = walls.kind_of(model).member_column
        theirs = model.objects.filter(**{column: mia.member_id})
        tried_by(bo, lambda rows=theirs, column=column: rows.update(**{column: bo.member_id}))
        tried_by(bo, theirs.delete)

    assert seen(mia, of=mia) == before


def test_stranger_cannot_plant_a_row_in_anothers_name(
    case: Investigation, mia: Actor, cy: Actor
) -> None:
    case.pk = uuid7()
    with pytest.raises(ProgrammingError, match="row-level security"), scope.acting(cy):
        case.save(force_insert=True)


def test_expired_access_is_no_access(case: Investigation, mia: Actor, bo: Actor) -> None:
    with scope.acting(mia):
        sharing.give_access(
            ("investigation", case.pk),
            owner_id=mia.member_id,
            viewer_id=bo.member_id,
            level=Level.CASE,
            at=NOON,
            expires_at=NOON.replace(year=2020),
        )

    assert "investigations.Investigation" not in seen(bo, of=mia)


def test_pages_and_api_hold_without_their_own_filters(
    case: Investigation, as_cy: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The application's filter says that everything may be read; the database disagrees."""
    monkeypatch.setattr(access, "subject_ids", lambda *_a, **_k: [case.pk])
    monkeypatch.setattr(access, "level", lambda *_a, **_k: Level.FULL)
    monkeypatch.setattr(access, "may_read", lambda *_a, **_k: True)

    for path in (f"/api/v1/investigations/{case.pk}/", f"/investigations/{case.pk}/"):
        assert as_cy.get(path).status_code == 404
    for path in ("/api/v1/investigations/", "/api/v1/leads/", "/investigations/", "/leads/", "/"):
        answer = as_cy.get(path)
        assert answer.status_code == 200
        assert "Serum" not in answer.content.decode()


def test_stamp_does_not_outlive_its_transaction(case: Investigation, mia: Actor) -> None:
    with scope.acting(mia):
        assert Investigation.objects.exists()

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.member', true)")
        assert cursor.fetchone()[0] in {"", None}
