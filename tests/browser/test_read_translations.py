"""A translation is asked for in the room, and stands labelled beside the original."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from apps.chat import services, tasks, translating
from apps.chat.models import Translation
from apps.core import clock, scope
from apps.core.actor import Actor
from tests.browser.test_attach_in_rooms import enter
from tests.browser.test_talk_in_rooms import line
from tests.browser.test_work_live import World, build, say, until
from tests.browser.test_write_the_file import look
from tests.browser.watching import Window
from tests.chat.test_translate_messages import libre

pytestmark = pytest.mark.browser
Open = Callable[..., Window]
Elsewhere = Callable[..., Any]
__all__ = ["libre"]


def _build() -> World:
    """Both members allow it."""
    world = build()
    for one in (world.lin, world.bia):
        boss = Actor(one.actor.member_id, one.actor.user_id, frozenset({"manager"}))
        with scope.acting(boss):
            services.allow_translation(allows=True, actor=boss, at=clock.now())
    return world


def _work(world: World) -> int:
    """What the workers do."""
    with scope.acting(world.bia.actor):
        waiting = list(Translation.objects.filter(state="waiting"))
    for row in waiting:
        tasks.translate(str(row.pk), str(row.member_id))
    return len(waiting)


def test_translation_is_asked_for_and_stands_labelled_beside_the_original(
    libre: translating.LibreTranslate,
    elsewhere: Elsewhere,
    open_window: Open,
    settings: Any,
) -> None:
    settings.TRANSLATION_URL, settings.TRANSLATION_NAME = libre.url, "Lingua"
    world: World = elsewhere(_build)
    lin, bia = open_window(world.lin.actor), open_window(world.bia.actor)
    for window in (lin, bia):
        enter(window, f"/investigations/{world.case_id}/")
    say(lin, "扣押于中午")
    shown = line(bia.page, "扣押于中午")
    shown.hover()
    ask = shown.locator("[data-act=translate]")

    ask.click()

    expect(shown.locator(".al-translated")).to_have_text("Being translated…")
    until(lambda: elsewhere(_work, world) == 1)
    expect(shown.locator(".al-translated")).to_contain_text("Translated by Lingua")
    said = shown.locator(".al-translated p[lang=en]")
    expect(said).to_have_text("auto>en: 扣押于中午")
    expect(said).to_have_attribute("dir", "auto")
    expect(shown.locator(".al-body")).to_have_text("扣押于中午")
    look(bia.page, "translated")
    ask.click()
    expect(shown.locator(".al-translated")).to_have_count(0)
    # It is kept: nobody is asked twice.
    ask.click()
    expect(said).to_have_text("auto>en: 扣押于中午")
    assert elsewhere(_work, world) == 0
    assert lin.wrong == bia.wrong == []
