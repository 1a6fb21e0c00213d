"""Reading CSV and plain lists of values, a line at a time."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Final

from apps.leads.reading import bundles
from apps.leads.reading.encodings import find_encoding
from apps.leads.reading.errors import ReadError
from apps.leads.reading.jsons import looks_like_json, open_json
from apps.leads.reading.mapping import find_header, names_fields
from apps.leads.reading.sources import CHUNK, Source
from apps.leads.reading.tables import (
    VALUE_COLUMN,
    Hints,
    Limits,
    Table,
    filled,
    first_rows,
    name_columns,
)

_DELIMITERS: Final = (",", ";", "\t", "|")
_SNIFFED: Final = 200_000
_SNIFFED_ROWS: Final = 50
_ENOUGH_AGREE: Final = 0.6
_MOST_ZEROS: Final = 0.05
_MOST_CELLS: Final = 100_000
_END_OF_TEXT: Final = "\x1eend of text\x1e"
# The longest field the csv module may build; the limit of a cell is then reported for its row.
_LONGEST_FIELD: Final = 5_000_000

Lines = Callable[[], Iterable[str]]


def open_text(source: Source, *, hints: Hints, limits: Limits) -> Table:
    """Open text as records of JSON, as cells between delimiters, or as one value per line."""
    encoding, is_sure = find_encoding(source, hints.encoding)
    head = "".join(islice(source.texts(encoding), _SNIFFED // CHUNK + 1))
    if not head.strip() and not any(map(str.strip, source.texts(encoding))):
        raise ReadError("reading.empty")
    if head.count("\0") > _MOST_ZEROS * len(head):
        raise ReadError("reading.not_a_table")
    bundle = bundles.format_of(head) if hints.delimiter is None else ""
    if bundle:
        return bundles.open_bundle(source, bundle, encoding, is_sure=is_sure, limits=limits)
    if hints.delimiter is None and looks_like_json(head):
        return open_json(source, encoding, is_sure=is_sure, limits=limits)
    return _open_cells(source, (encoding, is_sure), head, hints=hints, limits=limits)


def _open_cells(
    source: Source, encoded: tuple[str, bool], head: str, *, hints: Hints, limits: Limits
) -> Table:
    delimiter = sniff_delimiter(head) if hints.delimiter is None else hints.delimiter
    if delimiter and delimiter not in _DELIMITERS:
        raise ReadError("reading.unknown_delimiter", delimiter=delimiter[:10])
    encoding, is_sure = encoded
    lines = partial(source.lines, encoding, newline="" if delimiter else None)
    rows = partial(_csv_rows, lines, delimiter) if delimiter else partial(_lines, lines)
    first = first_rows(rows())
    number, cells = first[0]
    if len(cells) > limits.columns:
        raise ReadError("reading.too_many_columns", row=number, limit=limits.columns)
    header_row, names = find_header(first, told=hints.header)
    return Table(
        format="csv" if delimiter else "lines",
        columns=name_columns(names) if header_row else _unnamed(cells),
        header_row=header_row,
        raw_rows=rows,
        encoding=encoding,
        encoding_is_sure=is_sure,
        delimiter=delimiter,
        limits=limits,
    )


def sniff_delimiter(text: str) -> str:
    """The character that cuts most of the first rows into the same number of cells, or none."""
    best, best_score = "", 0.0
    for delimiter in _DELIMITERS:
        score = _score(text, delimiter)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _score(text: str, delimiter: str) -> float:
    """How much a delimiter explains: the share of equally wide rows, a little more when wider."""
    rows: list[Sequence[str]] = []
    try:
        lines = partial(io.StringIO, text[:_SNIFFED], newline="")
        for _, cells in islice(filled(_csv_rows(lines, delimiter)), _SNIFFED_ROWS):
            rows.append(cells)
    except ReadError:
        # The sample ends inside quotation marks; what came before still counts.
        pass
    if not rows or len(rows[0]) == 1:
        return 0.0
    width = len(rows[0])
    agreeing = sum(1 for cells in rows if len(cells) == width) / len(rows)
    is_table = agreeing >= _ENOUGH_AGREE or names_fields(rows[0]) > 1
    return agreeing + min(width, 100) / 1_000 if is_table else 0.0


def _unnamed(first: Sequence[str]) -> list[str]:
    return [VALUE_COLUMN] if len(first) == 1 else name_columns([""] * len(first))


def _csv_rows(lines: Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The records of the text. An unclosed quotation mark would swallow every row after it without
    a word, so a last record of our own has to come out of the reader again.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(_bounded(lines(), delimiter), delimiter=delimiter)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if cells == [_END_OF_TEXT]:
                return
            yield number, cells
    except csv.Error as error:
        raise ReadError("reading.quoting", row=number + 1) from error
    raise ReadError("reading.quoting", row=number)


def _bounded(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    for place, line in enumerate(lines, start=1):
        if len(line) > _MOST_CELLS and line.count(delimiter) > _MOST_CELLS:
            raise ReadError("reading.too_many_columns", row=place, limit=_MOST_CELLS)
        yield line
    yield "\n"
    yield _END_OF_TEXT


def _lines(lines: Lines) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(lines(), start=1):
        value = line.strip()
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1].replace('""', '"')
        yield number, [value]
