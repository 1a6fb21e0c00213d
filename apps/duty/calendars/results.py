"""What reading a calendar comes to, and how much of one is read."""

from dataclasses import dataclass, field
from datetime import datetime

MAX_BYTES = 2_000_000
MAX_EVENTS = 5_000
MAX_SHIFTS = 20_000


class ReadingError(ValueError):
    """The whole of it cannot be read: why, as a code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class NamedShift:
    """Duty from an event: exact instants, and a digest of the event's own identifier."""

    starts_at: datetime
    ends_at: datetime
    uid: str


@dataclass(slots=True)
class EventReport:
    """What became of one event: how many shifts, or why none; `detail` is the event's own word."""

    title: str
    starts: str = ""
    repeats: bool = False
    shifts: int = 0
    skipped: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a calendar names between two instants."""

    name: str
    events: list[EventReport] = field(default_factory=list)
    shifts: list[NamedShift] = field(default_factory=list)
