"""Two people write the file from the room: a command, a message made a decision, a search."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_talk_in_rooms import line, press
from tests.browser.test_work_live import World, build, say, until
from tests.browser.watching import Window

pytestmark = pytest.mark.browser
Open = Callable[..., Window]
Elsewhere = Callable[..., Any]


@pytest.fixture
def windows(elsewhere: Elsewhere, open_window: Open) -> tuple[Window, Window]:
    world: World = elsewhere(build)
    found = (open_window(world.lin.actor), open_window(world.bia.actor))
    for window in found:
        window.go(f"/investigations/{world.case_id}/")
        window.page.locator("[data-compose]").wait_for()
        until(lambda w=window: w.page.evaluate("[...alChat.rooms.values()][0].watching"))
    return found


def look(page: Page, name: str) -> None:
    """For whoever wants to see it: PICTURES names a folder."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, caret="initial")


def test_command_filing_refusal_and_search(windows: tuple[Window, Window]) -> None:
    lin, bia = windows
    say(lin, "The lorry leaves the warehouse at 15:00.")
    composer = lin.page.locator("[data-compose] textarea")
    composer.press_sequentially("/ta")
    lin.page.locator("[data-commands] [role=option]").first.wait_for()
    look(lin.page, "completion")
    lin.page.keyboard.press("Tab")
    composer.press_sequentially("Call customs")
    lin.page.keyboard.press("Enter")
    expect(lin.page.locator("[data-answered]")).to_contain_text("Call customs")
    expect(composer).to_have_value("")
    expect(bia.page.locator(".al-sys", has_text="Call customs")).to_be_visible()

    composer.fill("/close nothing")
    lin.page.keyboard.press("Enter")
    expect(lin.page.locator("[data-answered].failed")).to_contain_text("/close")
    expect(composer).to_have_value("/close nothing")
    composer.fill("")

    press(lin.page, "The lorry leaves", "3")
    expect(line(bia.page, "The lorry leaves").locator(".al-mark")).to_have_text("decision")
    line(lin.page, "The lorry leaves").hover()
    line(lin.page, "The lorry leaves").locator("[data-act=file]").click()
    look(lin.page, "filing")
    lin.page.locator("[data-file=evidence]").click()
    expect(line(bia.page, "The lorry leaves").locator(".al-mark")).to_have_count(2)
    look(bia.page, "filed")

    bia.page.locator("a[href*='/rooms/search/']").first.click()
    bia.page.locator("#find-messages").fill("warehouse from:lin")
    bia.page.keyboard.press("Enter")
    expect(bia.page.locator(".al-list mark")).to_have_text("warehouse")
    look(bia.page, "search")
    bia.page.locator(".al-list a.t").first.click()
    expect(bia.page.locator(".al-msg:target")).to_contain_text("The lorry leaves")
    look(bia.page, "around")
    assert [one for one in lin.wrong if "400" not in one] == []
    assert bia.wrong == []
