"""Strict reading of a JSON document: every refusal names the place and says what is wrong."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from apps.core.walltime import DAY, UnknownZone, Zone, day_number, zone

_DATE = r"(\d{4})-(\d{2})-(\d{2})"
_DAY_OF_MONTH = re.compile(_DATE, re.ASCII)
_WALL = re.compile(rf"{_DATE}T([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_INSTANT = re.compile(rf"{_WALL.pattern}Z", re.ASCII)
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
_SHOWN = 60


class PlanError(ValueError):
    """The document is not a plan: where (empty for the whole of it), and why."""

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(f"{path}: {message}." if path else f"{message}.")


class _Repeating(dict[str, object]):
    """An object of the document that names one field twice."""

    repeated: str


def parse_json(data: bytes, *, max_bytes: int) -> object:
    """Return the JSON value of the UTF-8 text, or raise PlanError."""
    if len(data) > max_bytes:
        raise PlanError("", f"The document is longer than {max_bytes} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanError("", f"The document is not UTF-8 text (byte {error.start})") from None
    try:
        value: object = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise PlanError("", f"The document is not JSON ({error.msg}, {place})") from None
    except RecursionError:
        raise PlanError("", "The document is nested too deeply") from None
    except ValueError:
        # Python refuses to read a number of several thousand digits.
        raise PlanError("", "The document holds something that is not a JSON number") from None
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    names = [name for name, _ in pairs]
    repeating = _Repeating(plain)
    repeating.repeated = next(name for name in names if names.count(name) > 1)
    return repeating


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document and the path that leads to it."""

    value: Any
    path: str = ""

    def fail(self, message: str) -> NoReturn:
        """Refuse the value."""
        raise PlanError(self.path, message)

    def refuse(self, wanted: str) -> NoReturn:
        """Refuse the value, showing it."""
        self.fail(f"{shown(self.value)} is not {wanted}")

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, "Node"]:
        """Return the fields of an object that has all required ones and no unknown one."""
        given = self._object()
        known = {*required, *optional}
        for name in given:
            if name not in known:
                self._child(name).fail("is not a known field")
        for name in required:
            self.field(name)
        return {name: self._child(name) for name in given}

    def field(self, name: str) -> "Node":
        """Return one field that the object must have."""
        given = self._object()
        if name not in given:
            self._child(name).fail("is missing")
        return self._child(name)

    def _object(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            self.refuse("an object")
        if isinstance(self.value, _Repeating):
            self._child(self.value.repeated).fail("is given twice")
        return self.value

    def _child(self, name: str) -> "Node":
        readable = name if name.isidentifier() and len(name) <= _SHOWN else shown(name)
        path = f"{self.path}.{readable}" if self.path else readable
        return Node(self.value.get(name), path)

    def items(self) -> list["Node"]:
        """Return the items of a list."""
        if not isinstance(self.value, list):
            self.refuse("a list")
        return [Node(item, f"{self.path}[{i}]") for i, item in enumerate(self.value)]

    def text(self) -> str:
        """Return a string that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            self.refuse("a text")
        if any("\ud800" <= char <= "\udfff" for char in self.value):
            self.fail("holds half a character")
        return self.value

    def integer(self, wanted: str, *, low: int, high: int | None = None) -> int:
        """Return a whole number between the bounds; true, false and 1.0 are none."""
        value = self.value
        if type(value) is not int or value < low or (high is not None and value > high):
            self.refuse(wanted)
        return value

    def one_of(self, names: Iterable[str]) -> str:
        """Return one of the names."""
        known = list(names)
        if not isinstance(self.value, str) or self.value not in known:
            self.refuse("one of " + ", ".join(known))
        return self.value

    def time_of_day(self) -> int:
        """Return the minutes after midnight of an HH:MM from 00:00 to 24:00."""
        match = self._match(_TIME_OF_DAY, "a time HH:MM from 00:00 to 24:00")
        return int(match[1]) * 60 + int(match[2]) if match[1] else DAY

    def day(self) -> date:
        """Return the date of a YYYY-MM-DD."""
        return self._date(self._match(_DAY_OF_MONTH, "a date YYYY-MM-DD"))

    def wall(self) -> datetime:
        """Return the naive datetime of a YYYY-MM-DDTHH:MM."""
        match = self._match(_WALL, "a local time YYYY-MM-DDTHH:MM")
        day = self._date(match)
        return datetime(day.year, day.month, day.day, int(match[4]), int(match[5]))  # noqa: DTZ001

    def instant(self) -> int:
        """Return the UTC minute of a YYYY-MM-DDTHH:MMZ."""
        match = self._match(_INSTANT, "an instant YYYY-MM-DDTHH:MMZ")
        return day_number(self._date(match)) * DAY + int(match[4]) * 60 + int(match[5])

    def span(self) -> tuple[int, int]:
        """Return the two UTC minutes of a range that does not run backwards."""
        match self.items():
            case [first, last]:
                start, end = first.instant(), last.instant()
            case _:
                self.fail("is not a range of two instants")
        if end < start:
            self.fail("ends before it starts")
        return start, end

    def zone(self) -> Zone:
        """Return the time zone of an exact IANA name."""
        try:
            return zone(self.text())
        except UnknownZone:
            self.refuse("a time zone of the IANA database")

    def _match(self, pattern: re.Pattern[str], wanted: str) -> re.Match[str]:
        match = pattern.fullmatch(self.value) if isinstance(self.value, str) else None
        if match is None:
            self.refuse(wanted)
        return match

    def _date(self, match: re.Match[str]) -> date:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            self.fail(f"{shown(self.value)} names a date that does not exist")


def shown(value: object) -> str:
    """Return the value as JSON, short enough for a sentence and safe to print."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = json.dumps(value, ensure_ascii=False)
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
