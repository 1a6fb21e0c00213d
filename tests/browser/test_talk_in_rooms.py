"""Two people in one room, in two languages: answers, reactions, threads, changes, calls."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.chat import services
from apps.core import clock, scope
from apps.core.ids import uuid7
from apps.members.models import User
from tests.browser.test_work_live import World, build, say, until
from tests.browser.watching import Window
from tests.chat.test_attach_files import PNG

pytestmark = pytest.mark.browser
Open = Callable[..., Window]
Elsewhere = Callable[..., Any]


@pytest.fixture
def world(elsewhere: Elsewhere) -> World:
    return elsewhere(build)


@pytest.fixture
def windows(world: World, elsewhere: Elsewhere, open_window: Open) -> tuple[Window, Window]:
    """Lin reads Chinese in Hangzhou, Bia of the ally English in São Paulo; both are in the room."""
    elsewhere(lambda: User.objects.filter(pk=world.lin.actor.user_id).update(language="zh-hans"))
    found = (open_window(world.lin.actor), open_window(world.bia.actor))
    for window in found:
        window.go(f"/investigations/{world.case_id}/")
        window.page.locator("[data-compose]").wait_for()
        until(lambda w=window: w.page.evaluate("[...alChat.rooms.values()][0].watching"))
    return found


def line(page: Page, text: str) -> Any:
    return page.locator(".al-msg[data-seq]", has_text=text).first


def press(page: Page, text: str, key: str) -> None:
    line(page, text).focus()
    page.keyboard.press(key)


def test_two_people_answer_react_change_pin_and_thread(windows: tuple[Window, Window]) -> None:
    lin, bia = windows
    say(lin, "Seizure at **15:00**, see `AUR-1`.")
    expect(line(bia.page, "Seizure").locator("strong")).to_have_text("15:00")
    expect(line(bia.page, "Seizure").locator(".al-ext")).to_have_text("Aurelis")
    expect(lin.page.locator("[data-seen]")).to_contain_text("Bia Rocha")

    line(bia.page, "Seizure").hover()
    line(bia.page, "Seizure").locator(".al-tools [data-emoji='👍']").click()
    expect(line(lin.page, "Seizure").locator(".al-react")).to_contain_text("👍 1")
    line(lin.page, "Seizure").locator(".al-react").click()
    expect(line(bia.page, "Seizure").locator(".al-react")).to_contain_text("👍 2")

    press(bia.page, "Seizure", "r")
    say(bia, "Confirmed, I call the port.")
    expect(line(lin.page, "I call the port").locator(".al-quoted")).to_contain_text("Lin Wei")

    press(bia.page, "Seizure", "t")
    say(bia, "Which gate?")
    expect(bia.page.locator(".al-thread .al-msg")).to_contain_text("Which gate?")
    lin.page.locator(".al-replies").click()
    expect(lin.page.locator(".al-thread .al-msg")).to_contain_text("Which gate?")

    composer = lin.page.locator("[data-compose] textarea")
    composer.focus()
    lin.page.keyboard.press("ArrowUp")
    expect(composer).to_have_value("Seizure at **15:00**, see `AUR-1`.")
    composer.fill("Seizure at **16:00**, see `AUR-1`.")
    lin.page.keyboard.press("Enter")
    expect(line(bia.page, "Seizure").locator("strong")).to_have_text("16:00")
    expect(line(bia.page, "Seizure").locator(".al-mark")).to_have_text("edited")

    press(lin.page, "Seizure", "p")
    expect(bia.page.locator(".al-pins summary")).to_contain_text("1 pinned message")

    line(bia.page, "I call the port").hover()
    erase = line(bia.page, "I call the port").locator(".al-tools [data-act=delete]")
    erase.click()
    erase.click()
    expect(lin.page.locator(".al-msg.gone")).to_have_count(1)
    expect(lin.page.locator("text=I call the port")).to_have_count(0)

    for window in windows:
        window.page.reload()
        window.page.locator(".al-msg.gone").wait_for()
        expect(line(window.page, "Seizure").locator("strong")).to_have_text("16:00")
        expect(line(window.page, "Seizure").locator(".al-react")).to_contain_text("👍 2")
        assert window.wrong == []


def test_colleague_is_called_by_completion_and_a_time_is_read_in_each_zone(
    windows: tuple[Window, Window],
) -> None:
    lin, bia = windows
    composer = lin.page.locator("[data-compose] textarea")
    composer.press_sequentially("@giu")
    lin.page.locator("[data-callees] [role=option]").first.wait_for()
    lin.page.keyboard.press("Tab")
    expect(composer).to_have_value("@giulia-conti ")
    composer.press_sequentially("at <t:2026-11-26T09:00Z>")
    lin.page.keyboard.press("Enter")

    expect(line(bia.page, "Giulia Conti").locator(".al-mention")).to_have_text("@Giulia Conti")
    expect(line(bia.page, "Giulia Conti").locator("time.al-instant")).to_contain_text("06:00")
    expect(line(lin.page, "Giulia Conti").locator("time.al-instant")).to_contain_text("17:00")
    assert lin.wrong == bia.wrong == []


def test_picture_is_attached_and_seen_by_the_other(windows: tuple[Window, Window]) -> None:
    lin, bia = windows
    file: Any = {"name": "shelf.png", "mimeType": "image/png", "buffer": PNG}
    lin.page.locator("[data-attach]").set_input_files([file])
    expect(lin.page.locator("[data-attached]")).to_contain_text("shelf.png")
    say(lin, "The shelf.")

    picture = line(bia.page, "The shelf.").locator("img")
    expect(picture).to_have_attribute("alt", "shelf.png")
    until(lambda: picture.evaluate("img => img.complete && img.naturalWidth") == 1)
    expect(lin.page.locator("[data-attached]")).to_be_hidden()
    assert lin.wrong == bia.wrong == []


def test_two_people_talk_directly(
    world: World, elsewhere: Elsewhere, windows: tuple[Window, Window]
) -> None:
    lin, bia = windows
    elsewhere(_be_seen, world)
    bia.go("/rooms/")
    bia.page.locator(".al-direct summary").click()
    bia.page.locator(".al-direct label", has_text="Lin Wei").click()
    bia.page.locator(".al-direct [type=submit]").click()
    bia.page.locator("[data-compose]").wait_for()
    say(bia, "Só entre nós.")
    lin.go("/rooms/")

    lin.page.locator(".al-roomlist a", has_text="Bia Rocha").click()

    expect(line(lin.page, "Só entre nós.")).to_be_visible()
    assert lin.wrong == bia.wrong == []


def _be_seen(world: World) -> None:
    """Both have read in the case's room, where they meet."""
    at = clock.now()
    for actor in (world.lin.actor, world.bia.actor):
        with scope.acting(actor):
            services.post_message(world.room_id, cid=uuid7(), body="Hello.", actor=actor, at=at)
            services.mark_read(world.room_id, seq=1, actor=actor)
