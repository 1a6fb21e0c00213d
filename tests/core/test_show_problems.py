"""Refusals: one shape for machines, one page for people, nothing said that should not be."""

from typing import Any

import pytest
from django.test import Client

from apps.core.ids import uuid7
from apps.members.api.views import MeView
from apps.members.models import User

pytestmark = pytest.mark.django_db
JSON = "application/problem+json"


def test_problem_has_type_title_status_and_code(client: Client) -> None:
    answer = client.get("/api/v1/me/")

    body = answer.json()
    assert answer["Content-Type"] == JSON
    assert body["status"] == answer.status_code == 401
    assert body["type"].endswith(body["code"])
    assert body["title"]
    assert body["request_id"] == answer["X-Request-Id"]


def test_problem_of_a_form_names_its_fields(as_mia: Client) -> None:
    answer = as_mia.post("/api/v1/brands/", {"name": ""}, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (400, JSON)
    assert list(answer.json()["fields"]) == ["name"]


def test_body_that_is_no_json_is_a_problem(as_mia: Client) -> None:
    for body in ("{", "", "[[[", '{"name": NaN}', "\x00"):
        answer = as_mia.post("/api/v1/brands/", body, content_type="application/json")
        assert (answer.status_code, answer["Content-Type"]) == (400, JSON)


def test_body_that_is_too_large_is_a_problem_that_says_so(as_mia: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024**2

    answer = as_mia.post(
        "/api/v1/brands/", {"name": "x" * 3 * 1024**2}, content_type="application/json"
    )

    told = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (413, JSON)
    assert (told["code"], told["title"]) == (
        "request.too_large", "This is larger than 2 MB. Send it in parts.",
    )  # fmt: skip


def test_other_content_type_and_method_are_problems(as_mia: Client) -> None:
    form = as_mia.post("/api/v1/brands/", {"name": "Lumen"})
    put = as_mia.put("/api/v1/brands/", "{}", content_type="application/json")

    assert (form.status_code, form["Content-Type"]) == (415, JSON)
    assert (put.status_code, put["Content-Type"]) == (405, JSON)


def test_unknown_route_and_unknown_thing_answer_alike(as_mia: Client) -> None:
    route = as_mia.get("/api/v1/nothing/")
    thing = as_mia.delete(f"/api/v1/brands/{uuid7()}/")

    assert route.status_code == thing.status_code == 404
    assert route["Content-Type"] == thing["Content-Type"] == JSON
    assert route.json() == thing.json()


def test_problem_speaks_the_readers_language(as_mia: Client) -> None:
    User.objects.update(language="zh-hans")

    answer = as_mia.delete(f"/api/v1/brands/{uuid7()}/")

    assert answer["Content-Language"] == "zh-hans"


def test_page_says_why_with_its_status(as_ana: Client) -> None:
    answer = as_ana.post("/people/brands/", {"name": "Lumen"})

    assert answer.status_code == 400
    assert b"Only a manager or an admin" in answer.content


def test_missing_page_is_a_page(as_ana: Client) -> None:
    answer = as_ana.get("/nothing/here/")

    assert answer.status_code == 404
    assert b"<h1>" in answer.content


def test_bug_is_a_plain_500_that_tells_nothing(
    as_ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_args: Any) -> None:
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setattr(MeView, "get", crash)
    as_ana.raise_request_exception = False

    answer = as_ana.get("/api/v1/me/")

    assert (answer.status_code, answer["Content-Type"]) == (500, JSON)
    assert b"secret of the house" not in answer.content


def test_every_answer_keeps_the_strict_headers(client: Client, as_ana: Client) -> None:
    for answer in (client.get("/sign-in/"), as_ana.get("/people/"), as_ana.get("/nothing/")):
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Request-Id"]


def test_unknown_host_is_refused(client: Client) -> None:
    assert client.get("/sign-in/", headers={"Host": "evil.example"}).status_code == 400
