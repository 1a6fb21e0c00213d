"""Desks and duty over the API: what each reader gets, and what is refused."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.duty import selectors, services
from apps.duty.models import Desk
from tests.duty.conftest import NOON, desk_of
from tests.factories.world import client_of

MILAN = {"name": "Milan", "tz": "Europe/Rome", "country": "IT", "languages": ["it"]}


def sent(client: Client, method: str, path: str, body: Any) -> Any:
    data = json.dumps(body) if body is not None else ""
    return client.generic(method.upper(), f"/api/v1/{path}", data, content_type="application/json")


def test_manager_makes_and_changes_a_desk(ana: Actor) -> None:
    client = client_of(ana)

    made = sent(client, "post", "desks/", MILAN)
    body = made.json()
    changed = sent(
        client, "patch", f"desks/{body['id']}/", {"offer_lead": 45, "version": body["version"]}
    )

    assert (made.status_code, changed.status_code) == (201, 200)
    assert changed.json()["offer_lead"] == 45
    assert changed.json()["tz"] == "Europe/Rome"


def test_stale_version_is_a_conflict(ana: Actor, hangzhou: Desk) -> None:
    answer = sent(client_of(ana), "patch", f"desks/{hangzhou.pk}/", {"order": 3, "version": 0})

    assert answer.status_code == 409
    assert answer.json()["code"] == "stale"


def test_wrong_zone_is_a_problem_at_its_field(ana: Actor) -> None:
    answer = sent(client_of(ana), "post", "desks/", MILAN | {"tz": "Mars/Base"})

    assert answer.status_code == 400
    assert "tz" in answer.json()["fields"]


def test_owner_of_a_new_desk_is_never_taken_from_the_body(ana: Actor, bo: Actor) -> None:
    answer = sent(client_of(ana), "post", "desks/", MILAN | {"member_id": str(bo.member_id)})

    assert answer.json()["member_id"] == str(ana.member_id)


def test_windows_are_replaced_as_a_whole(ana: Actor, hangzhou: Desk) -> None:
    night = {"days": [0, 6], "start": "22:00", "end": "06:00"}

    answer = sent(client_of(ana), "put", f"desks/{hangzhou.pk}/windows/", {"windows": [night]})

    assert answer.status_code == 200
    assert [w["end"] for w in answer.json()] == ["06:00"]


@pytest.mark.parametrize("part", ["closures", "extra-cover"])
def test_reason_is_shown_to_the_own_member_only(
    ana: Actor, bo: Actor, allied: None, hangzhou: Desk, part: str
) -> None:
    path = f"desks/{hangzhou.pk}/{part}/"
    stretch = {
        "starts_at": "2027-03-09T01:00:00Z",
        "ends_at": "2027-03-09T03:00:00Z",
        "reason": "Raid",
    }

    made = sent(client_of(ana), "post", path, stretch)
    seen = client_of(bo).get(f"/api/v1/{path}").json()
    gone = client_of(ana).delete(f"/api/v1/{path}{made.json()['id']}/")

    assert made.json()["reason"] == "Raid"
    assert [set(row) for row in seen] == [{"id", "starts_at", "ends_at"}]
    assert gone.status_code == 204
    assert client_of(bo).get(f"/api/v1/{path}").json() == []


def test_holiday_is_added_and_taken_back(ana: Actor, hangzhou: Desk) -> None:
    client, path = client_of(ana), f"desks/{hangzhou.pk}/holidays/"

    made = sent(client, "post", path, {"on": "2027-03-09", "name": "Team day"}).json()
    duty = f"/api/v1/desks/{hangzhou.pk}/duty/?from=2027-03-09T00:00Z&to=2027-03-10T00:00Z"
    closed = client.get(duty).json()["on_duty"]
    client.delete(f"/api/v1/{path}{made['id']}/")

    assert closed == []
    assert client.get(duty).json()["on_duty"] == [["2027-03-09T01:00:00Z", "2027-03-09T10:00:00Z"]]


def test_people_are_their_own_members_to_know(
    ana: Actor, bo: Actor, allied: None, hangzhou: Desk
) -> None:
    path = f"desks/{hangzhou.pk}/people/"

    made = sent(client_of(ana), "post", path, {"user_id": str(ana.user_id)})

    assert made.status_code == 201
    assert client_of(ana).get(f"/api/v1/{path}").json() == [{"user_id": str(ana.user_id)}]
    assert client_of(bo).get(f"/api/v1/{path}").status_code == 403


ROUTES = [
    ("get", "", None),
    ("patch", "", {"order": 1, "version": 2}),
    ("put", "windows/", {"windows": []}),
    ("get", "holidays/", None),
    ("post", "holidays/", {"on": "2027-03-09"}),
    ("post", "holidays/fill/", {"years": [2027]}),
    ("delete", f"holidays/{uuid7()}/", None),
    ("get", "closures/", None),
    ("post", "closures/", {"starts_at": "2027-03-09T01:00Z", "ends_at": "2027-03-09T02:00Z"}),
    ("delete", f"closures/{uuid7()}/", None),
    ("get", "extra-cover/", None),
    ("post", "extra-cover/", {"starts_at": "2027-03-09T01:00Z", "ends_at": "2027-03-09T02:00Z"}),
    ("delete", f"extra-cover/{uuid7()}/", None),
    ("get", "people/", None),
    ("post", "people/", {"user_id": str(uuid7())}),
    ("delete", f"people/{uuid7()}/", None),
    ("get", "duty/", None),
]


@pytest.mark.parametrize("route", ROUTES)
def test_unallied_member_gets_not_found_everywhere(
    cy: Actor, ana: Actor, hangzhou: Desk, route: tuple[str, str, Any]
) -> None:
    method, part, body = route
    answer = sent(client_of(cy), method, f"desks/{hangzhou.pk}/{part}", body)

    assert answer.status_code == 404
    with scope.acting(ana):
        fresh = selectors.desk(ana, hangzhou.pk)
        assert (fresh.version, fresh.windows.count()) == (hangzhou.version, 1)
        assert not fresh.holidays.exists()
        assert not fresh.closures.exists()
        assert not fresh.extra_cover.exists()
        assert not fresh.people.exists()


def test_unallied_member_counts_nothing(cy: Actor, hangzhou: Desk) -> None:
    client = client_of(cy)

    assert client.get("/api/v1/desks/").json()["results"] == []
    assert client.get("/api/v1/duty/now/").json() == []
    assert client.get("/api/v1/duty/coverage/").json()["on_duty"] == {}
    assert client.get(f"/api/v1/duty/coverage/?desks={hangzhou.pk}").status_code == 404


def test_nobody_signed_in_is_refused(hangzhou: Desk) -> None:
    assert Client().get("/api/v1/desks/").status_code == 401
    assert sent(Client(), "post", "duty/plan/", []).status_code == 401


def test_coverage_tells_gaps_and_overlaps(
    ana: Actor, bo: Actor, allied: None, hangzhou: Desk
) -> None:
    desk_of(bo, "Milan", "Europe/Rome", "09:00", "18:00")

    answer = client_of(ana).get(
        "/api/v1/duty/coverage/?from=2027-03-08T00:00Z&to=2027-03-09T00:00Z"
    )

    # Hangzhou 01-10 UTC, Milan 08-17 UTC.
    assert answer.json()["gaps"] == [
        ["2027-03-08T00:00:00Z", "2027-03-08T01:00:00Z"],
        ["2027-03-08T17:00:00Z", "2027-03-09T00:00:00Z"],
    ]
    assert answer.json()["overlaps"] == [["2027-03-08T08:00:00Z", "2027-03-08T10:00:00Z"]]


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "from=2027-02-30T00:00Z",
        "from=2027-03-08T00:00",
        "from=0001-01-01T00:00Z",
        "from=2027-03-08T00:00Z&to=2027-03-07T00:00Z",
        "from=2027-03-08T00:00Z&to=2029-03-07T00:00Z",
        "desks=all",
    ],
)
def test_bad_range_is_a_problem(ana: Actor, query: str) -> None:
    assert client_of(ana).get(f"/api/v1/duty/coverage/?{query}").status_code == 400


def test_queries_do_not_grow_with_desks(ana: Actor, hangzhou: Desk) -> None:
    def counted() -> int:
        with scope.acting(ana), CaptureQueriesContext(connection) as seen:
            selectors.coverage(selectors.desks(ana), NOON, NOON + timedelta(days=7))
            selectors.standings(selectors.desks(ana), NOON)
        return len(seen)

    few = counted()
    for number in range(8):
        desk_of(ana, f"Desk {number}", "Asia/Tokyo", "09:00", "18:00")

    assert counted() == few


def test_plan_answers_like_the_command(ana: Actor) -> None:
    plan = {
        "kind": "coverage",
        "range": ["2027-03-08T00:00Z", "2027-03-09T00:00Z"],
        "desks": [
            {
                "id": "a",
                "tz": "Asia/Shanghai",
                "windows": [{"days": [0], "start": "09:00", "end": "18:00"}],
                "holidays": [],
            }
        ],
    }

    one = sent(client_of(ana), "post", "duty/plan/", plan)
    two = sent(client_of(ana), "post", "duty/plan/", [plan, plan])

    assert one.json()["on_duty"] == {"a": [["2027-03-08T01:00Z", "2027-03-08T10:00Z"]]}
    assert two.json() == [one.json(), one.json()]


def test_bad_plan_names_index_and_field(ana: Actor) -> None:
    good = {"kind": "clock", "tz": "Europe/Rome", "rows": [{"local": "2027-03-28T02:30"}]}
    bad = good | {"tz": "Europe/Atlantis"}

    answer = sent(client_of(ana), "post", "duty/plan/", [good, bad])

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json()["index"], answer.json()["field"]) == (1, "tz")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"kind": 1, "kind": 2}', b"7"])
def test_what_is_no_plan_is_a_problem(ana: Actor, body: bytes) -> None:
    answer = client_of(ana).post("/api/v1/duty/plan/", body, content_type="application/json")

    assert answer.status_code == 400


def test_plan_too_long_is_refused_unread(ana: Actor) -> None:
    answer = client_of(ana).post(
        "/api/v1/duty/plan/", b" " * 2_000_001, content_type="application/json"
    )

    assert answer.status_code == 413


def test_duty_now_tells_who_is_on_and_who_is_next(ana: Actor, hangzhou: Desk) -> None:
    monday = datetime(2027, 3, 8, 2, tzinfo=UTC)
    desk_of(ana, "Milan", "Europe/Rome", "09:00", "18:00")

    with scope.acting(ana):
        first, second = selectors.standings(selectors.desks(ana), monday)

    assert (first.desk.name, first.is_on_duty) == ("Hangzhou", True)
    assert second.starts_at == datetime(2027, 3, 8, 8, tzinfo=UTC)
    assert len(client_of(ana).get("/api/v1/duty/now/").json()) == 2


def test_always_open_desk_has_no_end(ana: Actor) -> None:
    desk = desk_of(ana, "Always", "UTC", "00:00", "24:00", days=(0, 1, 2, 3, 4, 5, 6))

    with scope.acting(ana):
        assert selectors.duty_end(desk, NOON) == selectors.FOREVER
        assert selectors.next_start(desk, NOON) is None
    shown = client_of(ana).get("/api/v1/duty/now/").json()[0]
    assert (shown["is_on_duty"], shown["ends_at"]) == (True, None)


def test_inactive_desk_is_on_duty_never(ana: Actor, hangzhou: Desk) -> None:
    with scope.acting(ana):
        desk = services.change_desk(
            hangzhou.pk, {"is_active": False}, version=hangzhou.version, actor=ana, at=NOON
        )

        assert selectors.next_start(desk, NOON) is None
        assert desk not in selectors.desks(ana)
