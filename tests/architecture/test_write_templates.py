"""Templates under a strict content security policy: nothing inline, nothing unescaped."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("apps/*/templates/**/*.html")])
FORBIDDEN = {
    "an inline style": re.compile(r"<[^>{]*\sstyle\s*="),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")"),
    "an inline handler": re.compile(r"<[^>{]*\son[a-z]+\s*="),
    "a handler that evaluates": re.compile(r"\shx-(on|vals='js)|hx-vals=\"js:|javascript:"),
    "unescaped output": re.compile(r"\|\s*safe\b|autoescape off|\|\s*safeseq\b"),
    "another site's file": re.compile(r"(src|href)=\"(https?:)?//"),
}
# The one HTML that is stored: rendered from Markdown and cleaned when a message is posted.
REVIEWED = {("apps/chat/templates/chat/_line.html", "unescaped output")}
POST_FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_template_has_nothing_inline(path: Path) -> None:
    text, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))

    found = {(name, what) for what, pattern in FORBIDDEN.items() if pattern.search(text)}

    assert found <= REVIEWED


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_form_that_posts_carries_the_token(path: Path) -> None:
    forms = POST_FORM.findall(path.read_text(encoding="utf-8"))

    assert [form[:120] for form in forms if "csrf_token" not in form] == []
