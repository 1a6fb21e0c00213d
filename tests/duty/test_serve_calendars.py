"""Calendars over the API and on pages: what each reader gets, and what is refused."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.duty import selectors
from apps.duty.models import CalendarFeed, CalendarSource, Desk, ImportedShift
from apps.members.models import Member
from tests.duty.conftest import NOON, desk_of
from tests.duty.test_import_calendars import SATURDAY, calendar, event
from tests.factories.world import client_of, make_person

FREE = event(SATURDAY, uid="off", more="TRANSP:TRANSPARENT")


@pytest.fixture(autouse=True)
def at_noon(db: None) -> None:
    cache.clear()
    clock.move_to(NOON)


def sent(client: Client, method: str, path: str, body: Any = None) -> Any:
    data = json.dumps(body) if body is not None else ""
    return client.generic(method.upper(), f"/api/v1/{path}", data, content_type="application/json")


def upload(*events: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("watch.ics", calendar(*events), "text/calendar")


def test_address_of_a_desk_is_made_listed_read_and_withdrawn(ana: Actor, hangzhou: Desk) -> None:
    client, path = client_of(ana), f"desks/{hangzhou.pk}/feeds/"

    made = sent(client, "post", path, {"name": "Phone"})
    listed = client.get(f"/api/v1/{path}").json()
    address = made.json()["url"].removeprefix("http://127.0.0.1:8000")
    read = Client().get(address)
    gone = client.delete(f"/api/v1/duty/feeds/{made.json()['id']}/")

    assert (made.status_code, read.status_code, gone.status_code) == (201, 200, 204)
    assert [(row["name"], "url" in row) for row in listed] == [("Phone", False)]
    assert Client().get(address).status_code == 404
    assert client.get(f"/api/v1/{path}").json() == []


def test_own_addresses_are_the_persons_alone(ana: Actor, hangzhou: Desk) -> None:
    colleague = make_person("Lin Wu", Member.objects.get(pk=ana.member_id))

    made = sent(client_of(ana), "post", "duty/feeds/", {})

    assert made.status_code == 201
    assert len(client_of(ana).get("/api/v1/duty/feeds/").json()) == 1
    assert client_of(colleague).get("/api/v1/duty/feeds/").json() == []
    theirs = f"/api/v1/duty/feeds/{made.json()['id']}/"
    assert client_of(colleague).delete(theirs).status_code == 404


def test_calendar_is_looked_at_used_read_and_removed(ana: Actor, hangzhou: Desk) -> None:
    client, path = client_of(ana), f"desks/{hangzhou.pk}/calendars/"

    looked = client.post(f"/api/v1/{path}", {"file": upload(event(SATURDAY), FREE)})
    one = f"{path}{looked.json()['id']}/"
    used = sent(client, "post", f"{one}use/")
    listed = client.get(f"/api/v1/{path}").json()
    again = sent(client, "post", f"{one}read/")
    gone = client.delete(f"/api/v1/{one}")

    assert (looked.status_code, looked.json()["state"]) == (201, "draft")
    assert looked.json()["report"]["shifts_count"] == 1
    assert (used.status_code, used.json()["state"]) == (200, "active")
    assert [row["name"] for row in listed] == ["Watch"]
    assert (again.status_code, again.json()["code"]) == (409, "calendar.just_read")
    assert gone.status_code == 204
    with scope.acting(ana):
        assert not ImportedShift.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "http://calendar.example/a.ics"},
        {"url": "https://ana:pass@calendar.example/a.ics"},
        {"url": "https://10.0.0.1/a.ics"},
        {"url": "a" * 3_000},
        {"url": "https://calendar.example/", "name": "n" * 81},
    ],
)
def test_bad_address_is_a_problem_at_its_field(ana: Actor, hangzhou: Desk, body: Any) -> None:
    answer = sent(client_of(ana), "post", f"desks/{hangzhou.pk}/calendars/", body)

    assert answer.status_code == 400
    assert set(answer.json()["fields"]) <= {"url", "name"}


def test_address_of_a_calendar_is_told_by_its_host_alone(ana: Actor, hangzhou: Desk) -> None:
    with scope.acting(ana):
        source = CalendarSource.objects.create(
            member_id=ana.member_id,
            desk=hangzhou,
            kind="feed",
            state="active",
            name="Rota",
            url="https://rota.example/private-tamarisk/a.ics",
            report={"events": [], "events_count": 0, "taken_count": 0, "shifts_count": 0},
            failing_since=NOON,
            failures=2,
            error="answered",
            error_detail="503",
            created_at=NOON,
        )
    client = client_of(ana)

    told = client.get(f"/api/v1/desks/{hangzhou.pk}/calendars/{source.pk}/").content.decode()
    desk = client.get(f"/desks/{hangzhou.pk}/").content.decode()
    page = client.get(f"/desks/{hangzhou.pk}/calendars/{source.pk}/").content.decode()

    for text in (told, desk, page):
        assert "rota.example" in text
        assert "tamarisk" not in text
    assert "answers with status 503" in told
    assert "not readable" in desk
    assert "answers with status 503 instead of a calendar." in page


ROUTES = [
    ("get", "feeds/", None),
    ("post", "feeds/", {"name": "Phone"}),
    ("get", "calendars/", None),
    ("post", "calendars/", {"url": "https://calendar.example/a.ics"}),
    ("get", f"calendars/{uuid7()}/", None),
    ("delete", f"calendars/{uuid7()}/", None),
    ("post", f"calendars/{uuid7()}/use/", None),
    ("post", f"calendars/{uuid7()}/read/", None),
]


@pytest.mark.parametrize("route", ROUTES)
def test_unallied_member_gets_not_found_everywhere(
    cy: Actor, hangzhou: Desk, route: tuple[str, str, Any]
) -> None:
    method, part, body = route

    answer = sent(client_of(cy), method, f"desks/{hangzhou.pk}/{part}", body)

    assert answer.status_code == 404
    assert not CalendarFeed.objects.exists()


def test_ally_follows_a_desk_but_sees_and_adds_no_calendar(
    ana: Actor, bo: Actor, allied: None, hangzhou: Desk
) -> None:
    client, path = client_of(bo), f"desks/{hangzhou.pk}/"

    assert sent(client, "post", f"{path}feeds/", {}).status_code == 201
    assert client.get(f"/api/v1/{path}calendars/").status_code == 403
    body = {"url": "https://calendar.example/a.ics"}
    assert sent(client, "post", f"{path}calendars/", body).status_code == 403
    assert client_of(ana).get(f"/api/v1/{path}feeds/").json() == []
    page = client.get(f"/desks/{hangzhou.pk}/").content.decode()
    assert "Make an address" in page
    assert "Hours from calendars" not in page


def test_page_shows_a_new_address_once(ana: Actor, hangzhou: Desk) -> None:
    client, path = client_of(ana), f"/desks/{hangzhou.pk}/"

    made = client.post(f"{path}feeds/", {"name": "Kitchen wall"})
    after = client.get(path).content.decode()

    address = made.context["address"]
    assert made.status_code == 201
    assert address in made.content.decode()
    assert made.context["webcal"] == address.replace("http:", "webcal:")
    assert address.rpartition("/")[2] not in after
    assert "Kitchen wall" in after
    client.post(f"/calendars/{CalendarFeed.objects.get().pk}/withdraw/")
    assert "Kitchen wall" not in client.get(path).content.decode()


def test_own_duty_has_a_page_of_its_own(ana: Actor, hangzhou: Desk) -> None:
    client = client_of(ana)

    empty = client.get("/calendars/").content.decode()
    made = client.post("/calendars/", {"name": "Wall"})
    feed = CalendarFeed.objects.get()
    gone = client.post(f"/calendars/{feed.pk}/withdraw/")

    assert "No calendar program reads your duty yet." in empty
    assert (made.status_code, feed.desk_id) == (201, None)
    assert "it is not shown again" in made.content.decode()
    assert gone.headers["Location"] == "/calendars/"


def test_preview_says_event_by_event_what_would_be(ana: Actor, hangzhou: Desk) -> None:
    client, path = client_of(ana), f"/desks/{hangzhou.pk}/"

    looked = client.post(f"{path}calendars/", {"file": upload(event(SATURDAY), FREE)})
    preview = client.get(looked.headers["Location"]).content.decode()
    used = client.post(f"{looked.headers['Location']}use/")

    assert "Nothing counts yet: <b>1 time</b> would be duty of Hangzhou." in preview
    assert "<b>1 event</b> is left out." in preview
    assert "Left out: shown as free, so nobody is on duty." in preview
    assert used.headers["Location"] == path
    assert "1 time" in client.get(path).content.decode()
    client.post(f"{looked.headers['Location']}remove/")
    with scope.acting(ana):
        assert list(selectors.calendars(hangzhou)) == []


def test_refused_calendar_keeps_what_was_typed(ana: Actor, hangzhou: Desk) -> None:
    client, path = client_of(ana), f"/desks/{hangzhou.pk}/calendars/"
    typed = {"url": "http://calendar.example/tamarisk.ics", "name": "Our watch"}

    answer = client.post(path, typed)
    both = client.post(path, {**typed, "file": upload()})

    assert (answer.status_code, both.status_code) == (400, 400)
    for text in ("must begin with https://", "tamarisk.ics", 'value="Our watch"'):
        assert text in answer.content.decode()
    assert "one of the two" in both.content.decode()


@pytest.mark.parametrize("part", ["calendars/", "feeds/"])
def test_unallied_member_posts_to_nothing(cy: Actor, hangzhou: Desk, part: str) -> None:
    answer = client_of(cy).post(f"/desks/{hangzhou.pk}/{part}", {"name": "x"})

    assert answer.status_code == 404


def test_analyst_sees_calendars_and_why_she_may_not_change_them(ana: Actor, hangzhou: Desk) -> None:
    client, path = client_of(ana), f"/desks/{hangzhou.pk}/calendars/"
    draft = client.post(path, {"file": upload(event(SATURDAY))}).headers["Location"]
    analyst = client_of(make_person("Lin Wu", Member.objects.get(pk=ana.member_id)))

    page = analyst.get(draft).content.decode()
    tried = analyst.post(f"{draft}use/")

    assert "Only a manager or an admin can change desks." in page
    assert "Use this calendar" not in page
    assert tried.headers["Location"] == draft
    with scope.acting(ana):
        assert CalendarSource.objects.get().state == "draft"


def test_other_desks_calendar_is_unknown(ana: Actor, hangzhou: Desk) -> None:
    client = client_of(ana)
    draft = client.post(f"/desks/{hangzhou.pk}/calendars/", {"file": upload()}).headers["Location"]
    milan = desk_of(ana, "Milan", "Europe/Rome", "09:00", "18:00")

    other = draft.replace(str(hangzhou.pk), str(milan.pk))

    assert client.get(other).status_code == 404
    assert client.post(f"{other}use/").status_code == 404
