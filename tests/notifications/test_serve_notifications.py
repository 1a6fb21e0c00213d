"""The bell, its list and the API: one's own only."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.notifications.models import Notification
from tests.factories.world import NOON
from tests.notifications.telling import SUBJECT, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(ana: Actor) -> Notification:
    return tell(ana)[0]


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
    assert opened.headers["Location"] == f"/things/{SUBJECT[1]}/"
    assert read_at(told, ana) is not None


def test_list_is_grouped_by_the_readers_own_days(ana: Actor, as_ana: Client) -> None:
    # 15:00 and 17:00 UTC on the 23rd are two days in Shanghai; it is 21:00 of the 24th there.
    for hours, token in ((-21, "1"), (-19, "2"), (0, "3"), (-240, "4")):
        tell(ana, token=token, at=NOON + timedelta(hours=hours))

    page = as_ana.get("/notifications/").content.decode()

    titles = ["Today", "Yesterday", "14 November 2026"]
    places = [page.index(f">{title}</h2>") for title in titles]
    assert places == sorted(places)
    assert page.count('<h2 id="day-') == len(titles)


def test_unread_filter_leaves_out_what_was_read(
    told: Notification, ana: Actor, as_ana: Client
) -> None:
    tell(ana, kind="test.talks", token="2")
    as_ana.post(f"/notifications/{told.pk}/read/")

    page = as_ana.get("/notifications/?show=unread").content.decode()
    listed = as_ana.get("/api/v1/notifications/?unread=true").json()["results"]

    assert "You were mentioned." in page
    assert "A handover is offered" not in page
    assert [row["line"] for row in listed] == ["You were mentioned."]


def test_empty_list_says_what_comes(as_ana: Client, told: Notification) -> None:
    as_ana.post("/notifications/read/")

    assert "Nothing is unread" in as_ana.get("/notifications/?show=unread").content.decode()


def test_one_is_read_without_being_opened(told: Notification, ana: Actor, as_ana: Client) -> None:
    plain = as_ana.post(f"/notifications/{told.pk}/read/")
    fragment = as_ana.post(
        f"/notifications/{told.pk}/read/", {"show": "unread"}, headers={"HX-Request": "true"}
    )

    assert plain.status_code == 302
    assert b"Nothing is unread" in fragment.content
    assert b"<html" not in fragment.content
    assert read_at(told, ana) is not None


def test_failed_delivery_is_said_on_the_list(
    told: Notification, ana: Actor, as_ana: Client
) -> None:
    with scope.acting(ana):
        Notification.objects.filter(pk=told.pk).update(mail="failed")

    assert "could not be delivered" in as_ana.get("/notifications/").content.decode()
    assert as_ana.get("/api/v1/notifications/").json()["results"][0]["mail"] == "failed"


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
        assert client.post(f"/notifications/{told.pk}/read/").status_code == 404
        assert "data-title-count" not in client.get("/notifications/bell/").content.decode()
    assert read_at(told, ana) is None


def test_absent_one_is_not_found(as_ana: Client) -> None:
    assert as_ana.post(f"/api/v1/notifications/{UUID(int=1)}/read/").status_code == 404
