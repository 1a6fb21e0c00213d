"""Forecasts and cover over the partner API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.duty.models import Desk
from apps.sharing import selectors as circles
from tests.duty.conftest import desk_of
from tests.factories.world import client_of

DAY = timedelta(days=1)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


def post(client: Client, path: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(f"/api/v1{path}", body or {}, content_type="application/json")


@pytest.fixture
def span() -> dict[str, str]:
    start = clock.now().replace(minute=0, second=0, microsecond=0) + DAY
    return {"starts_at": start.isoformat(), "ends_at": (start + DAY).isoformat()}


@pytest.fixture
def circle_id(ana: Actor, allied: None) -> str:
    with scope.acting(ana):
        return str(circles.circles(ana).get().pk)


@pytest.fixture
def recife(bo: Actor) -> Desk:
    return desk_of(bo, "Recife", "America/Recife", "09:00", "17:00")


def test_cover_is_asked_offered_accepted_and_taken_back(
    ana: Actor, bo: Actor, circle_id: str, recife: Desk, span: dict[str, str]
) -> None:
    asker, giver = client_of(ana), client_of(bo)

    asked = post(asker, "/cover-requests/", {"circle_id": circle_id, **span}).json()
    offer = post(giver, f"/cover-requests/{asked['id']}/offers/", {"desk_id": str(recife.pk)})
    taken = post(asker, f"/cover-offers/{offer.json()['id']}/accept/")

    assert (offer.status_code, taken.json()["state"]) == (201, "accepted")
    shown = asker.get(f"/api/v1/cover-requests/{asked['id']}/").json()
    assert (shown["state"], shown["left"]) == ("covered", [])
    extra = asker.get(f"/api/v1/desks/{recife.pk}/extra-cover/").json()
    assert len(extra) == 1
    withdraw = f"/cover-offers/{offer.json()['id']}/withdraw/"
    refused = post(giver, withdraw)
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["reason"])
    assert post(giver, withdraw, {"reason": "Ill."}).json()["state"] == "withdrawn"
    assert len(asker.get(f"/api/v1/cover-requests/{asked['id']}/").json()["left"]) == 1
    assert post(asker, f"/cover-requests/{asked['id']}/withdraw/").json()["state"] == "withdrawn"


def test_offer_unasked_is_read_by_the_circle(
    ana: Actor, bo: Actor, circle_id: str, recife: Desk, span: dict[str, str]
) -> None:
    body = {"circle_id": circle_id, "desk_id": str(recife.pk), **span}

    made = post(client_of(bo), "/cover-offers/", body)

    assert made.status_code == 201
    listed = client_of(ana).get("/api/v1/cover-offers/").json()["results"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    declined = post(client_of(ana), f"/cover-offers/{made.json()['id']}/decline/")
    assert (declined.status_code, declined.json()["code"]) == (403, "cover.to_everybody")


def test_stranger_finds_no_cover(
    ana: Actor, cy: Actor, circle_id: str, recife: Desk, span: dict[str, str]
) -> None:
    asked = post(client_of(ana), "/cover-requests/", {"circle_id": circle_id, **span}).json()
    stranger = client_of(cy)

    assert stranger.get("/api/v1/cover-requests/").json()["results"] == []
    assert stranger.get(f"/api/v1/cover-requests/{asked['id']}/").status_code == 404
    assert post(stranger, f"/cover-requests/{asked['id']}/withdraw/").status_code == 404
    body = {"circle_id": circle_id, **span}
    assert post(stranger, "/cover-requests/", body).status_code == 404


def test_hours_that_have_begun_are_refused_by_field(ana: Actor, circle_id: str) -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    body = {
        "circle_id": circle_id,
        "starts_at": past.isoformat(),
        "ends_at": (past + DAY).isoformat(),
    }

    answer = post(client_of(ana), "/cover-requests/", body)

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["starts_at"]


def test_forecast_tells_the_summer_gap_with_its_cause(ana: Actor) -> None:
    for name, tz in (("LA", "America/Los_Angeles"), ("London", "Europe/London")):
        desk_of(ana, name, tz, "09:00", "17:00", days=EVERY_DAY)
    desk_of(ana, "Shanghai", "Asia/Shanghai", "09:00", "17:00", days=EVERY_DAY)

    answer = client_of(ana).get(
        "/api/v1/duty/forecast/?from=2027-01-01T00:00Z&to=2028-01-01T00:00Z"
    )

    told = answer.json()
    assert told["uncovered_minutes"] == 238 * 60
    assert told["uncovered_by_cause"] == {"clock_change": 238 * 60}
    (line,) = told["lines"]
    assert (line["count"], line["minutes"]) == (238, 60)
    (cause,) = line["causes"]
    assert (cause["tz"], cause["by_minutes"]) == ("America/Los_Angeles", 60)
    assert cause["since"] == "2027-03-14T10:00:00Z"


@pytest.mark.parametrize(
    ("scope_key", "status"),
    [("mine", 200), ("all", 200), ("desk:", 404), ("town:1", 404), (f"circle:{uuid7()}", 404)],
)
def test_scope_is_one_that_the_reader_has(ana: Actor, scope_key: str, status: int) -> None:
    answer = client_of(ana).get("/api/v1/duty/forecast/", {"scope": scope_key})

    assert answer.status_code == status


def test_scope_of_an_ally_and_of_a_circle(
    ana: Actor, bo: Actor, circle_id: str, hangzhou: Desk, recife: Desk
) -> None:
    def desks(key: str) -> set[str]:
        return set(client_of(ana).get("/api/v1/duty/coverage/", {"scope": key}).json()["on_duty"])

    assert desks("mine") == {str(hangzhou.pk)}
    assert desks(f"member:{bo.member_id}") == {str(recife.pk)}
    assert desks(f"circle:{circle_id}") == {str(hangzhou.pk), str(recife.pk)}


def test_desk_of_a_stranger_is_no_scope(cy: Actor, hangzhou: Desk) -> None:
    for path in ("forecast", "staffing", "coverage"):
        answer = client_of(cy).get(f"/api/v1/duty/{path}/", {"scope": f"desk:{hangzhou.pk}"})
        assert answer.status_code == 404


def test_staffing_counts_the_fewest_of_each_hour(ana: Actor) -> None:
    desk_of(ana, "Half", "UTC", "00:30", "02:00", days=EVERY_DAY)

    answer = client_of(ana).get(
        "/api/v1/duty/staffing/?from=2027-03-08T00:00Z&to=2027-03-08T03:00Z"
    )

    assert answer.json()["fewest"] == [0, 1, 0]
