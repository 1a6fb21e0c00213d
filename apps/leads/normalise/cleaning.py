"""The first step of every kind: plain composed text, or nothing."""

import re
import unicodedata
from typing import Final

LONGEST_VALUE: Final = 8_192

# Zero-width, soft-hyphen and direction marks change how a value looks, never what it names.
# ZWJ and ZWNJ stay: they tell words apart in Persian and Indic host names.
INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LINE_BREAKS: Final = re.compile(r"[\t\r\n]")
_UNUSABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_DEFANGED_SCHEME: Final = re.compile(
    r"(?<![a-z0-9])h(?:xx|\*\*|tt)p(s?)(?:\[:\]|\[:/{2}\]|:)(?:/{2})?", re.IGNORECASE
)
_PLAIN_SCHEMES: Final = ("https://", "http://")
_DEFANGED_DOT: Final = re.compile(
    r"[ \t]?[\[({<][ \t]?(?:\.|dot|点)[ \t]?[\])}>][ \t]?", re.IGNORECASE
)
_DEFANGED_AT: Final = re.compile(r"[ \t]?[\[({<][ \t]?(?:@|at)[ \t]?[\])}>][ \t]?", re.IGNORECASE)


def clean(raw: object) -> str | None:
    """The value as composed text on one line, or None where it can't be a value at all."""
    text = _decoded(raw)
    if text is None or len(text) > LONGEST_VALUE:
        return None
    if text.isascii():
        text = text.strip()
        if text and text.isprintable():
            return text
        text = _LINE_BREAKS.sub("", text)
    else:
        text = _LINE_BREAKS.sub("", compose(text).strip())
    if not text or len(text) > LONGEST_VALUE or _UNUSABLE.search(text):
        return None
    return text


def compose(text: str) -> str:
    """NFKC without invisible marks: full-width forms from a Chinese keyboard become plain."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", text))


def refang(text: str) -> str:
    """Undo the disarming of one value: hxxp://shop[.]example, sales(at)shop.example."""
    scheme = None if text.startswith(_PLAIN_SCHEMES) else _DEFANGED_SCHEME.match(text)
    if scheme:
        text = f"http{scheme[1]}://{text[scheme.end() :]}"
    return _refang_marks(text)


def refang_all(text: str) -> str:
    """Undo the disarming everywhere in a running text."""
    # A scheme has a colon, and most texts have none.
    return _refang_marks(_DEFANGED_SCHEME.sub(r"http\1://", text) if ":" in text else text)


def _refang_marks(text: str) -> str:
    if "[" in text or "(" in text or "{" in text or "<" in text:
        text = _DEFANGED_DOT.sub(".", text)
        text = _DEFANGED_AT.sub("@", text)
    return text


def _decoded(raw: object) -> str | None:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bytes):
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return None
    return None
