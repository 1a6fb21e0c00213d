"""Reading what other platforms write: STIX 2.1 bundles and MISP events, a row for each report.

What refers to each other is read whole, so such a file has a limit of its own.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from apps.leads.reading import misp, stix
from apps.leads.reading.cells import COLUMNS, Told
from apps.leads.reading.errors import ReadError
from apps.leads.reading.sources import Source
from apps.leads.reading.tables import MB, Cells, Limits, Table

LARGEST: Final = 25 * MB
FORMATS: Final = ("stix", "misp")
_HEAD: Final = 10_000
_STIX: Final = re.compile(r'\s*\{[^{}\[\]]*"type"\s*:\s*"bundle"')
_MISP: Final = re.compile(r'\s*(?:\{\s*"response"\s*:\s*\[?|\[)?\s*\{\s*"Event"\s*:\s*\{')

Reader = Callable[[Any], Iterator[Told | ReadError]]
_READERS: Final[Mapping[str, Reader]] = {"stix": stix.reports, "misp": misp.events}


def format_of(head: str) -> str:
    """What kind of bundle the text begins; empty where it is none."""
    head = head[:_HEAD]
    if _STIX.match(head):
        return "stix"
    return "misp" if _MISP.match(head) else ""


def open_bundle(
    source: Source, format_: str, encoding: str, *, is_sure: bool, limits: Limits
) -> Table:
    """Open a bundle as a table whose columns are named as what they hold."""
    if source.size > LARGEST:
        raise ReadError("reading.too_large", limit_mb=LARGEST // MB)
    rows = list(_READERS[format_](_loaded(source, encoding)))
    held = {name for row in rows if isinstance(row, Told) for name in row.cells}
    columns = [name for name in COLUMNS if name in held]
    if not columns:
        raise ReadError("reading.empty")
    return Table(
        format=format_,
        columns=columns,
        header_row=0,
        raw_rows=partial(_cells, rows, columns),
        encoding=encoding,
        encoding_is_sure=is_sure,
        limits=limits,
    )


def _loaded(source: Source, encoding: str) -> Any:
    try:
        return json.loads("".join(source.texts(encoding)))
    except (ValueError, RecursionError) as error:
        raise ReadError("reading.broken_json", row=1) from error


def _cells(rows: list[Told | ReadError], columns: list[str]) -> Iterator[tuple[int, Cells]]:
    for number, row in enumerate(rows, start=1):
        yield number, row if isinstance(row, ReadError) else [row.cell(name) for name in columns]
