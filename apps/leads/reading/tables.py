"""A table as it is read: named columns, then rows one at a time."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from apps.leads.reading.errors import ReadError

MB: Final = 1_000_000
VALUE_COLUMN: Final = "value"

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Limits:
    file_bytes: int = 100 * MB
    rows: int = 200_000
    columns: int = 200
    cell_bytes: int = 64_000
    unpacked_bytes: int = 150 * MB
    unpacked_ratio: int = 150
    archive_entries: int = 2_000


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Hints:
    """What a person knows better than the file shows; what is None is found out.

    `delimiter=""` reads one value per line.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None


NO_HINTS: Final = Hints()
# The cells of a row, or why there are none.
Cells = Sequence[str] | ReadError


_Row = TypeVar("_Row", bound=Cells)


class Row(NamedTuple):
    """One data row. `number` is its place among all rows of the file, counted from 1."""

    number: int
    cells: dict[str, str]
    problem: ReadError | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file. Iterating reads it from the start, each time anew.

    `header_row` is the number of the row that names the columns, 0 where none does; what stands
    above it is a caption.
    """

    format: str
    columns: list[str]
    header_row: int
    raw_rows: Callable[[], Iterator[tuple[int, Cells]]] = field(repr=False)
    encoding: str = ""
    encoding_is_sure: bool = True
    delimiter: str = ""
    limits: Limits = DEFAULT_LIMITS

    @property
    def has_header(self) -> bool:
        return self.header_row > 0

    def __iter__(self) -> Iterator[Row]:
        return self.rows()

    def rows(self) -> Iterator[Row]:
        """The rows that hold anything, each checked; raises ReadError past the limit of rows."""
        count = 0
        for number, cells in filled(self.raw_rows()):
            if number <= self.header_row:
                continue
            count += 1
            if count > self.limits.rows:
                raise ReadError("reading.too_many_rows", limit=self.limits.rows)
            if isinstance(cells, ReadError):
                yield Row(number, {}, cells)
            else:
                yield self._row(number, cells)

    def _row(self, number: int, cells: Sequence[str]) -> Row:
        problem = self._problem(cells)
        padded = [*cells, *[""] * (len(self.columns) - len(cells))]
        named = {
            column: (
                cell
                if cell.isprintable() and len(cell) <= self.limits.cell_bytes
                else _CONTROL.sub("", cell[: self.limits.cell_bytes])
            )
            for column, cell in zip(self.columns, padded, strict=False)
        }
        return Row(number, named, problem)

    def _problem(self, cells: Sequence[str]) -> ReadError | None:
        # Spreadsheets drop empty cells at the end of a row, and some exporters add one.
        beyond = any(cell.strip() for cell in cells[len(self.columns) :])
        if beyond or (len(cells) < len(self.columns) and self.format == "csv"):
            return ReadError("row.ragged", found=len(cells), expected=len(self.columns))
        for column, cell in zip(self.columns, cells, strict=False):
            if len(cell) * 4 > self.limits.cell_bytes and _size(cell) > self.limits.cell_bytes:
                limit = self.limits.cell_bytes // 1_000
                return ReadError("row.cell_too_large", column=column, limit_kb=limit)
            if not cell.isprintable() and _CONTROL.search(cell):
                return ReadError("row.control_character", column=column)
        return None


def filled(rows: Iterator[tuple[int, _Row]]) -> Iterator[tuple[int, _Row]]:
    """The rows that hold anything, be it an error."""
    return (
        (number, cells)
        for number, cells in rows
        if isinstance(cells, ReadError) or any(map(str.strip, cells))
    )


def first_rows(
    table_rows: Iterator[tuple[int, Sequence[str]]],
) -> list[tuple[int, Sequence[str]]]:
    """Enough rows to name the columns by; raises ReadError where there are none."""
    first = list(islice(filled(table_rows), 3))
    if not first:
        raise ReadError("reading.empty")
    return first


def name_columns(header: Sequence[str]) -> list[str]:
    """The header as names that are present and differ, whatever the file calls them."""
    names: list[str] = []
    taken: set[str] = set()
    for place, written in enumerate(header, start=1):
        base = " ".join(_CONTROL.sub("", written).split())[:100] or f"column {place}"
        name, copy = base, 1
        while name in taken:
            copy += 1
            name = f"{base} ({copy})"
        taken.add(name)
        names.append(name)
    return names


_quoted: Final = json.encoder.encode_basestring_ascii


def row_digest(cells: Mapping[str, str]) -> bytes:
    """The same 32 bytes for the same content, whatever the order and padding of the columns."""
    content = {
        _composed_name(column): text for column, cell in cells.items() if (text := _composed(cell))
    }
    # As JSON, which an encoder writes no faster than it is made for each row anew.
    pairs = [f"{_quoted(column)}:{_quoted(content[column])}" for column in sorted(content)]
    return hashlib.sha256(f"{{{','.join(pairs)}}}".encode("ascii")).digest()


def _composed(text: str) -> str:
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()


# The columns of a file are the same in each of its rows.
_composed_name: Final = lru_cache(maxsize=1_024)(_composed)


def safe_cell(value: str) -> str:
    """The value so that no spreadsheet runs it as a formula when an export is opened."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def bare_cell(value: str) -> str:
    """The value that `safe_cell`, or a person in a spreadsheet, marked as no formula."""
    is_marked = value.startswith("'") and value[1:].startswith(_FORMULA_STARTS)
    return value[1:] if is_marked else value


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
