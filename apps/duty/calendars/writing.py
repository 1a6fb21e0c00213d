"""Writing a calendar (RFC 5545): stable identifiers, UTC instants, lines of 75 octets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_PRODUCT = "-//Alliance//Duty//EN"
_OCTETS = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event: from instant to instant, or the whole of a local date, which takes no time.

    `changed_at` and `sequence` are those of the last change that may have moved it.
    """

    uid: str
    summary: str
    starts_at: datetime | date
    changed_at: datetime
    sequence: int
    ends_at: datetime | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a calendar says of itself."""

    name: str
    zone: str


def calendar_text(head: Head, entries: Iterable[Entry]) -> str:
    """The whole calendar, lines ended and folded as the format asks."""
    return "".join(_folded(line) for line in _lines(head, entries))


def _lines(head: Head, entries: Iterable[Entry]) -> Iterator[str]:
    yield from (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(head.name)}",
        f"X-WR-CALNAME:{_text(head.name)}",
        f"X-WR-TIMEZONE:{_text(head.zone)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    )
    for entry in entries:
        yield from _event(entry)
    yield "END:VCALENDAR"


def _event(entry: Entry) -> Iterator[str]:
    changed = _instant(entry.changed_at)
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"SEQUENCE:{entry.sequence}"
    if isinstance(entry.starts_at, datetime):
        yield f"DTSTART:{_instant(entry.starts_at)}"
        if entry.ends_at is not None:
            yield f"DTEND:{_instant(entry.ends_at)}"
        yield "TRANSP:OPAQUE"
    else:
        yield f"DTSTART;VALUE=DATE:{entry.starts_at:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{entry.starts_at + timedelta(days=1):%Y%m%d}"
        yield "TRANSP:TRANSPARENT"
    yield f"SUMMARY:{_text(entry.summary)}"
    if entry.description:
        yield f"DESCRIPTION:{_text(entry.description)}"
    yield "STATUS:CONFIRMED"
    yield "END:VEVENT"


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A text as the format escapes it; characters that control terminals are left out."""
    kept = "".join(char for char in value if char >= " " or char in "\n\t")
    return kept.replace("\x7f", "").translate(_ESCAPES)


def _folded(line: str) -> str:
    """The line in parts of at most 75 octets, never cut inside a character."""
    parts: list[str] = []
    part, octets = "", 0
    for char in line:
        size = len(char.encode("utf-8", "replace"))
        if octets + size > _OCTETS:
            parts.append(part)
            # The space that marks the continuation counts too.
            part, octets = " ", 1
        part += char
        octets += size
    return "\r\n".join([*parts, part]) + "\r\n"
