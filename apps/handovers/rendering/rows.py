"""The rows of a rendered briefing."""

from dataclasses import dataclass
from uuid import UUID

from apps.handovers.rendering.times import Times


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a part: words, who, when; what is typed keeps its language."""

    id: str
    text: str
    who: str = ""
    times: Times | None = None
    more: str = ""
    language: str = ""
    desk: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Contingency:
    id: str
    condition: str
    act: str
    is_standard: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be asked, with the time at his place."""

    id: UUID
    name: str
    monogram: str
    member: str
    place: str
    local: str
    is_on_duty: bool | None = None
    changes: Times | None = None
