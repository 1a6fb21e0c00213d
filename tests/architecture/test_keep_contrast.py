"""Every pair of colours that carries words keeps WCAG AA, computed from the tokens."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "static/css/alliance.css").read_text()
TEXT_ON = {
    "text": ("bg", "surface", "sunken", "raised", "accent-soft", "sun-soft"),
    "text-2": ("bg", "surface", "sunken", "sun-soft", "urgent-soft", "watch-soft", "ok-soft"),
    "text-3": ("bg", "surface", "sunken", "accent-soft"),
    "accent": ("bg", "surface", "sunken", "accent-soft"),
    "on-accent": ("accent", "accent-2"),
    "sun-ink": ("sun-soft",),
    "urgent": ("surface", "urgent-soft"),
    "watch": ("surface", "watch-soft"),
    "ok": ("surface", "ok-soft"),
    "night-ink": ("night-soft",),
}
PAIRS = [(ink, ground) for ink, grounds in TEXT_ON.items() for ground in grounds]


def tokens(theme: str) -> dict[str, str]:
    start = CSS.index(":root {" if theme == "light" else f':root[data-theme="{theme}"] {{')
    block = CSS[start : CSS.index("\n}", start)]
    return dict(re.findall(r"--al-([\w-]+):\s*(#[0-9a-f]{3,6})", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_are_readable_on_their_ground(theme: str, ink: str, ground: str) -> None:
    colours = tokens(theme)

    assert ratio(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_of_fields_are_seen(theme: str) -> None:
    colours = tokens(theme)

    assert ratio(colours["control"], colours["surface"]) >= 3


def test_night_by_choice_and_by_system_are_the_same_colours() -> None:
    chosen = tokens("dark")
    start = CSS.index("@media (prefers-color-scheme: dark)")
    by_system = dict(
        re.findall(r"--al-([\w-]+):\s*(#[0-9a-f]{3,6})", CSS[start : CSS.index("\n} }", start)])
    )

    assert by_system == chosen
