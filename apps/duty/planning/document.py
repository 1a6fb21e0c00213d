"""What-if plans: a JSON document in, its exact answer out."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial

from apps.core.walltime import DAY, Zone, instant_at, wall_minute
from apps.duty.planning.coverage import gap_and_overlap_spans
from apps.duty.planning.handovers import moves
from apps.duty.planning.reading import Node, PlanError, parse_json, shown
from apps.duty.planning.rotation import Rota, Unit, change_minutes
from apps.duty.planning.rules import DeskRule, Window
from apps.duty.planning.spans import Interval, Span
from apps.duty.planning.timeline import duty_spans

__all__ = ["Answer", "Limits", "PlanError", "plan", "plan_text"]

Answer = dict[str, object]
Question = Callable[[], Answer]

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_YEAR = 366 * DAY
_TIMES = [f"T{hour:02}:{minute:02}Z" for hour in range(24) for minute in range(60)]
# How far beyond the range, for each exception there, the end of a duty may be searched.
_SEARCHED_DAYS = 28
_UNIT_MINUTES = {Unit.HOURLY: 60, Unit.DAILY: DAY, Unit.WEEKLY: 7 * DAY, Unit.MONTHLY: 28 * DAY}


@dataclass(frozen=True)
class Limits:
    """How much one document may ask: a step is one window on one day, or one change of shift."""

    max_bytes: int = 8_000_000
    years: int = 100
    steps: int = 2_000_000


DEFAULT_LIMITS = Limits()


def plan_text(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Answer | list[Answer]:
    """Answer the plans in a JSON text, or raise PlanError."""
    return plan(parse_json(data, max_bytes=limits.max_bytes), limits)


def plan(document: object, limits: Limits = DEFAULT_LIMITS) -> Answer | list[Answer]:
    """Answer one plan by one answer, a list of plans by a list in the same order.

    The whole document is read before anything is computed: one bad item refuses all.
    """
    reader = _Reader(limits)
    root = Node(document)
    if isinstance(document, list):
        questions = [reader.question(item) for item in root.items()]
        return [question() for question in questions]
    if not isinstance(document, dict):
        root.refuse("an object or a list of objects")
    return reader.question(root)()


class _Reader:
    """Turns the items of one document into questions and keeps count of the work they ask."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.steps

    def question(self, item: Node) -> Question:
        readers = {
            "coverage": self._coverage,
            "handover": self._handover,
            "rotation": self._rotation,
            "clock": self._clock,
        }
        return readers[item.field("kind").one_of(readers)](item)

    def _coverage(self, item: Node) -> Question:
        fields = item.fields(("kind", "range", "desks"))
        a, b = self._range(fields["range"])
        rules = self._desks(fields["desks"])
        self._spend(fields["range"], _shifts(rules, a, b))
        return partial(_answer_coverage, rules, a, b)

    def _handover(self, item: Node) -> Question:
        fields = item.fields(("kind", "range", "desks", "initial_holder"))
        a, b = self._range(fields["range"])
        rules = self._desks(fields["desks"])
        holder = fields["initial_holder"]
        ids = [rule.id for rule in rules]
        if holder.text() not in ids:
            holder.refuse("the id of one of the desks")
        self._spend(fields["range"], _shifts(rules, a, b) + _searched(rules, b))
        return partial(_answer_handover, rules, ids.index(holder.text()), a, b)

    def _rotation(self, item: Node) -> Question:
        fields = item.fields(("kind", "tz", "start_local", "unit", "length", "range"))
        rota = Rota(
            tz=fields["tz"].zone().name,
            start_local=fields["start_local"].wall(),
            unit=Unit(fields["unit"].one_of(Unit)),
            length=fields["length"].integer("a whole number from 1", low=1),
        )
        a, b = self._range(fields["range"])
        self._spend(fields["range"], (b - a) // (_UNIT_MINUTES[rota.unit] * rota.length) + 1)
        return partial(_answer_rotation, rota, a, b)

    def _clock(self, item: Node) -> Question:
        fields = item.fields(("kind", "tz", "rows"))
        zone = fields["tz"].zone()
        rows = [_clock_row(zone, row.fields(("local",))["local"]) for row in fields["rows"].items()]
        self._spend(fields["rows"], len(rows))
        return lambda: {"rows": rows}

    def _range(self, node: Node) -> Span:
        a, b = node.span()
        if b - a > self._limits.years * _YEAR:
            node.fail(f"is longer than {self._limits.years} years")
        return a, b

    def _desks(self, node: Node) -> list[DeskRule]:
        rules: list[DeskRule] = []
        seen: set[str] = set()
        for desk in node.items():
            fields = desk.fields(
                ("id", "tz", "windows", "holidays"), ("closures", "extra", "imported")
            )
            if fields["id"].text() in seen:
                fields["id"].refuse("unique among the desks")
            seen.add(fields["id"].text())
            rules.append(_desk(fields))
        return rules

    def _spend(self, node: Node, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            node.fail(f"brings the document to more than {self._limits.steps} steps of work")


def _desk(fields: dict[str, Node]) -> DeskRule:
    return DeskRule(
        id=fields["id"].text(),
        tz=fields["tz"].zone().name,
        windows=tuple(_window(window) for window in fields["windows"].items()),
        holidays=frozenset(day.day() for day in fields["holidays"].items()),
        closures=_intervals(fields.get("closures")),
        extra=_intervals(fields.get("extra")),
        imported=_intervals(fields.get("imported")),
    )


def _window(node: Node) -> Window:
    fields = node.fields(("days", "start", "end"))
    wanted = "a weekday from 0 (Monday) to 6 (Sunday)"
    days = frozenset(day.integer(wanted, low=0, high=6) for day in fields["days"].items())
    return Window(days, fields["start"].time_of_day(), fields["end"].time_of_day())


def _intervals(node: Node | None) -> tuple[Interval, ...]:
    spans = [item.span() for item in node.items()] if node else []
    return tuple((instant_at(start), instant_at(end)) for start, end in spans)


def _shifts(rules: list[DeskRule], a: int, b: int) -> int:
    return sum(len(rule.windows) for rule in rules) * ((b - a) // DAY + 1)


def _searched(rules: list[DeskRule], b: int) -> int:
    """Return how many shifts may be looked at to find how long the duties at b truly last."""
    return _SEARCHED_DAYS * sum(
        len(rule.windows) * (len(rule.exceptions) - bisect_left(rule.exceptions, b) + 1)
        for rule in rules
    )


def _clock_row(zone: Zone, node: Node) -> Answer:
    wall = wall_minute(node.wall())
    try:
        as_start, as_end = _stamp(zone.start_minute(wall)), _stamp(zone.end_minute(wall))
    except ValueError:
        node.fail(f"{shown(node.value)} lies outside the years 0001 to 9999 in UTC")
    return {"local": node.value, "as_start": as_start, "as_end": as_end}


def _answer_coverage(rules: list[DeskRule], a: int, b: int) -> Answer:
    duty = {rule.id: duty_spans(rule, a, b) for rule in rules}
    gaps, overlaps = gap_and_overlap_spans(duty.values(), a, b)
    return {
        "on_duty": {desk: _stamps(spans) for desk, spans in duty.items()},
        "gaps": _stamps(gaps),
        "overlaps": _stamps(overlaps),
    }


def _answer_handover(rules: list[DeskRule], holder: int, a: int, b: int) -> Answer:
    events: list[Answer] = []
    for minute, desk, receiver in moves(rules, holder, a, b):
        at, name = _stamp(minute), rules[desk].id
        if receiver is None:
            events.append({"at": at, "kind": "hold", "desk": name})
        else:
            to = rules[receiver].id
            events.append({"at": at, "kind": "handover", "from": name, "to": to})
    return {"events": events}


def _answer_rotation(rota: Rota, a: int, b: int) -> Answer:
    return {"handoffs": [_stamp(minute) for minute in change_minutes(rota, a, b)]}


def _stamps(spans: Iterable[Span]) -> list[list[str]]:
    return [[_stamp(start), _stamp(end)] for start, end in spans]


def _stamp(minute: int) -> str:
    return _day_text(minute // DAY) + _TIMES[minute % DAY]


@lru_cache(maxsize=4096)
def _day_text(day: int) -> str:
    return date.fromordinal(day + _EPOCH_DAY).isoformat()
