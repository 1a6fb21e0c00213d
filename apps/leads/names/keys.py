"""The forms under which a name is looked up: two names that share one may be the same. Pure.

| key | made of | so that |
|---|---|---|
| fold | NFKC, case, accents, Arabic variants | ＬＵＭＩ Café = lumi cafe |
| pinyin | Han read aloud, syllables apart | 露米贸易 = 露米貿易 = Lu Mi Mao Yi |
| joined | pinyin or Latin without spaces | Lumi Maoyi = 露米贸易 |
| ascii | every script in Latin letters | Люми = Lyumi, لومي = lwmy |
| bones | consonants, doubled letters once | Norrvik = Norvik |
| part | each telling word, or pair of characters | Lumi Outlet finds Lumi Trading |

A part brings candidates only; what they are worth the score says.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from anyascii import anyascii
from pypinyin import lazy_pinyin

from apps.core.grams import fold
from apps.leads.names import legal_forms

LONGEST: Final = 300
MOST_PARTS: Final = 12
# Longer keys of one name would be the whole name again.
LONGEST_KEY: Final = 120
_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_WORD: Final = re.compile(r"[^\W_]+")
_DOTTED: Final = re.compile(r"(?<=\b\w)[.](?=\w\b)|(?<=\b\w)[.]$")
_BRACKETS: Final = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_LEAST_PART: Final = 3
_LEAST_BONES: Final = 4
_TWICE: Final = re.compile(r"(.)\1+")
_VOWELS: Final = re.compile(r"(?<!^)[aeiouy]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name without what says nothing, in its forms; empty where nothing is left."""

    written: str
    core: str
    pinyin: str
    ascii: str
    telling: str
    parts: tuple[str, ...]

    @property
    def joined(self) -> str:
        return self.ascii.replace(" ", "")

    @property
    def keys(self) -> tuple[str, ...]:
        """What its rows hold, each once."""
        if not self.core:
            return ()
        found = [f"f:{self.core}"]
        if self.pinyin:
            found.append(f"p:{self.pinyin}")
        found += [f"a:{self.ascii}", f"j:{self.joined}"]
        bones = _bones(self.telling or self.ascii)
        if len(bones) >= _LEAST_BONES:
            found.append(f"b:{bones}")
        found += [f"t:{part}" for part in self.parts]
        return tuple(dict.fromkeys(key[:LONGEST_KEY] for key in found if len(key) > 2))


@lru_cache(maxsize=4096)
def read_name(written: str) -> Name:
    """The name in every form; never raises."""
    words = _words(unicodedata.normalize("NFKC", written[:LONGEST]))
    core = " ".join(words)
    pinyin = " ".join(_spoken(word) for word in words) if _HAN.search(core) else ""
    telling = [left for word in words if (left := _telling(word))]
    return Name(written, core, pinyin, _ascii(words), _ascii(telling), _parts(telling))


def _ascii(words: list[str]) -> str:
    """Every script in Latin letters, Han by its sound, one space between words."""
    latin = " ".join(_latin(_spoken(word)) for word in words)
    return " ".join(_WORD.findall(latin))


def _telling(word: str) -> str:
    """The word without what many sellers share; nothing where that is all."""
    if word in _COMMON or word in _BEFORE or word in _ENDS:
        return ""
    place = next((p for p in _PLACES if word.startswith(p)), "")
    trade = next((t for t in _TRADES if word.endswith(t)), "")
    return word[len(place) : len(word) - len(trade)] if len(word) >= len(place + trade) else ""


def _bones(latin: str) -> str:
    """Consonants with each doubled letter once: what survives a slip of the pen."""
    return _VOWELS.sub("", _TWICE.sub(r"\1", latin.replace(" ", "")))


def _words(text: str) -> list[str]:
    """The telling words of a name, folded, forms and shop words taken off its ends."""
    plain = _DOTTED.sub("", _BRACKETS.sub(" ", text) or text)
    if not _WORD.search(plain):
        plain = text
    words = [_without_endings(word) for word in _WORD.findall(fold(plain))]
    words = [word for word in words if word]
    first, last = 0, len(words)
    while last - first > 1 and words[last - 1] in _FORMS:
        last -= 1
    while last - first > 1 and words[first] in _BEFORE:
        first += 1
    return words[first:last]


# As names are folded, so are the tables.
_FORMS: Final = frozenset(fold(form) for form in legal_forms.TOKENS)
_BEFORE: Final = frozenset(fold(form) for form in legal_forms.BEFORE)
_COMMON: Final = frozenset(fold(word) for word in legal_forms.COMMON)
_PLACES: Final = tuple(fold(place) for place in legal_forms.CHINESE_PLACES)
_TRADES: Final = tuple(fold(trade) for trade in legal_forms.CHINESE_TRADES)
_ENDS: Final = tuple(fold(e) for e in (*legal_forms.CHINESE_SHOPS, *legal_forms.CHINESE_ENDS))


def _without_endings(word: str) -> str:
    while True:
        end = next((e for e in _ENDS if word.endswith(e) and len(word) > len(e) + 1), None)
        if end is None:
            return word
        word = word[: -len(end)]


def _spoken(word: str) -> str:
    """Han as its syllables; everything else as it is."""
    if not _HAN.search(word):
        return word
    return " ".join(lazy_pinyin(word))


def _latin(text: str) -> str:
    return text if text.isascii() else fold(anyascii(text))


def _parts(telling: list[str]) -> tuple[str, ...]:
    """What brings candidates: each word that tells something, and pairs of Han as one reads them.

    A pair is kept in pinyin, so that the traditional and the simplified form meet.
    """
    found: dict[str, None] = {}
    for word in telling:
        for run in _HAN.findall(word):
            spoken = lazy_pinyin(run)
            pairs = (f"{a} {b}" for a, b in pairwise(spoken))
            found.update(dict.fromkeys(pairs))
    latin = _ascii([_HAN.sub(" ", word) for word in telling])
    found.update(dict.fromkeys(w for w in latin.split() if len(w) >= _LEAST_PART))
    return tuple(found)[:MOST_PARTS]
