"""Two people in two languages write on while the line of one is dead; then both read the same."""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from apps.members.models import User
from tests.browser.test_work_live import World, build, say, until
from tests.browser.watching import Window
from tests.browser.wire import Wire, laid_to

pytestmark = pytest.mark.browser
Open = Callable[..., Window]
Elsewhere = Callable[..., Any]

# From 60 seconds on nobody tells the page that it is offline: it must find out by the silence.
OFFLINE_SECONDS = float(os.environ.get("ALLIANCE_OFFLINE_SECONDS", "3"))
IS_SILENT = OFFLINE_SECONDS >= 60


@pytest.fixture
def wire(site: str) -> Iterator[Wire]:
    with laid_to(urlsplit(site).port or 0) as wire:
        yield wire


def texts(page: Page) -> list[str]:
    found: list[str] = page.locator(".al-msg[data-seq] .al-body").all_inner_texts()
    return found


def enter(window: Window, world: World) -> None:
    window.go(f"{window.site}/investigations/{world.case_id}/")
    window.page.locator("[data-compose]").wait_for()
    until(lambda: window.page.evaluate("[...alChat.rooms.values()][0].watching"))


def note(window: Window, text: str) -> None:
    """Write a message that cannot leave yet."""
    window.page.locator("[data-compose] textarea").fill(text)
    window.page.keyboard.press("Enter")
    window.page.locator(".al-msg.pending", has_text=text).wait_for()


def test_nothing_is_lost_doubled_or_out_of_order_after_the_line_was_dead(
    wire: Wire, elsewhere: Elsewhere, open_window: Open
) -> None:
    world: World = elsewhere(build)
    elsewhere(lambda: User.objects.filter(pk=world.lin.actor.user_id).update(language="zh-hans"))
    lin, bia = open_window(world.lin.actor), open_window(world.bia.actor)
    lin.site = f"http://127.0.0.1:{wire.port}"
    for window in (lin, bia):
        enter(window, world)
    say(lin, "之前")
    # Bia may read it before Lin's own page hears that it is kept.
    for window in (lin, bia):
        expect(window.page.locator(".al-msg[data-seq]")).to_have_count(1)

    wire.die()
    died_at = time.monotonic()
    if not IS_SILENT:
        lin.page.context.set_offline(True)
    note(lin, "仓库关了")
    for text in ("They left.", "Two vans.", "North gate."):
        say(bia, text)
    note(lin, "我跟着")
    noticed_after = until(lambda: lin.page.evaluate("alChat.tries > 0"), seconds=60)
    if IS_SILENT:
        until(lambda: lin.page.evaluate("alChat.tries > 2"), seconds=30)
    until(lambda: time.monotonic() - died_at > OFFLINE_SECONDS, seconds=OFFLINE_SECONDS + 5)
    assert texts(lin.page) == ["之前"]
    expect(bia.page.locator(".al-msg[data-seq]")).to_have_count(4)
    wire.revive()
    lin.page.context.set_offline(False)
    back_at = time.monotonic()

    whole = ["之前", "They left.", "Two vans.", "North gate.", "仓库关了", "我跟着"]
    for window in (lin, bia):
        expect(window.page.locator(".al-msg[data-seq]")).to_have_count(6)
        assert texts(window.page) == whole
        expect(window.page.locator(".al-msg.pending")).to_have_count(0)
    print(
        f"offline {OFFLINE_SECONDS:.0f} s: noticed after {noticed_after:.1f} s,"
        f" whole again {time.monotonic() - back_at:.1f} s after the line was back"
    )
    # Beats come every 15 s, and 45 s of silence are the end of a line.
    assert not IS_SILENT or 29 < noticed_after < 50
    lin.page.reload()
    expect(lin.page.locator(".al-msg[data-seq]")).to_have_count(6)
    assert texts(lin.page) == whole
    assert bia.wrong == []
