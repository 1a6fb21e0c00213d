"""In which language a message is, as far as its letters and its author say. Pure.

Nothing is guessed: where the letters belong to one language that is the answer; else the author's
own word counts if such letters can be that language; else it is undetermined (`und`), with the
script where that is known.
"""

import unicodedata
from collections import Counter
from typing import Final

UNKNOWN: Final = "und"
# By the first word of a letter's Unicode name.
_SCRIPTS: Final = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "GREEK": "Grek", "ARABIC": "Arab", "HEBREW": "Hebr",
    "CJK": "Hani", "HIRAGANA": "Jpan", "KATAKANA": "Jpan", "HANGUL": "Hang", "THAI": "Thai",
    "LAO": "Laoo", "KHMER": "Khmr", "MYANMAR": "Mymr", "DEVANAGARI": "Deva", "BENGALI": "Beng",
    "TAMIL": "Taml", "TELUGU": "Telu", "GEORGIAN": "Geor", "ARMENIAN": "Armn", "ETHIOPIC": "Ethi",
}  # fmt: skip
# Scripts in which one language is written here; the others are shared by several.
_ONE: Final = {
    "Jpan": "ja", "Hang": "ko", "Thai": "th", "Laoo": "lo", "Khmr": "km", "Grek": "el",
    "Geor": "ka", "Armn": "hy", "Taml": "ta", "Telu": "te",
}  # fmt: skip
# Languages that are written in other letters than Latin ones.
_WRITTEN: Final = {
    "Hani": {"zh", "yue", "ja"},
    "Arab": {"ar", "fa", "ur", "ps", "ckb", "ug", "sd", "ku", "az", "pa"},
    "Cyrl": {"ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg", "uz"},
    "Hebr": {"he", "yi"},
    "Deva": {"hi", "mr", "ne", "sa"},
    "Beng": {"bn", "as"},
    "Mymr": {"my"},
    "Ethi": {"am", "ti"},
}
_ELSEWHERE: Final = set().union(*_WRITTEN.values()) | set(_ONE.values())
# Written in Latin letters, too.
_ALSO_LATIN: Final = {"sr", "uz", "az", "kk", "ku", "mn"}
LONGEST: Final = 2_000


def tag(body: str, claimed: str) -> str:
    """The language tag of a text; `claimed` is what its author's client said."""
    scripts = scripts_of(body)
    if not scripts:
        return claimed or UNKNOWN
    script = scripts[0]
    if script in _ONE:
        return _ONE[script]
    language = claimed.split("-", maxsplit=1)[0].lower()
    if script == "Latn":
        # Names of people, brands and places stand in Latin letters in texts of any language.
        is_possible = (
            language not in _ELSEWHERE
            or language in _ALSO_LATIN
            or any(language in _WRITTEN.get(one, {_ONE.get(one)}) for one in scripts)
        )
    else:
        is_possible = language in _WRITTEN.get(script, ())
    if language and language != UNKNOWN and is_possible:
        return claimed
    return f"{UNKNOWN}-{script}"


def scripts_of(body: str) -> list[str]:
    """The scripts of its letters, most first; Chinese characters among kana are Japanese."""
    if body.isascii():
        return ["Latn"] if any(char.isalpha() for char in body) else []
    counts: Counter[str] = Counter()
    for char in body[:LONGEST]:
        if char.isalpha():
            name = unicodedata.name(char, "").partition(" ")[0]
            counts[_SCRIPTS.get(name, "")] += 1
    counts.pop("", None)
    if counts["Jpan"]:
        counts["Jpan"] += counts.pop("Hani", 0)
    return [script for script, count in counts.most_common() if count]
