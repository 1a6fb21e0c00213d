"""Scripts: which one a text is written in, and traditional characters as simplified ones."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).parent / "data" / "traditional.txt"
_FIRST_WORDS: Final = {
    "LATIN": "Latn",
    "CJK": "Hani",
    "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
    "HANGUL": "Hang",
    "ARABIC": "Arab",
    "CYRILLIC": "Cyrl",
    "GREEK": "Grek",
    "HEBREW": "Hebr",
    "THAI": "Thai",
    "DEVANAGARI": "Deva",
}


@cache
def _simplified_of() -> dict[int, str]:
    lines = _TABLE.read_text("utf-8").splitlines()
    pairs = (pair for line in lines if not line.startswith("#") for pair in line.split())
    return {ord(pair[0]): pair[1] for pair in pairs}


def simplified(text: str) -> str:
    """Every traditional character as its simplified one; other scripts stay as they are."""
    return text if text.isascii() else text.translate(_simplified_of())


def script_of(text: str) -> str:
    """The ISO 15924 code of the script, "Zyyy" where letters of several are mixed."""
    found = {_script(char) for char in text if char.isalpha()}
    if "Jpan" in found:
        found -= {"Hani"}
    return found.pop() if len(found) == 1 else "Zyyy"


@cache
def _script(char: str) -> str:
    return _FIRST_WORDS.get(unicodedata.name(char, "").partition(" ")[0], "Zyyy")
