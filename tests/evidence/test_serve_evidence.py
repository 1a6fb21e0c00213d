"""Files over HTTP: the API, the panel and the download."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.asgi import ASGIRequest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.events import Ref
from apps.core.ids import uuid7
from apps.evidence.models import CustodyLog, Evidence
from apps.evidence.web.serving import attachment
from tests.factories.world import client_of

pytestmark = pytest.mark.django_db
Attach = Callable[..., Evidence]


def listing(case: Ref) -> str:
    return f"/api/v1/evidence/?root={case[0]}:{case[1]}"


def upload(client: Client, case: Ref, content: bytes = b"x", **more: Any) -> Any:
    file = SimpleUploadedFile(more.pop("name", "a.txt"), content, content_type="text/html")
    return client.post(listing(case), {"file": file, **more})


def test_file_is_attached_and_listed(case: Ref, ana: Actor) -> None:
    client = client_of(ana)

    answer = upload(client, case, b"hello", note="Lab", name="../x.txt")

    assert answer.status_code == 201
    body = answer.json()
    assert (body["file_name"], body["media_type"]) == ("x.txt", "text/plain")
    assert body["claimed_type"] == "text/html"
    assert [row["id"] for row in client.get(listing(case)).json()["results"]] == [body["id"]]


def test_known_content_of_another_member_gets_the_same_answer(
    case: Ref, attach: Attach, ana: Actor, cy: Actor
) -> None:
    own_case = ("investigation", uuid7())
    with scope.acting(cy):
        from apps.sharing import services as sharing
        from tests.factories.world import NOON

        sharing.own_subject(own_case, member_id=cy.member_id, at=NOON)
    attach(ana, b"secret")

    known, new = (upload(client_of(cy), own_case, body) for body in (b"secret", b"unheard of"))

    assert known.status_code == new.status_code == 201
    assert known.json().keys() == new.json().keys()


def test_download_is_an_attachment_that_nothing_renders(
    case: Ref, attach: Attach, ana: Actor
) -> None:
    evidence = attach(ana, b"<svg onload=alert(1)>", "图.svg")

    answer = client_of(ana).get(f"/api/v1/evidence/{evidence.pk}/content/")

    assert b"".join(answer.streaming_content) == b"<svg onload=alert(1)>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E5%9B%BE.svg"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("prefix", ["/api/v1/evidence", "/evidence"])
def test_range_sends_the_whole_and_head_is_refused(attach: Attach, ana: Actor, prefix: str) -> None:
    path, client = f"{prefix}/{attach(ana, b'0123456789').pk}/content/", client_of(ana)

    whole = client.get(path, headers={"Range": "bytes=0-1"})

    assert whole.status_code == 200
    assert b"".join(whole.streaming_content) == b"0123456789"
    assert client.head(path).status_code == 405


def test_acts_over_http_are_logged(attach: Attach, ana: Actor) -> None:
    evidence, client = attach(ana), client_of(ana)

    client.get(f"/api/v1/evidence/{evidence.pk}/")
    list(client.get(f"/api/v1/evidence/{evidence.pk}/content/").streaming_content)
    verdict = client.post(f"/api/v1/evidence/{evidence.pk}/verify/").json()

    assert verdict["is_intact"]
    log = client.get(f"/api/v1/evidence/{evidence.pk}/log/").json()["results"]
    assert [row["act"] for row in log] == ["acquired", "viewed", "downloaded", "verified"]


def test_stranger_gets_the_same_404_as_for_nothing(
    case: Ref, attach: Attach, ana: Actor, cy: Actor
) -> None:
    evidence, client = attach(ana), client_of(cy)
    for path in ("", "content/", "log/"):
        real = client.get(f"/api/v1/evidence/{evidence.pk}/{path}")
        absent = client.get(f"/api/v1/evidence/{uuid7()}/{path}")
        assert (real.status_code, real.content) == (404, absent.content)
        assert real.headers.keys() == absent.headers.keys()

    assert client.post(f"/api/v1/evidence/{evidence.pk}/verify/").status_code == 404
    assert client.get(listing(case)).status_code == 404
    assert upload(client, case).status_code == 404
    with scope.acting(ana):
        assert CustodyLog.objects.count() == Evidence.objects.count() == 1


def test_stranger_gets_no_page(case: Ref, attach: Attach, ana: Actor, cy: Actor) -> None:
    evidence, client = attach(ana), client_of(cy)

    pages = ["", "content/"]
    assert {client.get(f"/evidence/{evidence.pk}/{page}").status_code for page in pages} == {404}
    assert client.post(f"/evidence/{evidence.pk}/verify/").status_code == 404
    panel = f"/evidence/panel/{case[0]}/{case[1]}/"
    assert client.get(panel).status_code == client.post(panel, {}).status_code == 404


def test_panel_attaches_and_shows_the_refusal_in_place(case: Ref, ana: Actor) -> None:
    client, panel = client_of(ana), f"/evidence/panel/{case[0]}/{case[1]}/"
    headers = {"HX-Request": "true"}

    empty = client.post(
        panel, {"file": SimpleUploadedFile("a", b""), "note": "kept"}, headers=headers
    )
    added = client.post(panel, {"file": SimpleUploadedFile("b.txt", b"b")}, headers=headers)

    assert "The file is empty." in empty.content.decode()
    assert "kept" in empty.content.decode()
    assert "b.txt" in added.content.decode()


def test_file_page_shows_its_log_and_escapes_its_note(case: Ref, ana: Actor) -> None:
    client = client_of(ana)
    created = upload(client, case, note="<script>alert(1)</script>").json()

    page = client.get(f"/evidence/{created['id']}/").content.decode()

    assert "<script>alert(1)" not in page
    assert created["sha256"] in page


def test_announced_length_is_refused_before_the_body_is_parsed(
    case: Ref, ana: Actor, settings: Any
) -> None:
    settings.EVIDENCE_MAX_BYTES = 10

    answer = upload(client_of(ana), case, b"x" * 400_000)

    assert answer.status_code == 413
    assert answer.json()["code"] == "evidence.too_large"


@pytest.mark.parametrize("root", ["", "investigation", "investigation:7", ":x", "a:b:c"])
def test_root_that_cannot_be_read_is_refused(ana: Actor, root: str) -> None:
    assert client_of(ana).get(f"/api/v1/evidence/?root={root}").status_code == 400


def test_root_of_an_unknown_kind_is_not_found(ana: Actor) -> None:
    assert client_of(ana).get(f"/api/v1/evidence/?root=secret:{uuid7()}").status_code == 404


def test_member_of_a_file_cannot_be_named_by_the_request(case: Ref, ana: Actor, cy: Actor) -> None:
    body = upload(client_of(ana), case, member_id=str(cy.member_id)).json()

    assert body["member_id"] == str(ana.member_id)


async def test_asynchronous_server_streams_piece_by_piece(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"0123456789" * 300_000)
    request = ASGIRequest({"type": "http", "method": "GET", "path": "/", "headers": []}, BytesIO())

    with (tmp_path / "x").open("rb") as stream:
        response = attachment(request, Evidence(file_name="x", size=3_000_000), stream)
        pieces = [piece async for piece in response]

    assert response.is_async
    assert len(pieces) == 3
    assert sum(map(len, pieces)) == 3_000_000
