"""What is vendored is what was reviewed, and no page asks another host for anything."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("apps/*/templates/**/*.html")]


def test_every_vendored_file_has_its_listed_digest() -> None:
    listed = {}
    for line in (STATIC / "vendor/SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        listed[(STATIC / "vendor" / name).resolve()] = digest

    found = [*(STATIC / "vendor").glob("*.js"), *(STATIC / "fonts").glob("*.woff2")]

    assert {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in found} == listed


def test_fonts_named_by_the_style_sheet_exist_and_no_other() -> None:
    named = set(re.findall(r"fonts/([^\"]+\.woff2)", (STATIC / "css/fonts.css").read_text()))

    assert named == {path.name for path in (STATIC / "fonts").glob("*.woff2")}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_obey_the_strict_content_policy(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"\sstyle\s*=", text), "no inline styles: use a class"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "no inline handlers"
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text), "no inline scripts"
    assert not re.search(r"(src|href|action)\s*=\s*[\"'](https?:)?//", text), "no other host"


@pytest.mark.parametrize("path", sorted((STATIC / "js").glob("*.js")), ids=lambda p: p.name)
def test_scripts_ask_no_other_host_and_evaluate_nothing(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"\beval\(|new Function\(", text)
    assert not re.search(r"https?://(?!www\.w3\.org/)", text)
