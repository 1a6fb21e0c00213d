"""Files that people import, read as tables of text: CSV, XLSX, JSON, bundles, or plain lines."""

from pathlib import Path
from typing import Final

from apps.leads.reading.encodings import SUPPORTED as SUPPORTED_ENCODINGS
from apps.leads.reading.errors import ReadError
from apps.leads.reading.mapping import FIELDS, guess_mapping
from apps.leads.reading.sources import Source
from apps.leads.reading.tables import (
    DEFAULT_LIMITS,
    MB,
    NO_HINTS,
    VALUE_COLUMN,
    Hints,
    Limits,
    Row,
    Table,
    bare_cell,
    row_digest,
    safe_cell,
)
from apps.leads.reading.texts import open_text
from apps.leads.reading.workbooks import open_workbook

__all__ = [
    "DEFAULT_LIMITS",
    "FIELDS",
    "NO_HINTS",
    "SUPPORTED_ENCODINGS",
    "VALUE_COLUMN",
    "Hints",
    "Limits",
    "ReadError",
    "Row",
    "Table",
    "bare_cell",
    "guess_mapping",
    "open_table",
    "row_digest",
    "safe_cell",
]

_HEAD: Final = 64
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_OTHER_FORMATS: Final = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"{\\rtf",
    b"\x7fELF", b"MZ\x90", b"PK\x05\x06",
)  # fmt: skip


def open_table(
    file: Path | bytes,
    filename: str = "",
    *,
    hints: Hints = NO_HINTS,
    limits: Limits = DEFAULT_LIMITS,
) -> Table:
    """Open a file as a table, judged by its content; raises ReadError where it is none."""
    source = Source(file)
    if source.size > limits.file_bytes:
        raise ReadError("reading.too_large", limit_mb=limits.file_bytes // MB)
    head = source.head(_HEAD)
    if not head:
        raise ReadError("reading.empty")
    if head.startswith(_OLE):
        locked = any(_ENCRYPTED_STREAM in piece for piece in source.chunks())
        raise ReadError("reading.encrypted" if locked else "reading.old_excel")
    if head.startswith(_ZIP):
        return open_workbook(source, header=hints.header, limits=limits)
    if filename.lower().endswith((".xlsx", ".xlsm")):
        raise ReadError("reading.broken_workbook")
    if head.startswith(_OTHER_FORMATS):
        raise ReadError("reading.not_a_table")
    return open_text(source, hints=hints, limits=limits)
