"""How alike two names are, with the reason: what a person reads before she judges. Pure."""

from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from apps.leads.names.keys import Name

LEAST: Final = 70
SAME_WRITING: Final = 100
SAME_SOUND: Final = 95
SAME_LETTERS: Final = 92
SAME_JOINED: Final = 90
SAME_TELLING: Final = 85
# What is alike only by its letters never passes what is equal in some form.
MOST_ALIKE: Final = 84
# A name of few letters is alike to too many.
SHORT: Final = 4
LONG: Final = 6


@dataclass(frozen=True, slots=True)
class Score:
    """0 to 100, and the code of the reason."""

    points: int
    reason: str


def compare(one: Name, other: Name) -> Score:
    """The strongest form in which they are alike."""
    if not one.telling or not other.telling:
        # "Trading" and "Trading" are two sellers.
        return Score(0, "none")
    if one.core == other.core:
        return Score(SAME_WRITING, "writing")
    if one.pinyin and one.pinyin == other.pinyin:
        return Score(SAME_SOUND, "sound")
    if one.ascii == other.ascii:
        return Score(SAME_LETTERS, "letters")
    if one.joined == other.joined:
        return Score(SAME_JOINED, "joined")
    return _telling(one, other)


def _telling(one: Name, other: Name) -> Score:
    """Alike in what tells them apart from others: places and words of trade count for nothing."""
    first, second = one.telling.replace(" ", ""), other.telling.replace(" ", "")
    shorter, longer = sorted((len(first), len(second)))
    if first == second:
        return Score(SAME_TELLING if shorter >= SHORT else 0, "telling")
    if shorter >= LONG:
        in_order = token_sort_ratio(one.telling, other.telling)
        without_spaces = 100 * JaroWinkler.similarity(first, second)
        alike = min(MOST_ALIKE, round(min(in_order, without_spaces)))
        if alike >= LEAST:
            return Score(alike, "alike")
    if shorter >= SHORT and token_set_ratio(one.telling, other.telling) == SAME_WRITING:
        # One name within the other: the more is added, the less it says.
        return Score(round(60 + 20 * shorter / longer), "within")
    return Score(0, "none")
