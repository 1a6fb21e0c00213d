"""Work in real windows: lights that move, bells that ring, a chat over a cut line, thumbs, keys."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from apps.chat.models import Room
from apps.core import clock, outbox, scope
from apps.core.actor import Actor
from apps.handovers.models import Handover
from apps.investigations import services as cases
from apps.investigations.models import Investigation
from apps.leads import services as leads
from apps.leads.drafts import Draft
from apps.leads.models import Lead
from apps.members.models import User
from apps.sharing import services as sharing
from tests.browser.watching import Window
from tests.factories.world import make_member, make_person
from tests.journeys.conftest import MORNING, Day, Post, post

pytestmark = pytest.mark.browser
OFFERED_AT = MORNING + timedelta(hours=3, minutes=35)
WORDS = "Four shops and one warehouse; call the lab before it closes."
Open = Callable[..., Window]
Elsewhere = Callable[..., Any]


@dataclass(frozen=True)
class World:
    """Lin holds a case in Hangzhou; Giulia in Milan takes over; Bia's member may work on it."""

    lin: Post
    giulia: Post
    bia: Post
    case_id: UUID
    room_id: UUID


def build() -> World:
    clock.move_to(MORNING)
    ours, ally = make_member("Aurelis", "AUR", country="CN"), make_member("Solmara", "SOL")
    boss = make_person("Mia Boss", ours, role="manager")
    with scope.acting(boss):
        circle = sharing.found_circle("Silk Road", actor=boss, at=MORNING)
        sharing.join_circle(circle, ally.pk, actor=boss, at=MORNING)
    hours = ("Hangzhou desk", "Hangzhou", "09:00", "18:00")
    lin = post("Lin Wei", ours, hours, zone="Asia/Shanghai")
    giulia = post(
        "Giulia Conti", ours, ("Milan desk", "Milan", "09:00", "18:00"), zone="Europe/Rome"
    )
    hours = ("São Paulo desk", "São Paulo", "10:00", "20:00")
    bia = post("Bia Rocha", ally, hours, zone="America/Sao_Paulo")
    with scope.acting(lin.actor):
        opening = cases.Opening(title="Serum ring", summary="Mercury.", severity="urgent")
        case = cases.open_case(opening, desk=lin.desk, actor=lin.actor, at=MORNING)
        task = cases.NewTask(title="Call the lab", due_at=MORNING + timedelta(hours=8))
        cases.add_task(case.pk, task, actor=lin.actor, at=MORNING)
        room = Room.objects.get(root_id=case.pk)
    share = cases.Share(
        grantee_id=ally.pk, level=3, purpose="Seizure", capabilities=("act", "comment")
    )
    with scope.acting(boss):
        cases.share_investigation(case.pk, share, actor=boss, at=MORNING)
    outbox.drain()
    return World(lin, giulia, bia, case.pk, room.pk)


@pytest.fixture
def world(transactional_db: None, elsewhere: Elsewhere) -> World:
    return elsewhere(build)


def offer(world: World) -> UUID:
    """Hangzhou's duty nears its end: the case is offered to Milan, and that rings."""
    Day()._work(OFFERED_AT)
    outbox.drain()
    with scope.acting(world.lin.actor):
        return Handover.objects.get(state="offered").pk


def until(true: Callable[[], object], *, seconds: float = 20) -> float:
    """Wait for something to become true; returns how long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it never came true"
        time.sleep(0.02)
    return time.monotonic() - began


def light(page: Page, case_id: UUID) -> tuple[str, str]:
    """The desk where the board's data has the case, and where its light stands on the map."""
    data = page.evaluate("JSON.parse(document.getElementById('world-data').textContent)")
    holders = [
        desk["name"]
        for desk in data["desks"].values()
        if str(case_id) in {case[0] for case in desk["cases"]}
    ]
    place = page.locator(".case-move").first.get_attribute("data-at")
    return ",".join(holders), place or ""


def take(page: Page, press: str = "click") -> None:
    """Answer every action, read back, accept: by mouse or by thumb."""
    for choice in page.locator("[data-act] label", has_text="Take it").all():
        getattr(choice, press)()
    page.locator("[data-readback-text]").fill(WORDS)
    accept = page.locator("[data-accept]")
    assert accept.get_attribute("aria-disabled") == "false"
    getattr(accept, press)()
    page.wait_for_url(re.compile(r"/handovers/[0-9a-f-]+/$"))
    page.get_by_role("button", name="Undo the acceptance").wait_for()


def test_acceptance_moves_the_light_on_every_open_board(
    world: World, elsewhere: Elsewhere, open_window: Open
) -> None:
    board, answer = open_window(world.lin.actor), open_window(world.giulia.actor)
    offered = elsewhere(offer, world)
    board.go("/")
    answer.go(f"/handovers/{offered}/")
    desk, place = light(board.page, world.case_id)
    assert desk == "Hangzhou"

    take(answer.page)

    until(lambda: light(board.page, world.case_id)[0] == "Milan", seconds=3)
    until(lambda: light(board.page, world.case_id)[1] != place, seconds=3)
    assert board.wrong == answer.wrong == []


def test_offer_rings_in_the_title(world: World, elsewhere: Elsewhere, open_window: Open) -> None:
    window = open_window(world.giulia.actor)
    window.go("/leads/")
    window.page.locator("[data-live]", has_text="Live").wait_for()
    assert not window.page.title().startswith("(")

    elsewhere(offer, world)

    until(lambda: window.page.title().startswith("(1) "), seconds=5)
    assert window.wrong == []


def test_custody_is_taken_by_thumb_at_360_pixels(
    world: World, elsewhere: Elsewhere, open_window: Open
) -> None:
    elsewhere(offer, world)
    phone = open_window(
        world.giulia.actor, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    phone.go("/")
    phone.page.get_by_role("link", name="Answer what waits").tap()
    phone.page.locator("main a[href^='/handovers/0']").first.tap()
    phone.page.locator("[data-accept]").wait_for()
    assert phone.overflow() == ""

    take(phone.page, "tap")

    assert phone.overflow() == ""
    with scope.acting(world.giulia.actor):
        assert Investigation.objects.get().accountable_desk_id == world.giulia.desk.pk
    assert phone.wrong == []


def say(window: Window, words: str) -> None:
    field = window.page.locator("[data-compose] textarea")
    field.fill(words)
    field.press("Enter")


def shown(window: Window) -> list[str]:
    """The messages on the page, in their order, the unsent ones marked."""
    rows = window.page.locator("[data-messages] li.al-msg:not(.pending) .al-body")
    return [text.strip() for text in rows.all_inner_texts()]


def test_chat_over_a_cut_line_shows_each_message_once_in_order(
    world: World, elsewhere: Elsewhere, open_window: Open
) -> None:
    elsewhere(lambda: User.objects.filter(pk=world.lin.actor.user_id).update(language="zh-hans"))
    lin, bia = open_window(world.lin.actor), open_window(world.bia.actor)
    for window in (lin, bia):
        window.go(f"/investigations/{world.case_id}/")
        window.page.locator("[data-compose]").wait_for()
        until(lambda w=window: w.page.evaluate("[...alChat.rooms.values()][0].watching"))

    say(lin, "实验室来电了。")
    until(lambda: shown(bia) == ["实验室来电了。"])
    cut(bia)
    for number in range(3):
        say(lin, f"仓库 {number}")
        say(bia, f"armazém {number}")
    until(lambda: len(shown(lin)) == 4)
    time.sleep(1)
    bia.page.context.set_offline(False)

    until(lambda: len(shown(lin)) == len(shown(bia)) == 7, seconds=15)
    assert shown(lin) == shown(bia)
    assert [m for m in shown(lin) if "armazém" in m] == [f"armazém {n}" for n in range(3)]
    assert [m for m in shown(lin) if "仓库" in m] == [f"仓库 {n}" for n in range(3)]
    _write_and_close_while_cut(bia, world.case_id)
    until(lambda: shown(lin)[-1] == shown(bia)[-1] == "armazém fechado")
    assert len(shown(lin)) == len(shown(bia)) == 8
    assert bia.page.locator("[data-compose] textarea").input_value() == "metade de uma frase"
    assert lin.wrong == []


def _write_and_close_while_cut(window: Window, case_id: UUID) -> None:
    """What was written, and what is half written, is there when the page is opened again."""
    cut(window)
    say(window, "armazém fechado")
    window.page.locator("[data-compose] textarea").fill("metade de uma frase")
    window.page.goto("about:blank")
    window.page.context.set_offline(False)
    window.go(f"/investigations/{case_id}/")


def cut(window: Window) -> None:
    """The line is dead: nothing gets out, though the browser may keep its sockets open."""
    window.page.context.set_offline(True)
    until(lambda: not window.page.evaluate("[...alChat.rooms.values()][0].watching"))


def report(world: World) -> list[UUID]:
    found = []
    with scope.acting(world.lin.actor):
        for number in range(4):
            draft = Draft(title=f"Shop {number}", values={"domain": (f"shop{number}.example",)})
            at = MORNING + timedelta(minutes=number)
            found.append(leads.create_lead(draft, actor=world.lin.actor, at=at).pk)
    return found


def chosen(page: Page) -> str:
    return page.locator("[data-row][aria-selected=true] .tt").inner_text().strip()


def press(page: Page, key: str, *, then: Callable[[], object]) -> None:
    page.keyboard.press(key)
    until(then)


def calm(page: Page, *, seconds: float = 0.4) -> None:
    """Until the news of one's own act has come back and the inbox stands still, panel and all."""
    seen, since = "", time.monotonic()
    while time.monotonic() - since < seconds:
        now = page.locator("main").inner_html()
        if now != seen or not page.locator("#lead-panel [data-key=o]").count():
            seen, since = now, time.monotonic()
        time.sleep(0.02)


def status(world: World, title: str) -> tuple[str, str]:
    with scope.acting(world.lin.actor):
        lead = Lead.objects.get(title=title)
    return str(lead.status), str(lead.severity)


def test_inbox_is_worked_by_keys_alone(
    world: World, elsewhere: Elsewhere, open_window: Open
) -> None:
    elsewhere(report, world)
    window = open_window(world.lin.actor)
    page = window.page
    window.go("/leads/")
    assert chosen(page) == "Shop 3"

    press(page, "j", then=lambda: chosen(page) == "Shop 2")
    press(page, "j", then=lambda: chosen(page) == "Shop 1")
    press(page, "k", then=lambda: chosen(page) == "Shop 2")
    page.locator("#lead-panel", has_text="shop2.example").wait_for()
    press(page, "d", then=lambda: status(world, "Shop 2")[0] == "dismissed")
    page.locator("[data-toast]:not([hidden])").wait_for()
    expect(page.locator("#leads-answer")).to_contain_text("3 leads wait")
    expect(page.locator("#leads-tabs")).to_contain_text("To decide 3")
    press(page, "z", then=lambda: status(world, "Shop 2")[0] == "new")
    page.locator("[data-row]", has_text="Shop 2").wait_for()
    expect(page.locator("#leads-answer")).to_contain_text("4 leads wait")
    calm(page)
    title = chosen(page)
    press(page, "u", then=lambda: status(world, title)[1] == "urgent")
    calm(page)
    page.keyboard.press("o")

    page.wait_for_url("**/investigations/new/?lead=*")
    assert window.wrong == []


def test_inbox_shows_leads_on_the_first_screen_of_a_phone(
    world: World, elsewhere: Elsewhere, open_window: Open
) -> None:
    elsewhere(report, world)
    phone = open_window(
        world.lin.actor, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    phone.go("/leads/")
    second = phone.page.locator("[data-row]").nth(1)
    row, bar = second.bounding_box(), phone.page.locator(".al-tabbar").bounding_box()
    assert row is not None
    assert bar is not None
    assert row["y"] + row["height"] <= bar["y"]
    way = phone.page.get_by_role("link", name="Share many")
    expect(way).to_be_hidden()

    phone.page.get_by_text("More", exact=True).press("Enter")
    expect(way).to_be_visible()
    second.locator(".when").tap()

    phone.page.wait_for_url(re.compile(r"/leads/[0-9a-f-]{36}/$"))
    assert phone.overflow() == ""


def plan_what_is_refused(world: World) -> None:
    """A takedown in a case that allows passive look-ups only, since."""
    with scope.acting(world.lin.actor):
        new = cases.NewTask(title="Take the shop down", kind="takedown")
        cases.add_task(world.case_id, new, actor=world.lin.actor, at=MORNING)
        Investigation.objects.filter(pk=world.case_id).update(pap="red")


def test_task_that_may_not_be_done_is_not_ticked(
    world: World, elsewhere: Elsewhere, open_window: Open
) -> None:
    elsewhere(plan_what_is_refused, world)
    window = open_window(world.lin.actor)
    window.go(f"/investigations/{world.case_id}/")
    tick = window.page.get_by_role("checkbox", name="Take the shop down")

    tick.click()

    window.page.locator("[data-toast]", has_text="passive look-ups only").wait_for()
    expect(tick).not_to_be_checked()


def put_away(world: World, lead_id: UUID) -> None:
    with scope.acting(world.lin.actor):
        told = {"actor": world.lin.actor, "at": clock.now()}
        leads.change_lead(lead_id, {"title": "Shop of nobody"}, version=None, **told)
        leads.dismiss(lead_id, reason="Genuine", **told)


def test_heading_of_an_open_lead_follows_what_others_do(
    world: World, elsewhere: Elsewhere, open_window: Open
) -> None:
    lead_id = elsewhere(report, world)[0]
    window = open_window(world.giulia.actor)
    window.go(f"/leads/{lead_id}/")
    window.page.locator("[data-live]", has_text="Live").wait_for()
    time.sleep(0.5)

    elsewhere(put_away, world, lead_id)

    expect(window.page.get_by_role("heading", name="Shop of nobody")).to_be_visible()
    expect(window.page.locator("#lead-answer")).to_contain_text("This lead was dismissed.")
    assert window.wrong == []


def test_two_leads_stay_beside_each_other_on_a_phone(
    world: World, elsewhere: Elsewhere, open_window: Open
) -> None:
    one, other, *_rest = elsewhere(report, world)
    phone = open_window(world.lin.actor, viewport={"width": 360, "height": 740})

    phone.go(f"/leads/{one}/compare/{other}/")

    titles = [phone.page.get_by_role("cell", name=f"Shop {n}") for n in (0, 1)]
    first, second = (title.bounding_box() for title in titles)
    assert first is not None
    assert second is not None
    assert first["y"] == second["y"]
    assert first["x"] < second["x"] < second["x"] + second["width"] <= 360


def let_read(world: World, lead_id: UUID) -> UUID:
    """Bia's member reads a lead, until somebody ends it."""
    boss = boss_of(world)
    terms = sharing.Terms(level=3, purpose="The same phone")
    to = sharing.Grantee(kind="member", id=world.bia.actor.member_id)
    with scope.acting(boss):
        shares = [leads.Share(to=to, terms=terms)]
        return leads.share_lead(lead_id, shares, actor=boss, at=clock.now())[0].pk


def boss_of(world: World) -> Actor:
    boss = User.objects.get(name="Mia Boss")
    return Actor(world.lin.actor.member_id, boss.pk, roles=frozenset({"manager"}))


def end_reading(world: World, lead_id: UUID, grant_id: UUID) -> None:
    boss = boss_of(world)
    with scope.acting(boss):
        leads.revoke_share(lead_id, grant_id, reason="", actor=boss, at=clock.now())


def test_open_lead_is_gone_from_the_screen_when_its_access_ends(
    world: World, elsewhere: Elsewhere, open_window: Open
) -> None:
    lead_id = elsewhere(report, world)[0]
    given = elsewhere(let_read, world, lead_id)
    window = open_window(world.bia.actor)
    window.go(f"/leads/{lead_id}/")
    expect(window.page.get_by_role("heading", name="Shop 0")).to_be_visible()
    window.page.locator("[data-live]", has_text="Live").wait_for()
    time.sleep(0.5)

    elsewhere(end_reading, world, lead_id, given)

    window.page.locator("[data-toast]", has_text="Your access to this has ended.").wait_for()
    expect(window.page.locator("[data-toast-undo]")).to_be_hidden()
    ended = window.page.get_by_role("heading", name="Your access to this lead has ended")
    expect(ended).to_be_visible()
    assert "Shop 0" not in window.page.content()


def test_chosen_theme_stays(world: World, open_window: Open) -> None:
    window = open_window(world.lin.actor, color_scheme="light")
    root = window.page.locator("html")
    window.go("/")
    assert root.get_attribute("data-theme") is None

    window.page.locator("[data-theme-toggle]").click()
    assert root.get_attribute("data-theme") == "dark"
    window.go("/leads/")
    assert root.get_attribute("data-theme") == "dark"
    window.page.locator("[data-theme-toggle]").click()
    window.go("/")

    assert root.get_attribute("data-theme") == "light"
    assert window.wrong == []
