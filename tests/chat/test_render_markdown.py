"""Whatever is written, what is shown is a small safe subset of HTML."""

import re

import pytest

from apps.chat.text import render

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
    left = ALLOWED.sub("", render(body))

    assert "<" not in left
    assert ">" not in left.replace("&gt;", "")


def test_emphasis_lists_code_and_links_are_shown() -> None:
    html = render("**now** _soon_ ~~no~~ `x`\n\n- one\n- two\n\n[shop](https://shop.example/a)")

    for part in ("<strong>now</strong>", "<em>soon</em>", "<s>no</s>", "<code>x</code>"):
        assert part in html
    assert html.count("<li>") == 2
    assert 'href="https://shop.example/a" rel="nofollow noopener noreferrer"' in html


def test_line_break_stays_a_line_break() -> None:
    assert "<br" in render("one\ntwo")


@pytest.mark.parametrize("body", [">" * 8000, "*a " * 2700, "[" * 8000, "`" * 8000, "- " * 4000])
def test_deep_nesting_is_cut(body: str) -> None:
    html = render(body)

    assert max(html.count("<blockquote>"), html.count("<ul>")) <= 12
