"""How leads are written into each kind of file: a head, leads one after the other, a tail. Pure."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from openpyxl import Workbook

from apps.leads.exchange import misp, stix
from apps.leads.exchange.outgoing import Outgoing
from apps.leads.exporting import COLUMNS, csv_lines
from apps.leads.projecting import LeadView
from apps.leads.reading import safe_cell


class Format(Protocol):
    """One kind of file."""

    @property
    def suffix(self) -> str: ...

    @property
    def media_type(self) -> str: ...

    def head(self, export_id: UUID) -> bytes: ...

    def leads(self, leads: Sequence[Outgoing], *, is_first: bool) -> bytes: ...

    def tail(self) -> bytes: ...

    def whole(self, written: bytes) -> bytes:
        """The file, made of everything that was written."""


@dataclass(frozen=True, slots=True)
class _Joined:
    """JSON objects, apart by commas between a head and a tail."""

    suffix: str
    media_type: str

    def whole(self, written: bytes) -> bytes:
        return written

    def joined(self, objects: Iterable[Any], *, is_first: bool) -> bytes:
        text = ",\n".join(one if isinstance(one, str) else json.dumps(one) for one in objects)
        return (text if is_first or not text else f",\n{text}").encode()


class Stix(_Joined):
    """A STIX 2.1 bundle."""

    def head(self, export_id: UUID) -> bytes:
        head = f'{{"type": "bundle", "id": "bundle--{export_id}", "objects": [\n'
        return head.encode() + self.joined(stix.fixed_objects(), is_first=True)

    def leads(self, leads: Sequence[Outgoing], *, is_first: bool) -> bytes:
        return self.joined(stix.objects_of(leads), is_first=False)

    def tail(self) -> bytes:
        return b"\n]}\n"


class Misp(_Joined):
    """What MISP itself exports: one event per lead."""

    def head(self, export_id: UUID) -> bytes:
        return b'{"response": [\n'

    def leads(self, leads: Sequence[Outgoing], *, is_first: bool) -> bytes:
        events = [f'{{"Event": {misp.event_of(one).to_json()}}}' for one in leads]
        return self.joined(events, is_first=is_first)

    def tail(self) -> bytes:
        return b"\n]}\n"


@dataclass(frozen=True, slots=True)
class _Lines:
    suffix: str
    media_type: str

    def head(self, export_id: UUID) -> bytes:
        return b""

    def leads(self, leads: Sequence[Outgoing], *, is_first: bool) -> bytes:
        return b"".join(json.dumps(_plain(one)).encode() + b"\n" for one in leads)

    def tail(self) -> bytes:
        return b""

    def whole(self, written: bytes) -> bytes:
        return written


class Csv(_Lines):
    """A table for spreadsheets, every cell harmless."""

    def head(self, export_id: UUID) -> bytes:
        return next(iter(csv_lines(()))).encode()

    def leads(self, leads: Sequence[Outgoing], *, is_first: bool) -> bytes:
        lines = csv_lines(one.lead for one in leads)
        next(lines)
        return "".join(lines).encode()


class Xlsx(_Lines):
    """The same table as a workbook: text in every cell, so that nothing is a formula."""

    def leads(self, leads: Sequence[Outgoing], *, is_first: bool) -> bytes:
        lines = csv_lines(one.lead for one in leads)
        next(lines)
        return "".join(lines).encode()

    def whole(self, written: bytes) -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Leads")
        sheet.append(list(COLUMNS))
        for row in csv.reader(io.StringIO(written.decode(), newline="")):
            sheet.append([_text_cell(cell) for cell in row])
        made = io.BytesIO()
        book.save(made)
        return made.getvalue()


# A workbook keeps no control characters, and openpyxl refuses them.
_CONTROLS: Final = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


def _text_cell(text: str) -> str:
    return safe_cell(text.translate(_CONTROLS))


FORMATS: Final[dict[str, Format]] = {
    "stix": Stix("stix.json", "application/stix+json;version=2.1"),
    "misp": Misp("misp.json", "application/json"),
    "csv": Csv("csv", "text/csv; charset=utf-8"),
    "xlsx": Xlsx("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "jsonl": _Lines("jsonl", "application/jsonl; charset=utf-8"),
}


def _plain(one: Outgoing) -> dict[str, Any]:
    """What the lines hold of a lead: the fields that are read, and nothing of the others."""
    told = {
        f.name: _value(getattr(one.lead, f.name))
        for f in fields(LeadView)
        if f.name in _LINE and getattr(one.lead, f.name) not in ("", None)
    }
    told["owner"] = one.owner
    told["selectors"] = [
        {"kind": row.kind, "namespace": row.namespace, "raw": row.raw, "norm": row.norm}
        for row in one.selectors
    ]
    return told


_LINE: Final = frozenset({"id", "level", "pap", "description", "language", *COLUMNS})


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)
