"""Every route of the product: strangers without an account get in nowhere, and nothing breaks."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from apps.core.api.authentication import HasActor
from apps.core.api.views import ApiView
from tests.architecture.methods import methods_of

SOME_ID = "01890000-0000-7000-8000-000000000000"
VALUES = {
    "uuid": SOME_ID,
    "int": "1",
    "slug": "x",
    "str": "investigation",
    "uidb64": "x",
    "token": "x",
}
# Open on purpose: the door itself, health, the API's description, a link's holder.
OPEN = {
    "/healthz",
    "/readyz",
    "/styleguide/",
    "/sign-in/",
    "/sign-out/",
    "/language/",
    "/password/reset/",
    "/password/reset/sent/",
    "/password/reset/x/x/",
    "/notifications/unsubscribe/x/",
    "/api/v1/schema/",
    "/api/v1/docs/",
}


def walk(patterns: list[Any], prefix: str = "/") -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        route = prefix + filled(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from walk(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


def filled(route: str) -> str:
    """The route with something plausible for each of its parameters."""
    parts = route.split("<")
    done = parts[0]
    for part in parts[1:]:
        parameter, rest = part.split(">", 1)
        kind, _colon, name = parameter.rpartition(":")
        done += VALUES.get(name, VALUES.get(kind, "x")) + rest
    return done


ROUTES = sorted(walk(get_resolver().url_patterns), key=lambda found: found[0])
PATHS = sorted({path for path, _view in ROUTES})
CLOSED = [path for path in PATHS if path not in OPEN]


def test_views_of_the_api_share_one_base() -> None:
    views = {view.view_class for path, view in ROUTES if hasattr(view, "view_class")}
    api = {v for v in views if issubclass(v, APIView) and v.__module__.startswith("apps.")}

    others = {view.__name__ for view in api if not issubclass(view, ApiView)}
    assert others == {"DocsView", "SchemaView"}


def test_view_of_the_api_opens_itself_to_nobody() -> None:
    views = {view.view_class for _path, view in ROUTES if hasattr(view, "view_class")}
    own = [v for v in views if issubclass(v, ApiView)]

    # What a view asks beyond that somebody acts for a member may only be stricter.
    asks = {v: v.permission_classes for v in own}
    assert [v for v, them in asks.items() if not them] == []
    assert [v for v, them in asks.items() if not all(issubclass(p, HasActor) for p in them)] == []
    assert [v for v in own if v.authentication_classes != ApiView.authentication_classes] == []


@pytest.mark.parametrize("path", CLOSED)
def test_nobody_without_an_account_gets_in(client: Client, db: None, path: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"):
        answer = client.generic(method, path, "{}", content_type="application/json")

        assert answer.status_code in {302, 401, 403, 404, 405}, method
        if answer.status_code == 302:
            assert answer["Location"].startswith("/sign-in/")


BODIES = [{}, [], 7, {"id": SOME_ID, "member_id": SOME_ID, "version": "x"}]
READS_BODIES = {
    (path, method)
    for path, view in ROUTES
    for method in ("POST", "PATCH")
    if path not in OPEN and path.startswith("/api/") and method in methods_of(view)
}


def test_views_of_the_api_that_read_bodies_are_found() -> None:
    assert {("/api/v1/leads/", "POST"), (f"/api/v1/leads/{SOME_ID}/", "PATCH")} <= READS_BODIES
    assert (f"/api/v1/leads/{SOME_ID}/", "POST") not in READS_BODIES


@pytest.mark.parametrize("path", [path for path in CLOSED if path.startswith("/api/")])
def test_unknown_thing_or_odd_body_is_a_clear_refusal(as_stranger: Client, path: str) -> None:
    tries = [("GET", {}), ("DELETE", {})]
    for method in ("POST", "PATCH"):
        # Who reads no body refuses the method, whatever comes with it.
        bodies = BODIES if (path, method) in READS_BODIES else BODIES[:1]
        tries += [(method, body) for body in bodies]
    for method, body in tries:
        answer = as_stranger.generic(
            method, path, json.dumps(body), content_type="application/json"
        )
        assert answer.status_code < 500
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["code"]


@pytest.mark.parametrize("path", [path for path in CLOSED if not path.startswith("/api/")])
def test_page_about_an_unknown_thing_never_breaks(as_stranger: Client, path: str) -> None:
    assert as_stranger.get(path).status_code < 500
    assert as_stranger.post(path).status_code < 500


HOSTILE = ["\x00", "'; DROP TABLE x", "%00", "٣", "9" * 40, "\u202e"]


@pytest.mark.parametrize(
    "path", [path for path in PATHS if "/api/v1/" in path and "/0189" not in path]
)
def test_hostile_query_is_a_clear_answer(as_stranger: Client, path: str) -> None:
    for text in HOSTILE:
        query = dict.fromkeys(("q", "cursor", "page_size", "after", "state", "root", "from"), text)
        assert as_stranger.get(path, query).status_code < 500
