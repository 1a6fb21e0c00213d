"""The bell, its list and the API: one's own only."""

from uuid import UUID

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.notifications import services
from apps.notifications.models import Notification
from tests.factories.world import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(ana: Actor) -> Notification:
    assert ana.user_id is not None
    with scope.acting(Actor.system(ana.member_id)):
        return services.notify(
            [(ana.member_id, ana.user_id)],
            kind="test.rings",
            subject=("handover", uuid7()),
            token="offer 1",
            at=NOON,
        )[0]


def read_at(row: Notification, actor: Actor) -> object:
    with scope.acting(actor):
        return Notification.objects.get(pk=row.pk).read_at


def test_bell_counts_and_puts_the_count_in_the_title(told: Notification, as_ana: Client) -> None:
    page = as_ana.get("/notifications/bell/").content.decode()

    assert 'data-title-count="1"' in page


def test_list_shows_the_line_and_opens_the_subject(
    told: Notification, ana: Actor, as_ana: Client
) -> None:
    page = as_ana.get("/notifications/").content.decode()
    opened = as_ana.get(f"/notifications/{told.pk}/open/")

    assert "A handover is offered to your desk." in page
    assert opened.headers["Location"] == f"/handovers/{told.subject_id}/"
    assert read_at(told, ana) is not None


def test_all_are_read_at_once(told: Notification, ana: Actor, as_ana: Client) -> None:
    as_ana.post("/notifications/read/")

    assert read_at(told, ana) is not None
    assert "data-title-count" not in as_ana.get("/notifications/bell/").content.decode()


def test_api_lists_and_marks(told: Notification, as_ana: Client) -> None:
    listed = as_ana.get("/api/v1/notifications/").json()["results"]
    marked = as_ana.post(f"/api/v1/notifications/{told.pk}/read/")
    rest = as_ana.post("/api/v1/notifications/read/")

    assert [row["id"] for row in listed] == [str(told.pk)]
    assert listed[0]["line"] == "A handover is offered to your desk."
    assert marked.json()["read_at"] is not None
    assert rest.json() == {"count": 0}


@pytest.mark.parametrize("who", ["as_cy", "as_mia", "as_bo", "as_dee"])
def test_others_see_and_change_nothing(
    told: Notification, ana: Actor, who: str, request: pytest.FixtureRequest
) -> None:
    client: Client = request.getfixturevalue(who)

    assert client.get("/api/v1/notifications/").json()["results"] == []
    assert client.post(f"/api/v1/notifications/{told.pk}/read/").status_code == 404
    client.post("/api/v1/notifications/read/")
    if who != "as_dee":
        assert client.get(f"/notifications/{told.pk}/open/").status_code == 404
        assert "data-title-count" not in client.get("/notifications/bell/").content.decode()
    assert read_at(told, ana) is None


def test_absent_one_is_not_found(as_ana: Client) -> None:
    assert as_ana.post(f"/api/v1/notifications/{UUID(int=1)}/read/").status_code == 404
