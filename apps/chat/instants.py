"""An instant written in a text, `<t:2026-11-26T09:00Z>`, and how each reader sees it."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from django.utils.html import escape

from apps.core import walltime
from apps.core.web import wording

# With Z or an offset, or with the name of a zone: `<t:2026-11-26T09:00 Europe/Rome>`.
_WRITTEN = re.compile(
    r"<t:(?P<wall>\d{4}-\d\d-\d\d[T ]\d\d:\d\d)"
    r"(?:(?P<offset>Z|[+-]\d\d:\d\d)| (?P<zone>[A-Za-z][\w+-]*(?:/[\w+-]+){0,2}))>"
)
_SHOWN = re.compile(r'<time class="al-instant" datetime="([^"]+)">[^<]*</time>')


class Found(NamedTuple):
    instant: datetime
    end: int


def at(text: str, start: int) -> Found | None:
    """The instant that is written there, and where it ends; None for what is no instant."""
    match = _WRITTEN.match(text, start)
    if match is None:
        return None
    try:
        if match["zone"]:
            wall = datetime.fromisoformat(match["wall"])
            instant = walltime.shift_start(match["zone"], wall)
        else:
            offset = match["offset"].replace("Z", "+00:00")
            instant = datetime.fromisoformat(match["wall"] + offset)
        return Found(instant.astimezone(UTC), match.end())
    except (ValueError, LookupError, OverflowError):
        return None


def plain(iso: str) -> str:
    """For a reader whose zone is not known."""
    return f"{datetime.fromisoformat(iso).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def short(instant: datetime, zone: str) -> str:
    """`Thu 26 Nov 09:00`, as the clock on the reader's wall shows it."""
    return f"{wording.day(instant, zone)} {wording.wall(instant, zone, form='time')}"


def full(instant: datetime, zone: str) -> str:
    """The whole date at the reader's place, and the same instant in UTC."""
    return f"{wording.in_full(instant, zone)} · {plain(instant.isoformat())}"


def localised(html: str, zone: str) -> str:
    """The text's instants in the reader's zone and language."""

    def shown(match: re.Match[str]) -> str:
        instant = datetime.fromisoformat(match[1])
        return (
            f'<time class="al-instant" datetime="{match[1]}" title="{escape(full(instant, zone))}">'
            f"{escape(short(instant, zone))}</time>"
        )

    return _SHOWN.sub(shown, html)
