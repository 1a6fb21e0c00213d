"""Leads as a file for spreadsheets, every cell harmless."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from apps.leads.projecting import LeadView
from apps.leads.reading import safe_cell

COLUMNS: Final = (
    "reference", "title", "locator", "brand", "country", "severity", "status", "tlp", "source",
    "their_reference", "seen_at", "created_at",
)  # fmt: skip


def csv_lines(leads: Iterable[LeadView]) -> Iterator[str]:
    """A header, then a line per lead; UTF-8 with a mark, so that spreadsheets read it."""
    yield "\ufeff" + _line(COLUMNS)
    for lead in leads:
        yield _line(_cell(getattr(lead, name)) for name in COLUMNS)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()
