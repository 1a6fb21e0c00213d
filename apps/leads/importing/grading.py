"""Admiralty grades as people write them: a letter for the source, a number for the report."""

import re
from typing import Final

Grade = tuple[str, int | None]

# "B2", "b / 2", "B", "2", "B - usually reliable", "2: probably true".
_CODE: Final = re.compile(
    r"\s*(?:(?P<letter>[A-F])\s*[-/:.,]?\s*(?P<number>[1-6])?|(?P<alone>[1-6]))"
    r"\s*(?:[-\u2013:.(]\s*\D*)?",
    re.IGNORECASE,
)
# The tags of the taxonomy that MISP and others carry.
_TAG: Final = re.compile(
    r"""admiralty-scale:(?:source-reliability="(?P<letter>[a-f])"
    |information-credibility="(?P<number>[1-6])")""",
    re.VERBOSE,
)
_WORDS: Final[dict[str, Grade]] = {
    "reliable": ("a", None),
    "completely reliable": ("a", None),
    "usually reliable": ("b", None),
    "fairly reliable": ("c", None),
    "not usually reliable": ("d", None),
    "unreliable": ("e", None),
    "reliability cannot be judged": ("f", None),
    "confirmed": ("", 1),
    "confirmed by other sources": ("", 1),
    "probably true": ("", 2),
    "possibly true": ("", 3),
    "doubtful": ("", 4),
    "doubtfully true": ("", 4),
    "improbable": ("", 5),
    "truth cannot be judged": ("", 6),
}


def read_grade(written: str) -> Grade | None:
    """The letter and the number of one cell, either may be missing; None where it is no grade."""
    text = " ".join(written.split())
    if text.casefold() in _WORDS:
        return _WORDS[text.casefold()]
    if "admiralty-scale:" in text:
        return _read_tags(text)
    found = _CODE.fullmatch(text)
    if found is None:
        return None
    number = found["number"] or found["alone"]
    return (found["letter"] or "").lower(), int(number) if number else None


def _read_tags(text: str) -> Grade | None:
    letter, number = "", None
    for found in _TAG.finditer(text):
        letter = letter or found["letter"] or ""
        number = number or (int(found["number"]) if found["number"] else None)
    return (letter, number) if letter or number else None
