"""Every route that names a thing: another member's thing is an unknown thing, and stays as it is.

A new route fails here until its parameters and, if it changes something, its body are known.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

from apps.core.actor import Actor
from tests.architecture.conftest import Standing
from tests.architecture.methods import methods_of
from tests.factories.full_world import SECRET, FullWorld, fingerprint
from tests.factories.world import client_of
from tests.investigations.conftest import make_desk

WORDS = {
    "name": "facts",
    "root_type": "investigation",
    "subject_type": "investigation",
    "seq": "1",
    "verb": "withdraw",
}
# Links that carry their own secret, which is no id of a thing.
SECRETS = {
    "duty:calendar_feed",
    "members:invitation",
    "members:password_reset_confirm",
    "notifications:unsubscribe",
}
SOME_ID = str(uuid4())
# Sound for every form of the API: only the thing that the route names is wrong.
SOUND: dict[str, Any] = {
    "version": 1,
    "name": "Lumen",
    "tz": "Europe/Rome",
    "languages": ["en"],
    "role": "analyst",
    "windows": [{"days": [0], "start": "09:00", "end": "17:00"}],
    "on": "2026-12-24",
    "years": [2026],
    "starts_at": "2026-12-01T00:00Z",
    "ends_at": "2026-12-02T00:00Z",
    "user_id": SOME_ID,
    "unit": "daily",
    "start_on": "2026-12-01",
    "start_time": "09:00",
    "people": [SOME_ID],
    "rota_id": SOME_ID,
    "cid": SOME_ID,
    "body": "Hello.",
    "emoji": "👍",
    "seq": 1,
    "severity": "stable",
    "mapping": {"shop": "title", "url": "url"},
    "title": "Mine",
    "status": "waiting",
    "outcome": "takedown",
    "reason": "Because.",
    "desk_id": SOME_ID,
    "assignee_id": None,
    "lead_ids": [SOME_ID],
    "grantee_id": SOME_ID,
    "audience": [{"kind": "member", "id": SOME_ID, "level": 1, "purpose": "Seizure"}],
    "level": 3,
    "purpose": "Seizure",
    "offered_level": 1,
    "target_id": SOME_ID,
    "changes": {"title": "Mine"},
    "country": "CN",
    "read_back": "The whole of it, understood as it was meant.",
    "reason_code": "other",
    "situation": "Mine now.",
    "text": "Something else was meant.",
    "person_id": None,
    "of": SOME_ID,
    "until": "2026-12-01T00:00Z",
    "tells": True,
    "format": "csv",
    "endpoint": "https://fcm.googleapis.com/fcm/send/mine",
}
# A list that is empty for whatever is not there.
EMPTY_LISTS = {"api:investigation-handovers"}


@dataclass(frozen=True)
class Route:
    """One pattern: its name, its address with gaps, the names of its parameters, its methods."""

    name: str
    address: str
    parameters: tuple[str, ...]
    methods: tuple[str, ...]

    def at(self, ids: dict[str, Any]) -> str:
        return self.address.format(**{name: ids[name] for name in self.parameters})


def routes(entries: list[Any], prefix: str = "/", space: str = "") -> Iterator[Route]:
    for entry in entries:
        address = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(entry.pattern))
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from routes(entry.url_patterns, address, inner)
        elif "{" in address:
            names = tuple(re.findall(r"{(\w+)}", address))
            yield Route(f"{space}{entry.name}", address, names, methods_of(entry.callback))


ROUTES = [r for r in routes(get_resolver().url_patterns) if r.name not in SECRETS]


@pytest.fixture
def world(standing: Standing, db: None) -> FullWorld:
    return standing.world


@pytest.fixture
def cy(standing: Standing) -> Actor:
    """A manager of a member that sits in no circle with the world's."""
    return standing.cy


def send(client: Client, method: str, route: Route, ids: dict[str, Any]) -> HttpResponseBase:
    if route.name.startswith("api:"):
        kind = "application/json"
        return client.generic(method, route.at(ids), json.dumps(SOUND), content_type=kind)
    return getattr(client, method.lower())(route.at(ids))


def seen(answer: HttpResponseBase, ids: dict[str, Any]) -> tuple[Any, ...]:
    """What a stranger can tell one answer from another by, but for what he asked himself."""
    text = answer.content.decode()
    for name, value in ids.items():
        if name not in WORDS:
            text = text.replace(str(value), f"<{name}>")
    # The token against forged requests is masked anew in each page.
    text = re.sub(r"\b[A-Za-z0-9]{64}\b", "<token>", text)
    # The clock ticks on between two answers.
    text = re.sub(r'data-offset="[^"]*">\d\d:\d\d', "<clock>", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "<request>", text)
    headers = {k: v for k, v in answer.items() if k not in {"X-Request-Id", "Server-Timing"}}
    headers.pop("Content-Security-Policy", None)
    return answer.status_code, text, headers.get("Content-Type"), headers.get("Location")


def ask(client: Client, route: Route, ids: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What each of its methods answers, and with how many questions to the database."""
    told = []
    for method in route.methods:
        # The log of questions has an end, and there are many routes.
        connection.queries_log.clear()
        with CaptureQueriesContext(connection) as asked:
            answer = send(client, method, route, ids)
        told.append((method, *seen(answer, ids), len(asked)))
    return told


def random_ids(world: FullWorld) -> dict[str, Any]:
    return {**WORDS, **{name: uuid4() for name in world.ids}}


def test_each_parameter_of_a_route_has_an_example(world: FullWorld) -> None:
    known = {*world.ids, *WORDS}
    strange = {f"{r.address} ({p})" for r in ROUTES for p in r.parameters if p not in known}

    assert not strange, f"say in full_world.py or WORDS what these routes name: {strange}"


def test_thing_of_another_member_is_an_unknown_thing(world: FullWorld, cy: Actor) -> None:
    client, before, wrong = client_of(cy), fingerprint(world), []
    client.get("/")

    for route in ROUTES:
        hidden = ask(client, route, {**WORDS, **world.ids})
        absent = ask(client, route, random_ids(world))
        wrong += [(route.name, h, a) for h, a in zip(hidden, absent, strict=True) if h != a]
        statuses = {answer[1] for answer in hidden} - {405}
        if statuses != ({200} if route.name in EMPTY_LISTS else {404}):
            wrong.append((route.name, statuses))
        assert SECRET not in str(hidden), route.name

    assert not wrong
    assert fingerprint(world) == before


def test_part_of_another_members_thing_is_unknown_under_ones_own(
    world: FullWorld, cy: Actor
) -> None:
    own: dict[str, UUID] = {"desk_id": make_desk(cy, "Los Angeles", "America/Los_Angeles").pk}
    client, before = client_of(cy), fingerprint(world)
    mixed = [r for r in ROUTES if len(r.parameters) == 2 and "desk_id" in r.parameters]

    for route in mixed:
        hidden = ask(client, route, {**WORDS, **world.ids, **own})
        absent = ask(client, route, {**random_ids(world), **own})
        assert hidden == absent, route.name

    assert fingerprint(world) == before


IN_BODIES = [
    ("/api/v1/leads/batch/", {"verb": "dismiss", "ids": ["lead_id"]}),
    ("/api/v1/leads/bulk/", {"verb": "accept", "ids": ["no id"], "person_id": "user_id"}),
    ("/api/v1/investigations/", {"desk_id": "desk_id", "title": "Mine"}),
    ("/api/v1/investigations/", {"desk_id": "own", "title": "Mine", "lead_ids": ["lead_id"]}),
    ("/api/v1/me/switch/", {"member_id": "member_id"}),
    ("/api/v1/evidence/?root=investigation:{root_id}", {}),
]


def filled(value: Any, ids: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: filled(inner, ids) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, ids) for inner in value]
    return str(ids.get(value, value))


def test_id_of_another_member_in_a_body_is_an_unknown_id(world: FullWorld, cy: Actor) -> None:
    own = {"own": make_desk(cy, "Los Angeles", "America/Los_Angeles").pk}
    client, before = client_of(cy), fingerprint(world)

    for path, body in IN_BODIES:
        told = []
        for ids in ({**world.ids, **own}, {**random_ids(world), **own}):
            sent = filled(body, ids)
            answer = client.post(path.format(**ids), sent, content_type="application/json")
            told.append(seen(answer, ids))
        assert told[0] == told[1], (path, body)
        assert 400 <= told[0][0] < 500, (path, body)

    assert fingerprint(world) == before


IN_QUERIES = [
    "/api/v1/rooms/?root=investigation:{root_id}",
    "/api/v1/evidence/?root=investigation:{root_id}",
    "/rooms/search/?q=serum&room={room_id}",
    "/rooms/search/?q=in:{room_id}+serum",
    "/api/v1/messages/search/?q=in:{room_id}+serum",
    "/api/v1/leads/?cursor={lead_id}",
    "/api/v1/duty/coverage/?desks={desk_id}",
    "/api/v1/duty/forecast/?scope=desk:{desk_id}",
    "/api/v1/duty/staffing/?scope=member:{member_id}",
    "/investigations/new/?lead={lead_id}",
    "/leads/?selected={lead_id}",
]


def test_id_of_another_member_in_an_address_is_an_unknown_id(
    world: FullWorld, as_cy: Client
) -> None:
    for path in IN_QUERIES:
        told = []
        for ids in (world.ids, random_ids(world)):
            told.append(seen(as_cy.get(path.format(**ids)), ids))
        assert told[0] == told[1], path
        assert SECRET not in told[0][1], path


PAGES = (
    "investigations handovers desks notifications leads leads/imports leads/bulk leads/searches"
    " coverage people circles leads/shared leads/share leads/requests rooms rooms/waiting"
)
LISTED = (
    "leads leads/bulk lead-searches leads/export.csv imports import-mappings investigations"
    " handovers desks duty/now"
    " duty/forecast duty/staffing cover-requests cover-offers notifications events brands"
    " people members invitations circles circles/candidacies leads/shared copies"
    " deletions access-requests access-questions reshares proposals share-runs rooms"
)
LISTS = [
    "/",
    "/search/?q=serum",
    "/api/v1/search/?q=serum",
    "/rooms/search/?q=serum",
    "/api/v1/messages/search/?q=serum",
    *(f"/{name}/" for name in PAGES.split()),
    *(f"/api/v1/{name}/".replace(".csv/", ".csv") for name in LISTED.split()),
]


def test_list_of_a_stranger_holds_nothing_of_the_world(world: FullWorld, as_cy: Client) -> None:
    # Of each member everybody may know that it is there.
    mine = {str(v) for name, v in world.ids.items() if name != "member_id"}

    for path in LISTS:
        answer = as_cy.get(path)
        assert answer.status_code in {200, 403}, path
        text = b"".join(answer) if answer.streaming else answer.content
        assert SECRET.lower().encode() not in text.lower(), path
        assert not any(value.encode() in text for value in mine), path
