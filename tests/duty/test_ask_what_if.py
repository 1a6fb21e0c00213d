"""What if a desk's hours were others, over the partner API."""

from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.core.actor import Actor
from apps.duty.models import Desk
from tests.duty.conftest import NOON, desk_of
from tests.factories.world import client_of

WORKDAYS = [0, 1, 2, 3, 4]


@pytest.fixture
def utopia(ana: Actor) -> Desk:
    """On duty Monday to Friday from 9 to 17 UTC, without an ally."""
    return desk_of(ana, "Utopia", "UTC", "09:00", "17:00")


def ask(client: Client, desk: Desk, **changes: Any) -> Any:
    body = {"desk_id": str(desk.pk), "week": "2027-03-10", **changes}
    return client.post("/api/v1/duty/what-if/", body, content_type="application/json")


def test_longer_windows_cover_more_and_change_nothing(ana: Actor, utopia: Desk) -> None:
    client = client_of(ana)
    # 400 days from a Monday's noon have 286 working days.
    clock.move_to(NOON)
    longer = [{"days": WORKDAYS, "start": "09:00", "end": "18:00"}]

    found = ask(client, utopia, windows=longer).json()

    before, after = found["before"], found["after"]
    assert before["starts_at"] == after["starts_at"] == "2027-03-08T00:00:00Z"
    gained = after["covered_minutes"] - before["covered_minutes"]
    saved = before["uncovered_minutes_ahead"] - after["uncovered_minutes_ahead"]
    assert gained == 5 * 60
    assert saved == 286 * 60
    assert ask(client, utopia).json()["after"] == before


def test_each_exception_counts(ana: Actor, utopia: Desk) -> None:
    client = client_of(ana)
    plain = ask(client, utopia).json()["before"]["covered_minutes"]
    night = {"starts_at": "2027-03-09T20:00:00Z", "ends_at": "2027-03-09T21:00:30Z"}
    noon = {"starts_at": "2027-03-09T12:00:00Z", "ends_at": "2027-03-09T13:00:00Z"}

    def covered(**changes: Any) -> int:
        return int(ask(client, utopia, **changes).json()["after"]["covered_minutes"]) - plain

    assert covered(holidays=["2027-03-09"]) == -8 * 60
    assert covered(holidays=["2027-03-09"], workdays=["2027-03-09"]) == 0
    assert covered(closures=[noon]) == -60
    assert covered(extra_cover=[night]) == 61


def test_what_could_not_be_kept_is_refused_by_its_field(ana: Actor, utopia: Desk) -> None:
    client = client_of(ana)
    backwards = {"starts_at": "2027-03-09T13:00:00Z", "ends_at": "2027-03-09T12:00:00Z"}

    windows = ask(client, utopia, windows=[{"days": [1], "start": "9", "end": "18:00"}])
    closure = ask(client, utopia, closures=[backwards])
    day = ask(client, utopia, week="March")

    assert [one.status_code for one in (windows, closure, day)] == [400, 400, 400]
    assert "windows[0].start" in windows.json()["fields"]
    assert "ends_at" in closure.json()["fields"]
    assert "week" in day.json()["fields"]


def test_stranger_asks_of_no_desk(cy: Actor, utopia: Desk) -> None:
    assert ask(client_of(cy), utopia).status_code == 404
