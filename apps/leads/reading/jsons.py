"""Reading JSON: an array of objects, alone or as the one value of an object, or one object per
line; read an item at a time.

An object is a row, its keys are the columns. What is nested has its path as its column
(`seller.name`); several values of one key stand in one cell, each on its own line.
"""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final

from apps.leads.reading.errors import ReadError
from apps.leads.reading.sources import Source
from apps.leads.reading.tables import VALUE_COLUMN, Cells, Limits, Table, name_columns

_STARTS: Final = re.compile(r'\s*(?:\[\s*[{"\]]|\{\s*["}])')
# {"leads": [{…}, …]}: what an API takes or answers.
_WRAPPED: Final = re.compile(r'\s*\{\s*"[^"]{0,100}"\s*:\s*(?=\[\s*\{)')
_HEAD_PIECES: Final = 40
_ENOUGH_LINES: Final = 2
_BETWEEN: Final = re.compile(r"[\s,]*")
_LONGEST_ITEM: Final = 5_000_000
_DEEPEST: Final = 6
# As written: no number of a file becomes another one, or too large for the machine.
_decoder: Final = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)

Items = Iterator[tuple[int, Any]]


def looks_like_json(head: str) -> bool:
    return bool(_STARTS.match(head))


def open_json(source: Source, encoding: str, *, is_sure: bool, limits: Limits) -> Table:
    """Open JSON; the first pass finds the columns, as any item may bring one more."""
    lines = _objects_by_line(source, encoding)
    wrapper = _wrapper(source, encoding) if lines < _ENOUGH_LINES else ""
    is_lines = lines > 0 and not wrapper
    items = (
        partial(_of_lines, source, encoding)
        if is_lines
        else partial(_of_array, source, encoding, wrapper)
    )
    keys = _keys(items(), limits)
    return Table(
        format="jsonl" if is_lines else "json",
        columns=name_columns(keys),
        header_row=0,
        raw_rows=partial(_rows, items, keys),
        encoding=encoding,
        encoding_is_sure=is_sure,
        limits=limits,
    )


def _objects_by_line(source: Source, encoding: str) -> int:
    """How many of the first two filled lines are whole objects, each by itself; 0 unless all."""
    lines = (line for line in source.lines(encoding, newline=None) if line.strip())
    try:
        found = [_decoder.decode(line.strip()) for line in islice(lines, _ENOUGH_LINES)]
    except (ValueError, RecursionError, ReadError):
        return 0
    return len(found) if all(isinstance(item, dict) for item in found) else 0


def _wrapper(source: Source, encoding: str) -> str:
    """What stands before the array where the file is one object that holds it and nothing else."""
    begins = _WRAPPED.match(_head(source.texts(encoding)))
    if begins is None:
        return ""
    try:
        deque(_of_array(source, encoding, begins[0]), maxlen=0)
    except ReadError:
        return ""
    return begins[0]


def _head(texts: Iterator[str]) -> str:
    return "".join(islice(texts, _HEAD_PIECES))


def _of_lines(source: Source, encoding: str) -> Items:
    """The items; in the place of a line that is none stands the error."""
    for number, line in enumerate(source.lines(encoding, newline=None), start=1):
        if not line.strip():
            continue
        try:
            item = _decoder.decode(line.strip())
        except (ValueError, RecursionError):
            item = None
        yield number, item if isinstance(item, dict) else ReadError("row.not_json")


def _of_array(source: Source, encoding: str, wrapper: str) -> Items:
    """The items of one array, or of objects that simply follow one another."""
    rest, number = "", 0
    is_array, is_closed = False, False
    for piece in _texts_past(wrapper, source.texts(encoding)):
        rest += piece
        if number == 0 and not is_array and rest.lstrip().startswith("["):
            rest, is_array = rest.lstrip()[1:], True
        found, rest = _whole_items(rest, number)
        for item in found:
            number += 1
            yield number, item
        rest = rest.lstrip(", \t\r\n")
        if is_array and rest.startswith("]"):
            is_closed, rest = True, rest[1:].lstrip()
        if is_closed and rest:
            break
    if rest.strip() != ("}" if wrapper else "") or is_array != is_closed:
        raise ReadError("reading.broken_json", row=number + 1)


def _texts_past(wrapper: str, texts: Iterator[str]) -> Iterator[str]:
    if wrapper:
        yield _head(texts)[len(wrapper) :]
    yield from texts


def _whole_items(text: str, number: int) -> tuple[list[Any], str]:
    """What can be read of the text, and the rest, which more text may make whole."""
    found: list[Any] = []
    at = _after_gap(text, 0)
    while at < len(text) and text[at] != "]":
        try:
            item, end = _decoder.raw_decode(text, at)
        except RecursionError as error:
            raise ReadError("reading.broken_json", row=number + len(found) + 1) from error
        except ValueError as error:
            if len(text) - at > _LONGEST_ITEM:
                row = number + len(found) + 1
                raise ReadError("reading.broken_json", row=row) from error
            break
        if end == len(text) and text[at] not in '{["':
            break
        found.append(item)
        at = _after_gap(text, end)
    return found, text[at:]


def _after_gap(text: str, at: int) -> int:
    gap = _BETWEEN.match(text, at)
    return gap.end() if gap else at


def _keys(items: Items, limits: Limits) -> list[str]:
    keys: dict[str, None] = {}
    for number, item in islice(items, limits.rows + 1):
        if isinstance(item, ReadError):
            continue
        keys.update(dict.fromkeys(_flat(item)))
        if len(keys) > limits.columns:
            raise ReadError("reading.too_many_columns", row=number, limit=limits.columns)
    if not keys:
        raise ReadError("reading.empty")
    return list(keys)


def _rows(items: "partial[Items]", keys: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    for number, item in items():
        if isinstance(item, ReadError):
            yield number, item
            continue
        flat = _flat(item)
        yield number, [flat.get(key, "") for key in keys]


def _flat(item: Any) -> Mapping[str, str]:
    """An item as cells by column."""
    cells: dict[str, list[str]] = {}
    for key, value in _leaves(item, "", _DEEPEST):
        cells.setdefault(key or VALUE_COLUMN, []).append(value)
    return {key: "\n".join(values) for key, values in cells.items()}


def _leaves(item: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(item, dict) and depth:
        for key, inner in item.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key, depth - 1)
    elif isinstance(item, list) and depth:
        for inner in item:
            yield from _leaves(inner, path, depth - 1)
    else:
        yield path, _written(item)


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
