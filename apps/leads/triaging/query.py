"""Filters as text: `kind:phone brand:"Lumi Care" before:2026-11-01 serum`. Pure.

Only known names before a colon are filters: an address or a time stays a word. What cannot be
understood is named in a sentence and narrows to nothing, so that no list looks complete by mistake.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from apps.leads.models import Lead, Severity
from apps.leads.normalise import KINDS
from apps.sharing.models import Tlp

LONGEST: Final = 500
_PART: Final = re.compile(r'(?P<minus>-?)(?P<name>[a-z]+):(?:"(?P<quoted>[^"]*)"|(?P<plain>\S*))')
_RELATIVE: Final = re.compile(r"([0-9]{1,4})d")
ASSIGNEES: Final = ("me", "nobody")
SNOOZED: Final = ("snoozed", "awake")


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, read: words, filters by name, and the sentences of what could not be read."""

    text: str = ""
    words: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    before: datetime | None = None
    after: datetime | None = None
    problems: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether more than words was typed."""
        return bool(self.filters or self.before or self.after or self.problems)

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.is_narrowed)


EMPTY: Final = Query()


def parse(text: str, *, at: datetime) -> Query:
    """Read what was typed; `at` is the instant from which `after:7d` counts back."""
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    filters: dict[str, str] = {}
    times: dict[str, datetime] = {}
    problems: list[str] = []

    def take(match: re.Match[str]) -> str:
        name, value = match["name"], (match["quoted"] or match["plain"] or "").strip()
        if name not in NAMES or match["minus"]:
            return match[0]
        if name in {"before", "after"}:
            instant = _instant(value, at=at)
            if instant is None:
                problems.append(_not_a_day(name, value))
            else:
                times[name] = instant
            return " "
        read = _READERS[name](value)
        if read is None:
            problems.append(_unknown(name, value))
        else:
            filters[name] = read
        return " "

    words = " ".join(_PART.sub(take, text).split())
    return Query(text, words, filters, times.get("before"), times.get("after"), tuple(problems))


def _instant(value: str, *, at: datetime) -> datetime | None:
    """The start of a day in UTC, or so many days ago."""
    ago = _RELATIVE.fullmatch(value)
    if ago:
        return at - timedelta(days=int(ago[1]))
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _one_of(*values: str) -> Callable[[str], str | None]:
    return lambda value: value.lower() if value.lower() in values else None


def _country(value: str) -> str | None:
    return value.upper() if re.fullmatch(r"[A-Za-z]{2}", value) else None


def _any(value: str) -> str | None:
    return value or None


_READERS: Final[dict[str, Callable[[str], str | None]]] = {
    "kind": _one_of(*KINDS),
    "brand": _any,
    "country": _country,
    "status": _one_of(*Lead.Status.values),
    "severity": _one_of(*Severity.values),
    "tlp": _one_of(*Tlp.values),
    "assignee": _one_of(*ASSIGNEES),
    "is": _one_of(*SNOOZED),
    "source": _any,
}
NAMES: Final = (*_READERS, "before", "after")
# What each filter takes, for the help beside the field.
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "kind": tuple(KINDS),
    "status": tuple(Lead.Status.values),
    "severity": tuple(Severity.values),
    "tlp": tuple(Tlp.values),
    "assignee": ASSIGNEES,
    "is": SNOOZED,
}


def _not_a_day(name: str, value: str) -> str:
    return _("“%(filter)s:%(value)s” needs a day such as 2026-11-24, or 7d for seven days ago.") % {
        "filter": name,
        "value": value,
    }


def _unknown(name: str, value: str) -> str:
    if name == "country":
        return _("“country:%(value)s” needs two letters, such as CN.") % {"value": value}
    if name not in CHOICES:
        return _("“%(filter)s:” needs something after the colon.") % {"filter": name}
    return _("“%(filter)s:%(value)s” is not known. Choose one of: %(choices)s.") % {
        "filter": name,
        "value": value,
        "choices": ", ".join(CHOICES[name]),
    }
