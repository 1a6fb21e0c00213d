"""Every page, in both languages, by day and night, wide and narrow: whole, quiet, readable."""

import re
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from apps.core.actor import Actor
from apps.handovers.demo import cast, seeding
from apps.members.models import User
from tests.browser import places
from tests.browser.watching import View, Window

pytestmark = pytest.mark.browser
SHARE = 14
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
DAY: View = ("light", WIDE)
NIGHT: View = ("dark", NARROW)
# Each language sees each width; the audit looks at one view: by day and wide, by night and narrow.
# Colours do not move what is laid out.
AUDITED = {"en": DAY, "zh-hans": NIGHT}
# A page is opened in the view in which the one before was left, and in the other language the
# other way round: each is opened in both, and none is laid out anew only to be left.
ORDERS = {"en": [(DAY, NIGHT), (NIGHT, DAY)], "zh-hans": [(NIGHT, DAY), (DAY, NIGHT)]}
# Staff who work for no member are sent to their own page.
SENT_ON = {"members:nowhere"}
GRAVE = {"serious", "critical"}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    # What passes is not described: that takes longer than the looking.
    "resultTypes": ["violations"],
    "selectors": False,
    "preload": False,
}
# Two English words in a row are a sentence that nobody translated; names are in elements of
# their own, and what people wrote has a language of its own.
ENGLISH = re.compile(r"\b[A-Za-z]*[a-z]{2,}\b(?: \b[a-z]{2,}\b)+")
# What is typed to search is the same in every language: kind:phone.
FILTER = re.compile(r"\b[a-z]+:\S+")
# Choices beside each other that reach beyond their own edge.
CUT = """() => Array.from(document.querySelectorAll(".al-seg"))
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText)"""
NO_WORDS = "bdi, [lang], [dir=auto], code, kbd, .mono, .tz, option, textarea, noscript, script"
TEXT = """(noWords) => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll(noWords).forEach((el) => el.remove());
  const said = Array.from(copy.querySelectorAll("[aria-label], [title], [placeholder]")).flatMap(
    (el) => ["aria-label", "title", "placeholder"].map((name) => el.getAttribute(name) || ""));
  return copy.textContent + "\\n" + said.join("\\n");
}"""


@pytest.fixture
def demo(transactional_db: None, elsewhere: Callable[..., Any]) -> Actor:
    """The demo world, small; the admin of Aurelis in Milan."""
    elsewhere(seeding.seed, 7, share=SHARE)
    return elsewhere(places.actor_called, "Marco Bellandi")


def look(
    window: Window, name: str, path: str, axe: Axe, *, views: Sequence[View], audited: View
) -> list[str]:
    """What is wrong with one page, opened in the first view and left in the last."""
    wrong = []
    window.wrong.clear()
    window.show(*views[0])
    status = window.go(path)
    if status != 200:
        return [f"{name} {path}: {status}"]
    if not window.page.url.startswith(window.site + path) and name not in SENT_ON:
        return [f"{name} {path} led to {window.page.url}"]
    for theme, size in views:
        window.show(theme, size)
        if wide := window.overflow():
            wrong.append(f"{name} {path} at {size['width']} px {theme} scrolls sideways: {wide}")
        if cut := window.page.evaluate(CUT):
            wrong.append(f"{name} {path} at {size['width']} px {theme} cuts choices off: {cut}")
        if (theme, size) == audited and name != "api:docs":
            wrong += [f"{name} {path} {theme} {size['width']}: {w}" for w in audit(window, axe)]
    return wrong + [f"{name} {path}: {said}" for said in window.wrong]


def audit(window: Window, axe: Axe) -> list[str]:
    """What axe finds grave: the rule, and where."""
    window.page.evaluate(axe.axe_script)
    # What axe says besides never leaves the page.
    found = window.page.evaluate("(rules) => axe.run(rules).then((all) => all.violations)", RULES)
    return [
        f"{v['id']}: {[n['html'][:160] for n in v['nodes']][:3]}"
        for v in found
        if v["impact"] in GRAVE
    ]


def untranslated(window: Window, written: list[str]) -> list[str]:
    """English sentences on the page that nobody of the demo wrote."""
    text = window.page.evaluate(TEXT, NO_WORDS)
    for words in written:
        text = text.replace(words, "")
    text = FILTER.sub("", text)
    return sorted({hit.strip() for hit in ENGLISH.findall(text)})


def speak(language: str) -> None:
    User.objects.update(language=language)


def test_each_route_is_a_page_that_is_looked_at_or_known_to_be_none() -> None:
    seen = {*places.PLAIN, *places.FOR_EVERYBODY, "leads:search", "members:invitation"}
    seen |= {"members:staff", "members:nowhere", "leads:detail", "leads:change", "leads:import"}
    seen |= {f"investigations:{name}" for name in ("room", "timeline", "facts", "state", "share")}
    seen |= {f"handovers:{name}" for name in ("amend", "detail", "print", "ribbon")}
    seen |= {f"leads:{name}" for name in ("bulk", "similar", "compare", "propose", "pass_on")}
    seen |= {f"leads:{name}" for name in ("share", "share_run", "share_terms", "signal_ask")}
    seen |= {"investigations:staff_holds", "chat:room", "chat:message"}
    seen |= {"chat:around", "chat:export"}
    seen |= {"leads:staff_signals", "evidence:detail", "duty:desk", "duty:rotas", "duty:calendar"}

    assert set(places.names()) - seen - places.NO_PAGES == set()


def test_every_page_is_whole_in_every_view(
    demo: Actor, elsewhere: Callable[..., Any], open_window: Callable[..., Window]
) -> None:
    ways, wrong, axe = journey(demo, elsewhere, open_window), [], Axe()
    written = elsewhere(places.written, demo)

    for language, audited in AUDITED.items():
        elsewhere(speak, language)
        for (window, name, path), views in zip(ways, cycle(ORDERS[language]), strict=False):
            window.page.context.set_extra_http_headers({"Accept-Language": language})
            wrong += look(window, name, path, axe, views=views, audited=audited)
            if language != "en" and name not in {"api:docs", "styleguide"}:
                words = untranslated(window, written)
                wrong += [f"{name} {path} says in English: {words}"] if words else []

    assert not wrong, "\n".join(wrong)


def journey(
    demo: Actor, elsewhere: Callable[..., Any], open_window: Callable[..., Window]
) -> list[tuple[Window, str, str]]:
    """Every page, in a window of somebody who can open it."""
    everybody, window = open_window(sheet=True), open_window(demo, sheet=True)
    ways = [(everybody, name, places.reverse(name)) for name in places.FOR_EVERYBODY]
    ways.append((everybody, "members:invitation", elsewhere(places.invitation, demo)))
    ways += [(window, name, path) for name, path in elsewhere(places.visit, demo)]
    for who, path in elsewhere(places.tombstones):
        ways.append((open_window(who, sheet=True), "investigations:room", path))
    staff = open_window(Actor(demo.member_id, elsewhere(staff_id)), sheet=True)
    return [
        *ways,
        (staff, "members:staff", "/staff/"),
        (staff, "leads:staff_signals", "/staff/signals/"),
        (staff, "investigations:staff_holds", "/staff/holds/"),
        (staff, "members:nowhere", "/nowhere/"),
    ]


def staff_id() -> Any:
    return User.objects.get(email=cast.STAFF[1]).pk


FAULTS = """<!doctype html><html lang="zh-Hans"><title>x</title><body>
<main><p style="width:2000px">宽</p> <p>This sentence was forgotten.</p>
<p><bdi>Serum and more</bdi></p>
<p style="color:#aaa;background:#fff">faint</p><input><img src="https://elsewhere.test/x.png"></main>
<script>console.error("torn")</script></body></html>"""


def test_what_is_wrong_is_seen(open_window: Callable[..., Window]) -> None:
    window = open_window(sheet=True)
    window.show(*NIGHT)
    window.page.route("https://elsewhere.test/**", lambda route: route.abort())
    window.page.set_content(FAULTS)

    found = " ".join(audit(window, Axe()))

    assert "color-contrast" in found
    assert "label" in found
    assert window.overflow().startswith("20")
    assert untranslated(window, []) == ["This sentence was forgotten"]
    assert {"console: torn", "external: https://elsewhere.test/x.png"} <= set(window.wrong)
