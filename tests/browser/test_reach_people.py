"""The bell, its list and its settings in real windows: live, by keys, and asked for on a click."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.notifications import selectors, services
from tests.browser.watching import Window
from tests.factories.world import NOON, make_member, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Elsewhere = Callable[..., Any]
Open = Callable[..., Window]
COUNT_REQUESTS = """
  window.asked = 0;
  const ask = Notification.requestPermission.bind(Notification);
  Notification.requestPermission = () => { window.asked += 1; return ask(); };
"""
RECEIVE = """async (worker) => {
  const registration = await navigator.serviceWorker.register(worker);
  const fresh = registration.installing || registration.waiting;
  if (fresh) await new Promise((done) => fresh.addEventListener(
    "statechange", () => { if (fresh.state === "activated") done(); }));
}"""
SHOWN = """async () => {
  const all = await navigator.serviceWorker.getRegistrations();
  const shown = await Promise.all(all.map((one) => one.getNotifications()));
  return shown.flat().map((one) => [one.title, one.data.id]);
}"""


def build() -> Actor:
    clock.move_to(NOON)
    return make_person("Lin Yue", make_member("Aurelis", "AUR"), zone="Asia/Shanghai")


@pytest.fixture
def lin(transactional_db: None, elsewhere: Elsewhere) -> Actor:
    return elsewhere(build)


def tell(lin: Actor, kind: str, token: str) -> None:
    with scope.acting(Actor.system(lin.member_id)):
        subject = ("desk", uuid7())
        people = [(lin.member_id, lin.user_id)]
        services.notify(people, kind=kind, subject=subject, token=token, at=clock.now())


def unread(lin: Actor) -> int:
    with scope.acting(lin):
        return selectors.unread_count(lin)


def test_bell_and_list_move_while_the_page_is_open(
    lin: Actor, elsewhere: Elsewhere, open_window: Open
) -> None:
    window = open_window(lin)
    window.go("/notifications/")
    page = window.page
    expect(page.get_by_text("Nothing yet")).to_be_visible()

    elsewhere(tell, lin, "handover.offered", "1")

    expect(page.locator("#told a", has_text="A handover is offered")).to_be_visible()
    expect(page.locator(".al-bell .al-count")).to_contain_text("1")
    assert page.title().startswith("(1)")
    elsewhere(tell, lin, "task.assigned", "2")
    expect(page.locator(".al-bell [aria-hidden]").last).to_have_text("2")
    assert window.wrong == []


def test_list_is_read_by_keys_alone(lin: Actor, elsewhere: Elsewhere, open_window: Open) -> None:
    for token in ("1", "2"):
        elsewhere(tell, lin, "task.assigned", token)
    window = open_window(lin)
    window.go("/notifications/")
    page = window.page

    page.keyboard.press("j")
    expect(page.locator("[data-row][aria-selected=true]")).to_have_count(1)
    page.keyboard.press("r")

    expect(page.locator("#told .badge", has_text="new")).to_have_count(1)
    expect(page.locator(".al-bell [aria-hidden]").last).to_have_text("1")
    assert elsewhere(unread, lin) == 1
    assert window.wrong == []


def test_hours_are_explained_before_they_are_saved(lin: Actor, open_window: Open) -> None:
    window = open_window(lin)
    window.go("/notifications/reach/")
    page = window.page
    expect(page.locator("#explained")).to_contain_text("everything that you chose would ring")

    page.get_by_label("Until, your time").fill("08:30")

    expect(page.locator("#explained")).to_contain_text("everything else would wait until")
    expect(page.locator("#explained")).to_contain_text("08:30")
    assert selectors.quiet_hours(lin.user_id) is None
    assert window.wrong == []


def test_browser_asks_for_permission_on_a_click_and_never_before(
    lin: Actor, open_window: Open
) -> None:
    window = open_window(lin)
    page = window.page
    page.add_init_script(COUNT_REQUESTS)
    window.go("/notifications/reach/")
    assert page.evaluate("window.asked") == 0

    page.get_by_role("button", name="Push to this browser").click()

    expect(page.locator("[data-push-said]")).not_to_be_empty()
    assert page.evaluate("window.asked") == 1


def test_worker_shows_one_sentence_and_keeps_the_id(lin: Actor, open_window: Open) -> None:
    window = open_window(lin, permissions=["notifications"])
    window.go("/notifications/reach/")
    page, ident = window.page, str(uuid7())
    worker = page.locator("[data-push]").get_attribute("data-push-worker")
    page.evaluate(RECEIVE, worker)

    push(page, window.site, f'{{"id": "{ident}", "title": "A handover is offered to your desk."}}')

    page.wait_for_function("async () => (await (" + SHOWN + ")()).length > 0")
    assert page.evaluate(SHOWN) == [["A handover is offered to your desk.", ident]]


def push(page: Page, site: str, data: str) -> None:
    """What a push service does: hand the browser a message for its worker."""
    session, known = page.context.new_cdp_session(page), []
    session.on(
        "ServiceWorker.workerRegistrationUpdated", lambda e: known.extend(e["registrations"])
    )
    session.send("ServiceWorker.enable")
    for _ in range(50):
        if known:
            break
        page.wait_for_timeout(50)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": site, "registrationId": known[-1]["registrationId"], "data": data},
    )
