"""Which parts of a text answer a search: the text as it was written, cut where hits begin and end.

Letters are compared as the index compares them, so that "cafe" marks "Café" and "نص" marks "نَصّ".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from apps.core.grams import ASCII_WORD, fold, query_grams, spans

AROUND: Final = 60
LONGEST: Final = 4_000


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text; a hit is shown as such."""

    text: str
    is_hit: bool


def marked(text: str, query: str) -> tuple[Part, ...]:
    """The whole text in parts."""
    text = text[:LONGEST]
    return tuple(_cut(text, _hits(text, query)))


def snippet(text: str, query: str) -> tuple[Part, ...]:
    """The text around its first hit in parts; nothing where there is none."""
    text = " ".join(text[:LONGEST].split())
    hits = _hits(text, query)
    if not hits:
        return ()
    start = max(0, hits[0][0] - AROUND)
    end = min(len(text), hits[0][1] + 2 * AROUND)
    inside = [
        (max(a, start) - start, min(b, end) - start) for a, b in hits if a < end and b > start
    ]
    parts = _cut(text[start:end], inside)
    before = [Part("… ", is_hit=False)] if start else []
    after = [Part(" …", is_hit=False)] if end < len(text) else []
    return (*before, *parts, *after)


_fold_one = lru_cache(maxsize=8192)(fold)


# One query marks many texts.
@lru_cache(maxsize=64)
def _wanted(query: str) -> frozenset[str]:
    return frozenset(query_grams(query))


def _hits(text: str, query: str) -> list[tuple[int, int]]:
    """Where the text has a word of the query, in its own characters, joined where they touch."""
    wanted = _wanted(query)
    if not wanted:
        return []
    if text.isascii():
        # Every letter is one to the index, and words never touch.
        words = ASCII_WORD.finditer(text.lower())
        return [match.span() for match in words if match[0] in wanted]
    folded, origin = _aligned(text)
    found: list[tuple[int, int]] = []
    for start, end, spaceless in spans(folded):
        found += _in_run(folded, start, end, wanted) if spaceless else []
        if not spaceless and folded[start:end] in wanted:
            found.append((start, end))
    return _joined((origin[a], _past(origin, b, text)) for a, b in found)


def _in_run(folded: str, start: int, end: int, wanted: frozenset[str]) -> list[tuple[int, int]]:
    return [
        (at, at + size)
        for at in range(start, end)
        for size in (1, 2)
        if at + size <= end and folded[at : at + size] in wanted
    ]


def _aligned(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the one that it comes from."""
    letters: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        plain = _fold_one(char)
        letters.append(plain)
        origin += [at] * len(plain)
    return "".join(letters), origin


def _past(origin: list[int], at: int, text: str) -> int:
    """The end of a hit in the text: marks that fold to nothing belong to their letter.

    So does all that one character folds to: "1" marks the whole of "¼".
    """
    while at < len(origin) and origin[at] == origin[at - 1]:
        at += 1
    return origin[at] if at < len(origin) else len(text)


def _joined(hits: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(hits):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _cut(text: str, hits: list[tuple[int, int]]) -> list[Part]:
    parts: list[Part] = []
    at = 0
    for start, end in hits:
        if start > at:
            parts.append(Part(text[at:start], is_hit=False))
        parts.append(Part(text[start:end], is_hit=True))
        at = end
    if at < len(text):
        parts.append(Part(text[at:], is_hit=False))
    return parts
