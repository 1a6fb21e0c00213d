"""Files come into a room by clipboard and by hand: kept as evidence, or refused in words."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from apps.chat import services
from apps.core import clock, scope
from apps.evidence.models import CustodyLog, Evidence
from tests.browser.test_talk_in_rooms import _be_seen, line
from tests.browser.test_work_live import World, build, say, until
from tests.browser.test_write_the_file import look
from tests.browser.watching import Window
from tests.chat.test_attach_files import PNG

pytestmark = pytest.mark.browser
Open = Callable[..., Window]
Elsewhere = Callable[..., Any]

# A real event with real files, as a browser makes it of what was copied or dragged.
GIVE = """([kind, files, text]) => {
  const data = new DataTransfer(), field = document.querySelector("[data-compose] textarea");
  files.forEach(([name, type, bytes]) => data.items.add(new File(
    [new Uint8Array(bytes)], name, {type})));
  if (text) data.setData("text/plain", text);
  const how = {bubbles: true, cancelable: true};
  const event = kind === "paste" ? new ClipboardEvent(kind, {...how, clipboardData: data})
    : new DragEvent(kind, {...how, dataTransfer: data});
  field.focus();
  return !field.dispatchEvent(event);
}"""


def give(page: Page, kind: str, *files: tuple[str, str, list[int] | int], text: str = "") -> bool:
    """Paste or drop files, each with its bytes or how many; whether the page took them."""
    return bool(page.evaluate(GIVE, [kind, [list(one) for one in files], text]))


def attached(page: Page) -> Any:
    return page.locator("[data-attached] li")


@pytest.fixture
def world(elsewhere: Elsewhere) -> World:
    return elsewhere(build)


@pytest.fixture
def windows(world: World, open_window: Open) -> tuple[Window, Window]:
    found = (open_window(world.lin.actor), open_window(world.bia.actor))
    for window in found:
        enter(window, f"/investigations/{world.case_id}/")
    return found


def enter(window: Window, path: str) -> None:
    window.go(path)
    window.page.locator("[data-compose]").wait_for()
    until(lambda: window.page.evaluate("[...alChat.rooms.values()][0].watching"))


def kept(world: World) -> list[tuple[str, str, list[str]]]:
    """Each file of the case: its name, who acquired it, and the acts of its log."""
    with scope.acting(world.lin.actor):
        return [
            (
                file.file_name,
                "lin" if file.uploaded_by == world.lin.actor.user_id else "bia",
                [
                    str(act)
                    for act in CustodyLog.objects.filter(evidence_id=file.pk)
                    .order_by("seq")
                    .values_list("act", flat=True)
                ],
            )
            for file in Evidence.objects.filter(root_id=world.case_id).order_by("uploaded_at")
        ]


def test_picture_is_pasted_and_a_file_dropped_while_one_writes(
    world: World, windows: tuple[Window, Window], elsewhere: Elsewhere
) -> None:
    lin, bia = windows
    page, held = lin.page, list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/evidence/**", hold)
    composer = page.locator("[data-compose] textarea")
    composer.fill("The shelf, and")

    assert give(page, "paste", ("image.png", "image/png", list(PNG)))
    expect(page.locator("[data-attached] progress")).to_have_count(1)
    composer.press_sequentially(" the invoice.")
    assert give(page, "drop", ("invoice.pdf", "application/pdf", list(b"%PDF-1.7 invoice")))
    expect(page.locator("[data-attached] progress")).to_have_count(2)
    look(page, "attaching")
    page.keyboard.press("Enter")
    expect(page.locator("[data-note]")).to_have_text("It goes out as soon as the files are stored.")
    expect(composer).to_have_value("The shelf, and the invoice.")
    until(lambda: len(held) == 2)
    for route in held:
        route.continue_()

    shown = line(bia.page, "The shelf, and the invoice.")
    expect(shown.locator(".al-attached a")).to_have_text(["image.png", "invoice.pdf"])
    until(lambda: shown.locator("img").evaluate("img => img.complete && img.naturalWidth") == 1)
    expect(page.locator("[data-attached]")).to_be_hidden()
    expect(composer).to_have_value("")
    look(bia.page, "attached")
    found = sorted(elsewhere(kept, world))
    assert [(name, who) for name, who, _acts in found] == [
        ("image.png", "lin"),
        ("invoice.pdf", "lin"),
    ]
    assert found[1][2] == ["acquired"]
    assert found[0][2][0] == "acquired"
    shown.locator(".al-attached a", has_text="invoice.pdf").click()
    expect(bia.page.locator("main")).to_contain_text("Acquired")
    assert lin.wrong == bia.wrong == []


def test_what_cannot_be_kept_is_said_and_nothing_that_was_typed_is_lost(
    windows: tuple[Window, Window],
) -> None:
    lin, _bia = windows
    page = lin.page
    composer = page.locator("[data-compose] textarea")
    composer.fill("Half a sentence")
    most = int(page.locator("[data-chat]").get_attribute("data-most-bytes") or 0)

    give(page, "drop", ("disk.img", "", most + 1), ("empty.txt", "text/plain", []))
    expect(attached(page)).to_have_count(2)
    expect(attached(page).nth(0)).to_contain_text("The file is larger than 50.0")
    expect(attached(page).nth(1)).to_contain_text("The file is empty.")
    give(page, "paste", *[(f"n{n}.txt", "text/plain", [65 + n]) for n in range(11)])
    expect(page.locator("[data-attached] .stored")).to_have_count(10)
    expect(attached(page).last).to_contain_text("At most 10 files go with one message.")
    give(page, "drop", ("holiday.pdf", "application/pdf", [77, 90, 144, 0, 3]))
    assert not give(page, "paste", ("cells.png", "image/png", list(PNG)), text="a\tb")
    look(page, "refused-files")
    assert page.locator("[data-attached] .stored").count() == 10
    page.get_by_label("Take n0.txt off the message").click()
    expect(page.locator("[data-attached] .stored")).to_have_count(9)

    page.reload()
    page.locator("[data-attached] .stored").first.wait_for()
    expect(page.locator("[data-attached] .stored")).to_have_count(9)
    expect(composer).to_have_value("Half a sentence")
    page.route("**/api/v1/evidence/**", lambda route: route.abort())
    give(page, "paste", ("late.txt", "text/plain", [66]))
    expect(attached(page).last).to_contain_text("The connection broke.")
    page.unroute("**/api/v1/evidence/**")
    attached(page).last.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-attached] .stored")).to_have_count(10)
    until(lambda: page.evaluate("[...alChat.rooms.values()][0].watching"))
    page.keyboard.press("Enter")
    expect(line(page, "Half a sentence").locator(".al-attached li")).to_have_count(10)
    assert [one for one in lin.wrong if "400:" not in one and "ERR_FAILED" not in one] == []


def test_direct_room_says_why_it_takes_no_file_and_where_one_can_be_sent(
    world: World, elsewhere: Elsewhere, open_window: Open
) -> None:
    elsewhere(_be_seen, world)
    room_id = elsewhere(_talk, world)
    bia = open_window(world.bia.actor)
    enter(bia, f"/rooms/{room_id}/")
    composer = bia.page.locator("[data-compose] textarea")
    composer.fill("Look at this")

    assert give(bia.page, "drop", ("shelf.png", "image/png", list(PNG)))

    why = bia.page.locator("[data-no-files]")
    expect(why).to_contain_text("A file is evidence, and evidence belongs to a case")
    expect(why.locator("a")).to_have_text(["AUR-1 Serum ring"])
    expect(composer).to_have_value("Look at this")
    look(bia.page, "direct-no-files")
    button = bia.page.locator("[data-attach-refused]")
    assert button.get_attribute("aria-describedby") == why.locator("p").first.get_attribute("id")
    why.locator("a").click()
    bia.page.wait_for_url(f"**/investigations/{world.case_id}/")
    assert bia.wrong == []


def _talk(world: World) -> Any:
    with scope.acting(world.bia.actor):
        people = [world.lin.actor.user_id]
        return services.open_direct(people, actor=world.bia.actor, at=clock.now()).pk


def test_phone_shows_rooms_among_the_main_pages_with_what_waits(
    world: World, elsewhere: Elsewhere, open_window: Open
) -> None:
    window = open_window(world.lin.actor, viewport={"width": 360, "height": 740})
    bia = open_window(world.bia.actor)
    enter(bia, f"/investigations/{world.case_id}/")
    say(bia, "One for the night.")
    window.go("/leads/")
    tab = window.page.locator(".al-tabbar a[href='/rooms/']")

    expect(tab.locator(".al-count [aria-hidden]")).to_have_text("1")
    expect(tab.locator(".hot")).to_have_count(0)
    for theme in ("light", "dark"):
        window.show(theme, {"width": 360, "height": 740})
        assert window.overflow() == ""
        look(window.page, f"tabs-{theme}")
    window.page.evaluate("document.documentElement.dir = 'rtl'")
    assert window.overflow() == ""
    look(window.page, "tabs-rtl")
    assert min(tab.evaluate("el => [el.offsetWidth, el.offsetHeight]")) >= 44
    enter(window, f"/investigations/{world.case_id}/")
    expect(tab.locator(".al-count")).to_have_count(0)
    assert window.wrong == bia.wrong == []
