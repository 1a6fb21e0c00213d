"""From a row of a file to a draft, or to the reason why not: pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from apps.leads.drafts import MOST_VALUES, VALUE_KINDS, Draft, Reading, read, split
from apps.leads.importing import messages
from apps.leads.importing.dates import read_date
from apps.leads.importing.grading import Grade, read_grade
from apps.leads.importing.lights import read_lights
from apps.leads.reading import Row, bare_cell, row_digest

LONGEST_TITLE: Final = 300
LONGEST_TEXT: Final = 20_000
# A phone number may start with +, a handle with @; a call or a pipe after letters is a formula.
_FORMULA_STARTS: Final = "=+-@"
_FORMULA: Final = re.compile(r"\s*(?:=|[+\-@][A-Za-z_.]+[0-9]*\s*[(!|])")
ByField = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds for every row of a file that does not say otherwise itself."""

    source: str
    source_kind: str = ""
    source_reliability: str = ""
    credibility: int | None = None
    tlp: str = "amber"
    pap: str = "green"
    country: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One row, judged: a draft with its reading, or an error; `code` may also be a remark."""

    number: int
    digest: bytes
    draft: Draft | None = None
    reading: Reading | None = None
    code: str = ""
    params: dict[str, Any] = field(default_factory=dict)


def judge(row: Row, mapping: Mapping[str, str], defaults: Defaults, *, at: datetime) -> Judged:
    """Read one row by the mapping; never raises for what a file may hold."""
    digest = row_digest(row.cells)
    if row.problem:
        return Judged(row.number, digest, code=row.problem.code, params=dict(row.problem.params))
    by_field, unfit = _cells(row, mapping)
    if unfit:
        return Judged(row.number, digest, code=unfit[0], params=unfit[1])
    draft, remarks = _draft(by_field, defaults, at)
    unfit = _too_much(draft, by_field)
    if unfit:
        return Judged(row.number, digest, code=unfit[0], params=unfit[1])
    if not draft.headline:
        return Judged(row.number, digest, code=messages.NOTHING_USABLE)
    reading = read(draft)
    if reading.unread:
        remarks = messages.unread(reading.unread) + remarks
    code, params = messages.together(remarks)
    return Judged(row.number, digest, draft, reading, code, params)


def _cells(row: Row, mapping: Mapping[str, str]) -> tuple[ByField, messages.Remark | None]:
    """The filled cells with their columns by the field that they are for, or what is unfit."""
    by_field: ByField = {}
    longest = 0
    for column, name in mapping.items():
        cell = row.cells.get(column, "").strip()
        if not cell or name == "ignore":
            continue
        if cell[0] == "'":
            cell = bare_cell(cell)
        elif cell[0] in _FORMULA_STARTS and _FORMULA.match(cell):
            return by_field, (messages.FORMULA, {"column": column})
        by_field.setdefault(name, []).append((column, cell))
        longest = max(longest, len(cell))
    return by_field, _too_long(by_field) if longest > LONGEST_TITLE else None


def _too_long(by_field: Mapping[str, list[tuple[str, str]]]) -> messages.Remark | None:
    for name, cells in by_field.items():
        short = name in {"brand", "source", "country", "reference"}
        limit = LONGEST_TITLE if short else LONGEST_TEXT
        for column, cell in cells:
            if len(cell) > limit:
                return messages.TOO_LONG, {"column": column, "limit": limit}
    return None


def _too_much(
    draft: Draft, by_field: Mapping[str, list[tuple[str, str]]]
) -> messages.Remark | None:
    """What the columns together hold beyond what a lead does: nothing is cut without a word."""
    for kind, found in draft.values.items():
        if len(found) > MOST_VALUES:
            column = by_field[kind][-1][0]
            params = {"column": column, "found": len(found), "limit": MOST_VALUES}
            return messages.TOO_MANY, params
    for name, text, limit in (
        ("reference", draft.their_reference, LONGEST_TITLE),
        ("description", draft.description, LONGEST_TEXT),
    ):
        if len(text) > limit:
            return messages.TOO_LONG, {"column": by_field[name][-1][0], "limit": limit}
    return None


def _draft(
    by_field: Mapping[str, list[tuple[str, str]]], defaults: Defaults, at: datetime
) -> tuple[Draft, list[messages.Remark]]:
    (letter, number), not_graded = _grade(by_field.get("grading", ()))
    seen_at, not_dated = _seen_at(_first(by_field, "seen_at"), at)
    tlp, pap, not_lit = read_lights(
        _all(by_field, "tlp"), _all(by_field, "pap"), tlp=defaults.tlp, pap=defaults.pap
    )
    remarks: list[messages.Remark] = [
        (remark, {"value": written[:80]})
        for remark, written in (
            (messages.UNREAD_LIGHT, not_lit),
            (messages.UNREAD_DATE, not_dated),
            (messages.UNREAD_GRADE, not_graded),
        )
        if written
    ]
    values = {kind: _split(kind, by_field[kind]) for kind in VALUE_KINDS if kind in by_field}
    title = " ".join(_first(by_field, "title").split())
    description = _together(by_field.get("description", ()))
    if len(title) > LONGEST_TITLE:
        # What does not fit into the line is read in the text.
        description = f"{title}\n{description}".strip()
    draft = Draft(
        title=title[:LONGEST_TITLE],
        description=description,
        values=values,
        source=_first(by_field, "source") or defaults.source,
        source_kind=defaults.source_kind,
        source_reliability=letter or defaults.source_reliability,
        credibility=number or defaults.credibility,
        their_reference=" · ".join(cell for _column, cell in by_field.get("reference", ())),
        brand=_first(by_field, "brand"),
        country=_first(by_field, "country") or defaults.country,
        language=defaults.language,
        tlp=tlp,
        pap=pap,
        seen_at=seen_at,
    )
    return draft, remarks


def _split(kind: str, cells: list[tuple[str, str]]) -> tuple[str, ...]:
    if len(cells) == 1:
        return split(kind, cells[0][1])
    return tuple(dict.fromkeys(value for _column, cell in cells for value in split(kind, cell)))


def _seen_at(written: str, at: datetime) -> tuple[datetime | None, str]:
    """The instant, or what was written where it is not clearly one of the past."""
    seen_at = read_date(written) if written else None
    if seen_at is None or seen_at > at:
        return None, written
    return seen_at, ""


def _grade(cells: Iterable[tuple[str, str]]) -> tuple[Grade, str]:
    """The grade that the cells give together, and the first of them that is none."""
    letter, number, unread = "", None, ""
    for _column, cell in cells:
        grade = read_grade(cell)
        if grade is None:
            unread = unread or cell
            continue
        letter, number = letter or grade[0], number or grade[1]
    return (letter, number), unread


def _all(by_field: Mapping[str, list[tuple[str, str]]], name: str) -> list[str]:
    return [cell for _column, cell in by_field.get(name, ())]


def _first(by_field: Mapping[str, list[tuple[str, str]]], name: str) -> str:
    cells = by_field.get(name)
    return cells[0][1] if cells else ""


def _together(cells: list[tuple[str, str]] | tuple[()]) -> str:
    """Several columns in one text, each under its name; one alone as it is."""
    if len(cells) == 1:
        return cells[0][1]
    return "\n".join(f"{column}: {cell}" for column, cell in cells)
