"""What comes first: a sum of named factors, each with its points and the most it can give. Pure.

The facts are kept with the sum, so that a page shows exactly the lines that made it. A factor
never lowers the sum below zero, and no factor alone puts a lead on top.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

SEVERITY: Final = {"urgent": 30, "watch": 16, "stable": 4}
RELIABILITY: Final = {"a": 8, "b": 6, "c": 4, "d": 2, "e": 0, "f": 2}
CREDIBILITY: Final = {1: 7, 2: 5, 3: 3, 4: 1, 5: 0, 6: 2}
# An ungraded report is no worse than one that cannot be judged.
UNGRADED: Final = (RELIABILITY["f"], CREDIBILITY[6])
FRESHNESS: Final = (
    (timedelta(days=1), 15),
    (timedelta(days=7), 10),
    (timedelta(days=30), 5),
    (timedelta(days=90), 2),
)
LINKS: Final = ((5, 12), (2, 10), (1, 7))
SIGHTINGS: Final = ((5, 6), (2, 5), (1, 3))
BRAND: Final = {"own": 8, "other": 3, "": 0}
VOLUME: Final = ((10, 7), (5, 5), (2, 3))
IDENTITY: Final = ((1.0, 7), (0.8, 5), (0.6, 3))
MOST: Final = {
    "severity": 30,
    "grade": 15,
    "freshness": 15,
    "links": 12,
    "brand": 8,
    "identity": 7,
    "volume": 7,
    "sightings": 6,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a lead when it is scored; kept with the sum."""

    severity: str = "stable"
    reliability: str = ""
    credibility: int | None = None
    age_in_hours: int = 0
    links: int = 0
    sightings: int = 0
    brand: str = ""
    targets: int = 0
    strength: float = 0.0

    @classmethod
    def kept(cls, stored: Mapping[str, Any]) -> "Facts":
        """The facts as they were stored; what a later version added is not known of it."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        return cls(**known)

    def stored(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Line:
    """One factor: what it gives, out of how much."""

    factor: str
    points: int
    most: int


def lines(facts: Facts) -> list[Line]:
    """Every factor, heaviest first, those that give nothing too."""
    given = dict(_points(facts))
    return [Line(factor, min(given[factor], most), most) for factor, most in MOST.items()]


# The rows of an import say much the same.
@lru_cache(maxsize=4_096)
def total(facts: Facts) -> int:
    """The sum of the lines: 0 to 100, shown as it is."""
    return sum(line.points for line in lines(facts))


def _points(facts: Facts) -> Iterator[tuple[str, int]]:
    yield "severity", SEVERITY.get(facts.severity, 0)
    yield "grade", _grade(facts)
    yield "freshness", _freshness(timedelta(hours=facts.age_in_hours))
    yield "links", _step(facts.links, LINKS)
    yield "brand", BRAND.get(facts.brand, 0)
    yield "sightings", _step(facts.sightings, SIGHTINGS)
    yield "identity", _step(facts.strength, IDENTITY)
    yield "volume", _step(facts.targets, VOLUME)


def _grade(facts: Facts) -> int:
    source = RELIABILITY.get(facts.reliability, UNGRADED[0])
    report = UNGRADED[1] if facts.credibility is None else CREDIBILITY.get(facts.credibility, 0)
    return source + report


def _freshness(age: timedelta) -> int:
    return next((points for limit, points in FRESHNESS if age < limit), 0)


def _step(value: float, steps: tuple[tuple[float, int], ...]) -> int:
    return next((points for least, points in steps if value >= least), 0)


def holds_until(seen_at: datetime, at: datetime) -> datetime | None:
    """When its age alone will lower the sum next; None once it is as old as it gets."""
    return next((seen_at + limit for limit, _points in FRESHNESS if at < seen_at + limit), None)
