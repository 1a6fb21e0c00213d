"""Reading XLSX: the values of one sheet, nothing that may run or be fetched."""

import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from typing import Final, Protocol, cast
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from apps.leads.reading.errors import ReadError
from apps.leads.reading.mapping import find_header, names_fields
from apps.leads.reading.sources import Source
from apps.leads.reading.tables import Limits, Table, name_columns

_PROLOG: Final = 64_000
_SMALL_ENTRY: Final = 1_000_000
# Spreadsheets keep 15 digits; above that a whole number is printed as they hold it.
_EXACT_BELOW: Final = 1e15
_CONTENT_TYPES: Final = "[Content_Types].xml"
# What the library raises over a damaged or hostile part; it has no error of its own for that.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    InvalidFileException,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)

FirstRows = list[tuple[int, Sequence[str]]]


class _Sheet(Protocol):
    def iter_rows(self, *, values_only: bool, max_col: int) -> Iterator[tuple[object, ...]]: ...


def open_workbook(source: Source, *, limits: Limits, header: bool | None) -> Table:
    _inspect(source, limits)
    place, first = _table(source, limits)
    rows = partial(_rows, source, limits, place)
    header_row, head = find_header(first, told=header)
    width = max(len(cells) for _, cells in first)
    names = [*head, *[""] * (width - len(head))]
    return Table("xlsx", name_columns(names), header_row, rows, limits=limits)


def _inspect(source: Source, limits: Limits) -> None:
    """Refuse by the archive's directory what must not be unpacked; zipfile holds entries to it."""
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            _refuse_bomb(entries, limits)
            _refuse_doctypes(archive, entries)
            names = {entry.filename for entry in entries}
            types = archive.read(_CONTENT_TYPES) if _CONTENT_TYPES in names else b""
    except _BROKEN as error:
        raise ReadError("reading.broken_workbook") from error
    if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in names):
        raise ReadError("reading.macros")
    if b"spreadsheetml" not in types:
        raise ReadError("reading.not_a_table")


def _refuse_bomb(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise ReadError("reading.encrypted")
    large = [entry for entry in entries if entry.file_size > _SMALL_ENTRY]
    if (
        len(entries) > limits.archive_entries
        or sum(entry.file_size for entry in entries) > limits.unpacked_bytes
        or any(_ratio(entry) > limits.unpacked_ratio for entry in large)
    ):
        raise ReadError("reading.zip_bomb")


def _refuse_doctypes(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """The format forbids document types, and entities are only ever declared in one."""
    for entry in entries:
        with archive.open(entry) as part:
            # Without zeros, so that UTF-16 hides nothing.
            head = part.read(_PROLOG).replace(b"\0", b"")
        if b"<!DOCTYPE" in head:
            raise ReadError("reading.broken_workbook")


def _ratio(entry: zipfile.ZipInfo) -> float:
    return entry.file_size / max(entry.compress_size, 1)


def _table(source: Source, limits: Limits) -> tuple[int, FirstRows]:
    """Which sheet is read and how it begins: the first whose columns have known names, else the
    first with rows.
    """
    filled: list[tuple[int, FirstRows]] = []
    try:
        for place, sheet in enumerate(_sheets(source)):
            first = _first_rows(sheet, limits)
            if any(names_fields(cells) > 1 for _number, cells in first):
                return place, first
            if first:
                filled.append((place, first))
    except _BROKEN as error:
        raise ReadError("reading.broken_workbook") from error
    if not filled:
        raise ReadError("reading.empty")
    return filled[0]


def _first_rows(sheet: _Sheet, limits: Limits) -> FirstRows:
    try:
        return list(islice(_rows_of(sheet, limits), 3))
    except ReadError:
        # Whoever reads it is told what is wrong with it.
        return [(0, ())]


def _rows(source: Source, limits: Limits, place: int) -> Iterator[tuple[int, Sequence[str]]]:
    """The filled rows of a sheet, under the numbers that it shows."""
    try:
        for sheet in islice(_sheets(source), place, place + 1):
            yield from _rows_of(sheet, limits)
    except _BROKEN as error:
        raise ReadError("reading.broken_workbook") from error


def _rows_of(sheet: _Sheet, limits: Limits) -> Iterator[tuple[int, Sequence[str]]]:
    rows = sheet.iter_rows(values_only=True, max_col=limits.columns + 1)
    for number, values in enumerate(rows, start=1):
        cells = _cells(values)
        if len(cells) > limits.columns:
            raise ReadError("reading.too_many_columns", row=number, limit=limits.columns)
        if cells:
            yield number, cells


def _sheets(source: Source) -> Iterator[_Sheet]:
    with source.open() as stream:
        with warnings.catch_warnings():
            # Extensions that the library does not know hold no cell values.
            warnings.simplefilter("ignore")
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                # The size a sheet declares is a hint, often wrong and sometimes hostile.
                sheet.reset_dimensions()
                yield cast("_Sheet", sheet)
        finally:
            book.close()


def _cells(values: Sequence[object]) -> list[str]:
    cells = [_text(value) for value in values]
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_BELOW:
        return str(int(value))
    if isinstance(value, datetime):
        has_time = value.time() != time()
        return value.isoformat(sep=" ") if has_time else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
