"""The sender's words in the briefing: checked part by part, facts from the log stay."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.duty import selectors as duty
from apps.handovers.briefing.drafting import IF_SILENT, THEN_CALL
from apps.leads.models import Severity

TEXT_LIMIT = 4000
LINE_LIMIT = 1000
ROWS_LIMIT = 20
WAKE_LIMIT = 6
TEXTS = ("severity_reason", "summary", "note", "restrictions")
Part = Callable[[Any], Any]
_LONG = {
    TEXT_LIMIT: gettext_lazy("At most 4,000 characters."),
    LINE_LIMIT: gettext_lazy("At most 1,000 characters in a line."),
}


class _Wrong(Exception):
    """A part that cannot be taken, with the sentence that says why."""


def missing(content: Mapping[str, Any]) -> list[str]:
    """The required fields that are empty: they block acceptance, never the offer."""
    lacking = []
    if content.get("severity") not in Severity.values:
        lacking.append("severity")
    if not content.get("actions") and not content.get("no_actions"):
        lacking.append("actions")
    if not content.get("contingencies"):
        lacking.append("contingencies")
    return lacking


def amend(
    content: Mapping[str, Any], changes: Mapping[str, Any], *, actor: Actor | None = None
) -> dict[str, Any]:
    """The draft with the sender's words put in. Raises Invalid, with every part that is wrong."""
    parts: dict[str, Part] = {**_PARTS, "wake": lambda value: _people(value, content, actor)}
    taken: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for name, value in changes.items():
        part = parts.get(name)
        if part is None:
            wrong[str(name)[:64]] = [_("This part is drafted from the log.")]
            continue
        try:
            taken[name] = part(value)
        except _Wrong as refusal:
            wrong[name] = [str(refusal)]
    if wrong:
        raise Invalid(wrong)
    return {**content, **taken}


def _severity(value: Any) -> str:
    if value not in Severity.values:
        raise _Wrong(_("Choose stable, watch or urgent."))
    return str(value)


def _text(value: Any, limit: int = TEXT_LIMIT) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise _Wrong(_("A text is needed."))
    if len(value) > limit:
        raise _Wrong(_LONG[limit])
    return value.strip()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(_("Say yes or no."))
    return value


def _language(value: Any) -> str:
    text = _text(value, LINE_LIMIT)
    if not 2 <= len(text) <= 35 or not text.replace("-", "").isalnum():
        raise _Wrong(_("Choose a language."))
    return text


def _rows(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise _Wrong(_("A list of rows is needed."))
    if len(value) > ROWS_LIMIT:
        raise _Wrong(_("At most 20 rows."))
    return value


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row keeps the id it came with; a new one gets the next number."""
    ids = [row["id"] for row in rows if row["id"]]
    if len(set(ids)) != len(ids):
        raise _Wrong(_("Two rows have the same id."))
    highest = max((int(i) for i in ids), default=0)
    found = []
    for row in rows:
        if not row["id"]:
            highest += 1
        found.append({**row, "id": row["id"] or str(highest)})
    return found


def _id(row: Mapping[str, Any]) -> str:
    value = str(row.get("id") or "")
    if value and not (value.isascii() and value.isdigit() and len(value) <= 4):
        raise _Wrong(_("A row's id is a number, or absent for a new row."))
    return value


def _line(row: Mapping[str, Any], name: str) -> str:
    return _text(row.get(name) or "", LINE_LIMIT)


def _contingencies(value: Any) -> list[dict[str, Any]]:
    found = []
    for row in _rows(value):
        condition, act = _line(row, "if"), _line(row, "then")
        if condition and not act:
            raise _Wrong(_("Say what to do then."))
        if act:
            is_standard = (condition, act) == (IF_SILENT, THEN_CALL)
            found.append({"id": _id(row), "if": condition, "then": act, "standard": is_standard})
    return _numbered(found)


def _questions(value: Any) -> list[dict[str, Any]]:
    rows = [{"id": _id(row), "text": _line(row, "text")} for row in _rows(value)]
    return _numbered([row for row in rows if row["text"]])


def _waits(value: Any) -> list[dict[str, Any]]:
    found = []
    for row in _rows(value):
        who, what = _line(row, "who"), _line(row, "what")
        if not who and not what:
            continue
        found.append({"id": _id(row), "who": who, "what": what, "until": _instant(row)})
    return _numbered(found)


def _instant(row: Mapping[str, Any]) -> datetime | None:
    value = row.get("until")
    if not value:
        return None
    try:
        until = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise _Wrong(_("Give a date and a time.")) from None
    if until.tzinfo is None:
        raise _Wrong(_("Write an instant with its offset, as 2027-03-14T10:00Z."))
    return until


def _people(value: Any, content: Mapping[str, Any], actor: Actor | None) -> list[str]:
    """People of the sending member, and whom the draft named."""
    if not isinstance(value, list) or len(value) > WAKE_LIMIT:
        raise _Wrong(_("Choose at most 6 people."))
    named = set(content.get("wake") or [])
    chosen = list(dict.fromkeys(str(person) for person in value))
    for person in chosen:
        if person not in named and not (actor and _is_colleague(actor, person)):
            raise _Wrong(_("Choose people of your own member."))
    return chosen


def _is_colleague(actor: Actor, person: str) -> bool:
    try:
        return duty.is_colleague(actor, UUID(person))
    except ValueError:
        return False


_PARTS: dict[str, Part] = {
    "severity": _severity,
    **dict.fromkeys(TEXTS, _text),
    "language": _language,
    "no_actions": _flag,
    "contingencies": _contingencies,
    "questions": _questions,
    "waits": _waits,
}
