"""A file in a room is evidence of its subject: stored by its digest, its custody logged."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.chat import selectors, services
from apps.chat.models import Room
from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.ids import uuid7
from apps.evidence import services as evidence
from apps.evidence.models import CustodyLog, Evidence
from tests.chat.conftest import Post
from tests.factories.world import NOON, client_of

pytestmark = pytest.mark.django_db
# One pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "08d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def evidence_root(settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"


def store(actor: Actor, room: Room, content: bytes = PNG, name: str = "shelf.png") -> Evidence:
    with scope.acting(actor):
        return evidence.store(
            BytesIO(content), name, root=room.root, actor=actor, at=NOON, origin=evidence.Origin()
        )


def acts(actor: Actor, file: Evidence) -> list[str]:
    with scope.acting(actor):
        log = CustodyLog.objects.filter(evidence_id=file.pk).order_by("seq")
        return [str(act) for act in log.values_list("act", flat=True)]


def test_message_carries_files_of_its_room_without_a_word(
    room: Room, post: Post, bo: Actor, as_ana: Client
) -> None:
    file = store(bo, room)

    post(bo, "", files=[file.pk])

    shown = as_ana.get(f"/api/v1/rooms/{room.pk}/messages/").json()["results"][0]["files"][0]
    assert (shown["name"], shown["sha256"]) == ("shelf.png", file.sha256)
    assert shown["preview"] == f"/evidence/{file.pk}/preview/"
    assert "shelf.png" in as_ana.get(f"/rooms/panel/investigation/{room.root_id}/").content.decode()


def test_first_look_of_each_person_at_a_picture_is_an_act(
    room: Room, ana: Actor, bo: Actor, as_ana: Client, as_cy: Client
) -> None:
    file = store(bo, room)
    address = f"/evidence/{file.pk}/preview/"

    answers = [as_ana.get(address) for _ in range(3)]

    assert acts(ana, file) == ["acquired", "viewed"]
    assert b"".join(answers[0].streaming_content) == PNG
    assert answers[0]["Content-Type"] == "image/png"
    assert answers[0]["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answers[0]["Content-Security-Policy"]
    for prefix in ("", "/api/v1"):
        assert as_cy.get(prefix + address).status_code == 404


def test_what_only_calls_itself_a_picture_is_not_shown(
    room: Room, ana: Actor, as_ana: Client
) -> None:
    for content, name in (
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "x.png"),
        (b"<html><script>alert(1)</script></html>", "x.jpg"),
        (b"%PDF-1.7", "x.gif"),
    ):
        file = store(ana, room, content, name)
        assert as_ana.get(f"/api/v1/evidence/{file.pk}/preview/").status_code == 404


def test_file_of_another_room_or_of_nobody_is_refused(
    room: Room, post: Post, ana: Actor, mia: Actor, bo: Actor
) -> None:
    with scope.acting(mia):
        circle = next(one.room for one in selectors.rooms(mia) if one.room.kind == "circle")
    elsewhere = store(mia, circle)

    for files in ([elsewhere.pk], [uuid7()], ["nope"], "x", [uuid7()] * 11, {"a": 1}):
        with pytest.raises(Invalid):
            post(ana, "look", files=files)


def test_deleted_message_shows_no_file_and_the_evidence_stays(
    room: Room, post: Post, ana: Actor, as_bo: Client
) -> None:
    file = store(ana, room)
    seq = post(ana, "look", files=[file.pk]).seq
    with scope.acting(ana):
        services.delete_message(room.pk, seq, actor=ana, at=NOON)

    shown = as_bo.get(f"/api/v1/rooms/{room.pk}/messages/{seq}/").json()

    assert shown["files"] == []
    with scope.acting(ana):
        assert Evidence.objects.filter(pk=file.pk).exists()


def test_link_becomes_a_card_only_for_what_every_reader_of_the_room_may_see(
    room: Room, post: Post, ana: Actor, mia: Actor, as_bo: Client
) -> None:
    with scope.acting(mia):
        desk = next(one.room for one in selectors.rooms(mia) if one.room.kind == "circle")
    ours, theirs = store(ana, room), store(mia, desk, name="secret.png")
    post(ana, "the plan")
    post(
        ana,
        f"see https://x.example/rooms/{room.pk}/messages/1/ and /evidence/{ours.pk}/"
        f" not /rooms/{desk.pk}/messages/1/ /evidence/{theirs.pk}/ /evidence/{uuid7()}/",
    )

    cards = as_bo.get(f"/api/v1/rooms/{room.pk}/messages/2/").json()["cards"]

    assert [(one["kind"], one.get("excerpt", one.get("name"))) for one in cards] == [
        ("message", "the plan"),
        ("file", "shelf.png"),
    ]


def test_direct_room_refuses_files_with_the_reason_and_names_where_they_can_go(
    room: Room, ana: Actor, bo: Actor, cy: Actor, as_ana: Client
) -> None:
    file = store(ana, room)
    for actor in (ana, bo):
        with scope.acting(actor):
            services.mark_read(room.pk, seq=0, actor=actor)
    with scope.acting(ana):
        talk = services.open_direct([bo.user_id], actor=ana, at=NOON)
        assert [one.pk for one in selectors.rooms_of_all(ana, talk)] == [room.pk]
    with scope.acting(cy):
        assert selectors.rooms_of_all(cy, talk) == []
    url = f"/api/v1/rooms/{talk.pk}/messages/"
    sent = {"cid": str(uuid7()), "body": "x", "files": [str(file.pk)]}

    answer = as_ana.post(url, sent, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (403, "chat.no_files_directly")
    assert "evidence belongs to a case" in answer.json()["title"]
    assert client_of(cy).post(url, sent, content_type="application/json").status_code == 404
    assert "data-attach-refused" in as_ana.get(f"/rooms/{talk.pk}/").content.decode()
