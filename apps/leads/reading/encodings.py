"""Which encoding a text file is in: a fixed sequence of questions, the same answer every time."""

import codecs
import re
from typing import Final

from apps.leads.reading.errors import ReadError

SUPPORTED: Final = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1252")

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE: Final = 200_000
# Runs of bytes above ASCII. In Western text they are mostly single letters between ASCII letters;
# in Chinese text they come in pairs, most of them from the block of the 3,755 common characters.
_TWO_BYTE_LETTER: Final = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff]")
_COMMON_CHINESE: Final = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1\xa3][\xa1-\xfe]")
_ENOUGH_COMMON: Final = 0.7
_SHORTEST: Final = 4
_MANY_ZEROS: Final = 0.3


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str, bool]:
    """The text, the encoding it was read in, and whether that is sure rather than likely."""
    if encoding is not None:
        if encoding not in SUPPORTED:
            raise ReadError("reading.unknown_encoding", encoding=encoding[:40])
        return _strictly(data, encoding), encoding, True
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _strictly(data, name), name, True
    wide = _utf16_without_mark(data)
    if wide:
        return _strictly(data, wide), wide, False
    try:
        return data.decode("utf-8"), "utf-8", True
    except UnicodeDecodeError:
        return _legacy(data)


def _legacy(data: bytes) -> tuple[str, str, bool]:
    order = ("gb18030", "cp1252") if _looks_chinese(data) else ("cp1252", "gb18030")
    for name in order:
        try:
            return data.decode(name), name, False
        except UnicodeDecodeError:
            continue
    raise ReadError("reading.encoding")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ReadError("reading.encoding") from error


def _utf16_without_mark(data: bytes) -> str:
    sample = data[:_SAMPLE]
    if len(data) % 2 or len(sample) < _SHORTEST:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > _MANY_ZEROS * half and even < odd / 10:
        return "utf-16-le"
    return "utf-16-be" if even > _MANY_ZEROS * half and odd < even / 10 else ""


def _looks_chinese(data: bytes) -> bool:
    letters = _TWO_BYTE_LETTER.findall(data[:_SAMPLE])
    common = sum(1 for letter in letters if _COMMON_CHINESE.fullmatch(letter))
    return bool(letters) and common >= _ENOUGH_COMMON * len(letters)
