"""Whatever is written, what is shown is a small safe subset of HTML."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.chat import instants, text
from apps.chat.mentioning import Callee, desk_slug, slug, told_apart

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "<javascript:alert(1)>",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example "\\"onmouseover=alert(1) x=\\"")',
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>1</script>'></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<style>*{display:none}</style>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "`<script>alert(1)</script>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "```html onload=alert(1)\nx\n```",
    "> <b onclick=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[x]: javascript:alert(1)\n\n[x]",
    "<!--><script>alert(1)</script>-->",
    "<form action=https://evil.example><input name=p></form>",
]
ALLOWED = re.compile(
    r"</?(p|em|strong|s|code|pre|blockquote|ul|ol|li|br)( start=\"\d+\")?>"
    r"|<a href=\"(https?|mailto):[^\"<>]*\"( title=\"[^\"<>]*\")?"
    r" rel=\"nofollow noopener noreferrer\">|</a>|<br ?/?>"
)


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_text_becomes_harmless(body: str) -> None:
    left = ALLOWED.sub("", text.render(body).html)

    assert "<" not in left
    assert ">" not in left.replace("&gt;", "")


def test_emphasis_lists_code_and_links_are_shown() -> None:
    body = "**now** _soon_ ~~no~~ `x`\n\n- one\n- two\n\n[shop](https://shop.example/a)"
    html = text.render(body).html

    for part in ("<strong>now</strong>", "<em>soon</em>", "<s>no</s>", "<code>x</code>"):
        assert part in html
    assert html.count("<li>") == 2
    assert 'href="https://shop.example/a" rel="nofollow noopener noreferrer"' in html


def test_line_break_stays_a_line_break() -> None:
    assert "<br" in text.render("one\ntwo").html


@pytest.mark.parametrize("body", [">" * 8000, "*a " * 2700, "[" * 8000, "`" * 8000, "- " * 4000])
def test_deep_nesting_is_cut(body: str) -> None:
    html = text.render(body).html

    assert max(html.count("<blockquote>"), html.count("<ul>")) <= 12


KNOWN = told_apart(
    [
        (Callee(ref="person:1", handle=slug("Bo Duarte"), name="Bo Duarte"), "SOL"),
        (Callee(ref="person:2", handle=slug("Bo"), name="Bo"), "SOL"),
        (Callee(ref="person:3", handle=slug("林安"), name="林安"), "AUR"),
        (Callee(ref="person:4", handle=slug("Li Wei"), name="Li Wei"), "AUR"),
        (Callee(ref="person:5", handle=slug("Li Wei"), name="Li Wei"), "SOL"),
        (Callee(ref="person:6", handle=slug("Li Wei"), name="Li Wei"), "SOL"),
        (Callee(ref="desk:7", handle=desk_slug("Milan"), name="Milan"), "AUR"),
        (Callee(ref="on-duty", handle="on-duty", name="on duty"), ""),
        (Callee(ref="person:8", handle=slug("<b>Zoë & Co"), name="<b>Zoë & Co"), "AUR"),
    ]
)


def test_who_is_called_is_found_outside_of_code_by_the_longest_handle() -> None:
    cases = {
        "@bo-duarte, look": ["person:1"],
        "look, @Bo-Duarte.": ["person:1"],
        "(@bo)": ["person:2"],
        "@bo-d and @bob and @bo-duartes": [],
        "@林安请看": ["person:3"],
        "@li-wei": [],
        "@li-wei.aur @li-wei.sol @li-wei.sol-2": ["person:4", "person:5", "person:6"],
        "**@milan-desk** @on-duty @milan-desk": ["desk:7", "on-duty"],
        "mail bo@bo-duarte.example": [],
        "`@bo-duarte` and\n```\n@on-duty\n```": [],
        "\\@bo-duarte": [],
        "> @bo-duarte\n- @milan-desk": ["person:1", "desk:7"],
        "@b-zoë-co": ["person:8"],
        "@": [],
        "@@bo": ["person:2"],
        "@nobody": [],
    }

    assert {body: text.render(body, KNOWN).mentions for body in cases} == cases


def test_called_name_is_shown_as_text() -> None:
    html = text.render("@b-zoë-co", KNOWN).html

    assert html == (
        '<p><span class="al-mention" data-ref="person:8">@&lt;b&gt;Zoë &amp; Co</span></p>'
    )


def test_instant_is_kept_as_utc_and_shown_in_each_readers_zone() -> None:
    cases = {
        "<t:2026-11-26T09:00Z>": "2026-11-26T09:00:00+00:00",
        "<t:2026-11-26T09:00+01:00>": "2026-11-26T08:00:00+00:00",
        "<t:2026-11-26 09:00 Europe/Rome>": "2026-11-26T08:00:00+00:00",
        "<t:2026-11-26T09:00 America/Argentina/Buenos_Aires>": "2026-11-26T12:00:00+00:00",
        # A night that skips 02:30: the shift that starts then starts at 03:00.
        "<t:2026-03-29T02:30 Europe/Rome>": "2026-03-29T01:00:00+00:00",
    }
    none = [
        "<t:2026-13-26T09:00Z>",
        "<t:2026-11-26T25:00Z>",
        "<t:2026-11-26T09:00>",
        "<t:2026-11-26T09:00 Mars/Olympus>",
        "<t:0000-00-00T00:00Z>",
        "`<t:2026-11-26T09:00Z>`",
        "<t:9999-12-31T23:59-23:59>",
    ]

    for body, iso in cases.items():
        assert f'<time class="al-instant" datetime="{iso}">' in text.render(body).html
    assert [body for body in none if "<time" in text.render(body).html] == []
    shown = instants.localised(text.render("<t:2026-11-26T09:00Z>").html, "Asia/Shanghai")
    assert "17:00" in shown
    assert "2026-11-26 09:00 UTC" in shown


WORDS = st.sampled_from(
    ["Fake", "serum", "1.", "12) x", "-", "(seen", "at 9:30)", "é", "精华液。", "عطر", "a_b", "*x*",
     "&amp;", "#3", "50%", "o'clock", "www.shop.example/p/1", "\n", "  ", "！", "$1", "~~", "٣.",
     "²."]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=7).map(" ".join) | st.lists(WORDS, max_size=4).map("".join))
def test_words_alone_read_as_the_parser_reads_them(body: str) -> None:
    assert text.render(body) == text._parsed(body, None)


def test_words_alone_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_parsed", None)

    assert text.render("Seller moved: 3 listings (see R-12)").html == (
        "<p>Seller moved: 3 listings (see R-12)</p>"
    )
    assert text.render("卖家换了店铺，共 3 个链接。").html == "<p>卖家换了店铺，共 3 个链接。</p>"
