"""What is typed to find messages: `from:bo in:"Lumi serum" has:file before:2026-11-20 warehouse`.

Pure. Only known names before a colon are filters: an address or a time stays a word. What cannot be
understood is named in a sentence and finds nothing, so that no list looks complete by mistake.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from apps.core import walltime
from apps.core.grams import query_grams

LONGEST: Final = 500
_PART: Final = re.compile(
    r'(?<!\S)(?P<name>from|in|has|before|after):(?:"(?P<quoted>[^"]*)"|(?P<plain>\S*))'
)
_RELATIVE: Final = re.compile(r"([0-9]{1,4})d")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, read: the words, who wrote, in which room, with a file, between when."""

    text: str = ""
    words: str = ""
    author: str = ""
    room: str = ""
    has_file: bool = False
    after: datetime | None = None
    before: datetime | None = None
    problems: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing to look for: neither a word nor a filter."""
        named = self.author or self.room or self.has_file or self.after or self.before
        return not (query_grams(self.words) or named)


def read(text: str, *, at: datetime, zone: str) -> Asked:
    """Read what was typed; days are days of the zone, and `7d` counts back from `at`."""
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    found: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        found[match["name"]] = (match["quoted"] or match["plain"] or "").strip()
        return " "

    words = " ".join(_PART.sub(take, text).split())
    times = {name: _instant(found[name], at=at, zone=zone) for name in _TIMES if name in found}
    problems = [_empty(name) for name in ("from", "in") if found.get(name) == ""]
    problems += [_not_a_day(name, found[name]) for name, when in times.items() if when is None]
    if found.get("has", "file") != "file":
        problems.append(_("“has:” takes “file”: has:file."))
    return Asked(
        text=text,
        words=words,
        author=found.get("from", ""),
        room=found.get("in", ""),
        has_file="has" in found,
        after=times.get("after"),
        before=times.get("before"),
        problems=tuple(problems),
    )


_TIMES: Final = ("after", "before")


def _instant(value: str, *, at: datetime, zone: str) -> datetime | None:
    """The start of a day at the reader's place, or so many days ago."""
    ago = _RELATIVE.fullmatch(value)
    if ago:
        return at - timedelta(days=int(ago[1]))
    try:
        day = date.fromisoformat(value)
        return walltime.shift_start(zone, datetime(day.year, day.month, day.day))  # noqa: DTZ001
    except ValueError:
        return None


def _empty(name: str) -> str:
    return _("“%(filter)s:” needs something after the colon.") % {"filter": name}


def _not_a_day(name: str, value: str) -> str:
    return _("“%(filter)s:%(value)s” needs a day such as 2026-11-24, or 7d for seven days ago.") % {
        "filter": name,
        "value": value,
    }
