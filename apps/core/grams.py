"""What a text is found by: words, and pairs of characters where a script writes no spaces.

The index and the query are cut the same way, so a search is one array containment and right in any
script. Words are kept whole (a caller that wants "lum" to find "lumi" compares the last word as a
prefix). A host or an e-mail address is its words: `lumi-serum.example` is found by `lumi`, by
`serum` and by itself. Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese runs are indexed by
every character and every pair; a query of two or more characters needs its pairs only.
Case, width, Latin and Greek accents, Arabic vowel signs and stretching make no difference, nor do
the Arabic and Persian forms of one letter and of the digits.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

LONGEST_TEXT: Final = 100_000
LONGEST_GRAM: Final = 64
MOST_GRAMS: Final = 20_000

_FOLDED: Final = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u00ad\ufeff]"
)
_SPACELESS: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3100-\u312f"
    "\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_MARKS_IN_WORDS: Final = "\u0900-\u0dff"
# Letters that are one to whoever searches and two to Unicode: those of the north and of Poland, the
# dotless i, Arabic and Persian forms of one letter, the digits of both.
_ONE_LETTER: Final = str.maketrans(
    {
        "ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
        "ŧ": "t", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ە": "ه", "ہ": "ه", "ٱ": "ا",
        "ۆ": "و", "ґ": "г",
    }
    | {chr(start + digit): str(digit) for start in (0x660, 0x6F0) for digit in range(10)}
)  # fmt: skip
_RUN: Final = re.compile(
    rf"(?P<spaceless>[{_SPACELESS}]+)|(?P<word>(?:(?![{_SPACELESS}])[^\W_]|[{_MARKS_IN_WORDS}])+)"
)
ASCII_WORD: Final = re.compile("[a-z0-9]+")


def grams(text: str) -> list[str]:
    """Everything the text may be found by, each once, in the order of the text."""
    if text.isascii():
        # Nothing is written without spaces here: words alone, as below, and much faster.
        words = ASCII_WORD.findall(text[:LONGEST_TEXT].lower())
        if max(map(len, words), default=0) > LONGEST_GRAM:
            words = [word[:LONGEST_GRAM] for word in words]
        return list(dict.fromkeys(words))[:MOST_GRAMS]
    found: dict[str, None] = {}
    for run, spaceless in _runs(text):
        if spaceless:
            found.update(dict.fromkeys(run))
            found.update(dict.fromkeys(_pairs(run)))
        else:
            found[run] = None
    return list(found)[:MOST_GRAMS]


def query_grams(query: str) -> list[str]:
    """What a text must have, all of it, to answer; empty where the query names nothing."""
    needed: dict[str, None] = {}
    for run, spaceless in _runs(query):
        parts = _pairs(run) if spaceless and len(run) > 1 else [run]
        needed.update(dict.fromkeys(parts))
    return list(needed)


def fold(text: str) -> str:
    """The text without the differences that a search overlooks."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = unicodedata.normalize("NFKC", _FOLDED.sub("", apart)).casefold()
    return plain if plain.isascii() else plain.translate(_ONE_LETTER)


def spans(folded: str) -> Iterator[tuple[int, int, bool]]:
    """Where the words and the runs without spaces of a folded text are."""
    for match in _RUN.finditer(folded):
        yield match.start(), match.end(), match.lastgroup == "spaceless"


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    folded = fold(text[:LONGEST_TEXT])
    for start, end, spaceless in spans(folded):
        run = folded[start:end]
        yield (run if spaceless else run[:LONGEST_GRAM]), spaceless


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
