"""What reaches me, on the page and over the API: one's own to say, and no key's."""

from typing import Any

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.notifications import selectors, services, vapid
from apps.notifications.models import Browser, Group
from tests.factories.world import NOON
from tests.notifications.telling import rest

pytestmark = pytest.mark.django_db
API = "/api/v1/notifications"
KEY = vapid.public_key_of(vapid.make_private_key())
SUBSCRIPTION = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/ana",
    "p256dh": KEY,
    "auth": "c2l4dGVlbiBieXRlcyBvaw",
    "name": "Firefox · Linux",
}


def choices(**changed: Any) -> dict[str, Any]:
    start = {"digest_at": "08:00"} | {f"mail_{group}": "needed" for group in Group}
    return {**start, **changed}


def mail_of(actor: Actor, group: str) -> str:
    with scope.acting(actor):
        return selectors.preferences(actor.member_id, actor.user_id)[Group(group)].mail


@pytest.fixture
def browser(ana: Actor) -> Browser:
    told = {**SUBSCRIPTION, "label": SUBSCRIPTION["name"]}
    del told["name"]
    with scope.acting(ana):
        return services.add_browser(services.Subscription(**told), actor=ana, at=NOON)


def test_page_keeps_the_choices_and_the_hour(ana: Actor, as_ana: Client) -> None:
    answer = as_ana.post(
        "/notifications/reach/", choices(mail_chat="digest", push_chat="on", digest_at="07:30")
    )

    assert answer.status_code == 302
    with scope.acting(ana):
        kept = selectors.preferences(ana.member_id, ana.user_id)
        assert (kept[Group.CHAT].mail, kept[Group.CHAT].push) == ("digest", True)
        assert kept[Group.CASES].push is False
        assert selectors.digest_at(ana.member_id, ana.user_id) == "07:30"


def test_page_says_what_is_wrong_and_keeps_what_was_typed(ana: Actor, as_ana: Client) -> None:
    answer = as_ana.post("/notifications/reach/", choices(mail_chat="digest", digest_at="24:61"))

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Give a time between 00:00 and 23:59." in page
    assert 'value="24:61"' in page
    assert '<option value="digest" selected>' in page
    assert mail_of(ana, "chat") == "needed"


def test_page_keeps_and_ends_quiet_hours(ana: Actor, as_ana: Client) -> None:
    hours = {"starts": "20:00", "ends": "06:30", "days": ["0", "1"]}
    as_ana.post("/notifications/reach/quiet/", hours)
    kept = selectors.quiet_hours(ana.user_id)
    page = as_ana.get("/notifications/reach/").content.decode()
    as_ana.post("/notifications/reach/quiet/", {"end": "1"})

    assert kept is not None
    assert (kept.starts, kept.ends, kept.days) == ("20:00", "06:30", [0, 1])
    assert "You rest now" in page
    assert selectors.quiet_hours(ana.user_id) is None


def test_page_refuses_a_rest_that_never_ends(ana: Actor, as_ana: Client) -> None:
    hours = {"starts": "08:00", "ends": "08:00", "days": [str(day) for day in range(7)]}

    answer = as_ana.post("/notifications/reach/quiet/", hours)

    assert answer.status_code == 400
    assert "Leave some hours in which you can be reached." in answer.content.decode()
    assert selectors.quiet_hours(ana.user_id) is None


def test_explanation_follows_the_form_before_it_is_saved(ana: Actor, as_ana: Client) -> None:
    asked = {"starts": "22:00", "ends": "07:00", "days": ["0", "1", "2"]}

    said = as_ana.get("/notifications/reach/explained/", asked).content.decode()

    assert "At 03:00 your time an escalation or an emergency would still ring at once." in said
    assert "At 03:00 your time everything else would wait until Wed 07:00." in said
    assert selectors.quiet_hours(ana.user_id) is None


def test_explanation_names_the_rest_that_a_clock_change_shortens(
    mia: Actor, as_mia: Client
) -> None:
    asked = {"starts": "22:00", "ends": "07:00", "days": [str(day) for day in range(7)]}

    said = as_mia.get("/notifications/reach/explained/", asked).content.decode()

    assert "in the rest that starts 27 Mar 2027 22:00: it is 1 hour shorter." in said


@pytest.mark.parametrize("asked", [{}, {"starts": "x", "ends": "07:00", "days": "0"}])
def test_explanation_of_half_a_form_asks_for_the_rest(
    as_ana: Client, asked: dict[str, str]
) -> None:
    answer = as_ana.get("/notifications/reach/explained/", asked)

    assert answer.status_code == 200
    assert b"Give " in answer.content


def test_browsers_are_listed_tried_and_removed_on_the_page(
    browser: Browser, as_ana: Client
) -> None:
    page = as_ana.get("/notifications/reach/").content.decode()
    tried = as_ana.post(f"/notifications/browsers/{browser.pk}/try/")
    removed = as_ana.post(f"/notifications/browsers/{browser.pk}/remove/")

    assert "Firefox · Linux" in page
    assert browser.endpoint not in page
    assert (tried.status_code, removed.status_code) == (302, 302)
    assert not Browser.objects.exists()


def test_button_to_push_says_why_it_is_off(as_ana: Client, settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = ""

    page = as_ana.get("/notifications/reach/").content.decode()

    assert 'data-push-enable aria-disabled="true" aria-describedby="why-push"' in page
    assert "its operator has set no keys for it" in page


def test_api_reads_and_changes_preferences(ana: Actor, as_ana: Client) -> None:
    wanted = {"groups": [{"group": "swaps", "mail": "never", "push": False}], "digest_at": "06:15"}

    changed = as_ana.patch(f"{API}/preferences/", wanted, content_type="application/json").json()

    groups = {row["group"]: (row["mail"], row["push"]) for row in changed["groups"]}
    assert changed == as_ana.get(f"{API}/preferences/").json()
    assert groups["swaps"] == ("never", False)
    assert groups["chat"] == ("needed", True)
    assert changed["digest_at"] == "06:15"


@pytest.mark.parametrize(
    "wrong",
    [
        {"groups": [{"group": "weather", "mail": "now", "push": True}]},
        {"groups": [{"group": "chat", "mail": "pigeon", "push": True}]},
        {"groups": [{"group": "chat"}]},
        {"digest_at": "8"},
    ],
)
def test_api_refuses_what_nobody_can_choose(as_ana: Client, wrong: dict[str, Any]) -> None:
    answer = as_ana.patch(f"{API}/preferences/", wrong, content_type="application/json")

    assert answer.status_code == 400


def test_api_keeps_explains_and_ends_quiet_hours(as_ana: Client) -> None:
    hours = {"starts": "20:00", "ends": "07:00", "days": [0, 1, 2, 3, 4, 5, 6]}

    kept = as_ana.put(f"{API}/quiet-hours/", hours, content_type="application/json").json()
    ended = as_ana.delete(f"{API}/quiet-hours/").json()

    assert kept["hours"] == hours
    assert kept["resting_until"] == "2026-11-24T23:00:00Z"
    assert kept["explained"][0].startswith("You rest now")
    assert (ended["hours"], ended["resting_until"]) == (None, None)


def test_api_adds_tries_and_removes_a_browser(as_ana: Client) -> None:
    added = as_ana.post(f"{API}/browsers/", SUBSCRIPTION, content_type="application/json")
    ident = added.json()["id"]
    told = as_ana.get(f"{API}/browsers/").json()

    assert added.status_code == 201
    assert [row["name"] for row in told["browsers"]] == ["Firefox · Linux"]
    assert told["public_key"].startswith("B")
    assert "fcm.googleapis.com" not in str(told)
    assert as_ana.post(f"{API}/browsers/{ident}/try/").status_code == 202
    assert as_ana.delete(f"{API}/browsers/{ident}/").status_code == 204
    assert as_ana.delete(f"{API}/browsers/{ident}/").status_code == 404


def test_api_names_the_field_of_a_bad_address(as_ana: Client) -> None:
    wrong = {**SUBSCRIPTION, "endpoint": "https://169.254.169.254/"}

    answer = as_ana.post(f"{API}/browsers/", wrong, content_type="application/json")

    assert answer.status_code == 400
    assert "endpoint" in str(answer.json())


def test_key_stands_for_no_person_and_is_told_so(as_dee: Client) -> None:
    body = {"starts": "20:00", "ends": "07:00", "days": [0]}
    answers = [
        as_dee.get(f"{API}/preferences/"),
        as_dee.patch(f"{API}/preferences/", {}, content_type="application/json"),
        as_dee.get(f"{API}/quiet-hours/"),
        as_dee.put(f"{API}/quiet-hours/", body, content_type="application/json"),
        as_dee.delete(f"{API}/quiet-hours/"),
        as_dee.get(f"{API}/browsers/"),
        as_dee.post(f"{API}/browsers/", SUBSCRIPTION, content_type="application/json"),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert {answer.json()["code"] for answer in answers} == {"notifications.person_only"}


@pytest.mark.parametrize("who", ["as_cy", "as_mia", "as_bo", "as_dee"])
def test_others_neither_see_nor_change_what_reaches_her(
    browser: Browser, ana: Actor, who: str, request: pytest.FixtureRequest
) -> None:
    rest(ana, "20:00", "07:00")
    client: Client = request.getfixturevalue(who)
    before = selectors.quiet_hours(ana.user_id)

    client.delete(f"{API}/quiet-hours/")
    for path in (f"{API}/browsers/{browser.pk}/", f"{API}/browsers/{browser.pk}/try/"):
        assert client.delete(path).status_code in {404, 405}
        assert client.post(path).status_code in {404, 405}
    if who != "as_dee":
        assert client.get(f"{API}/browsers/").json()["browsers"] == []
        assert client.get(f"{API}/quiet-hours/").json()["hours"] is None
        assert client.post(f"/notifications/browsers/{browser.pk}/remove/").status_code == 404
        assert client.post(f"/notifications/browsers/{browser.pk}/try/").status_code == 404
        client.post("/notifications/reach/quiet/", {"end": "1"})

    assert selectors.quiet_hours(ana.user_id) == before
    assert Browser.objects.filter(pk=browser.pk).exists()
