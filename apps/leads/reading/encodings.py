"""Which encoding a text file is in: a fixed sequence of questions, the same answer every time."""

import codecs
import re
from typing import Final

from apps.leads.reading.errors import ReadError
from apps.leads.reading.sources import Source

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


def find_encoding(source: Source, named: str | None = None) -> tuple[str, bool]:
    """An encoding that the whole file is in, and whether it is sure rather than likely."""
    if named is not None:
        if named not in SUPPORTED:
            raise ReadError("reading.unknown_encoding", encoding=named[:40])
        return _strictly(source, named), True
    sample = source.head(_SAMPLE)
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return _strictly(source, name), True
    wide = _utf16_without_mark(sample, source.size)
    if wide:
        return _strictly(source, wide), False
    return ("utf-8", True) if _is_in(source, "utf-8") else (_legacy(source, sample), False)


def _legacy(source: Source, sample: bytes) -> str:
    order = ("gb18030", "cp1252") if _looks_chinese(sample) else ("cp1252", "gb18030")
    for name in order:
        if _is_in(source, name):
            return name
    raise ReadError("reading.encoding")


def _strictly(source: Source, encoding: str) -> str:
    if not _is_in(source, encoding):
        raise ReadError("reading.encoding")
    return encoding


def _is_in(source: Source, encoding: str) -> bool:
    """Whether every byte of the file can be read so."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in source.chunks():
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(sample: bytes, size: int) -> str:
    if size % 2 or len(sample) < _SHORTEST:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > _MANY_ZEROS * half and even < odd / 10:
        return "utf-16-le"
    return "utf-16-be" if even > _MANY_ZEROS * half and odd < even / 10 else ""


def _looks_chinese(sample: bytes) -> bool:
    letters = _TWO_BYTE_LETTER.findall(sample)
    common = sum(1 for letter in letters if _COMMON_CHINESE.fullmatch(letter))
    return bool(letters) and common >= _ENOUGH_COMMON * len(letters)
