"""Reading a calendar as duty (RFC 5545): what it names between two instants, event by event.

A local time that a clock change skips is read with the offset before it (02:30 is 03:30), one
that it repeats is the first, as the standard says; times without a zone and whole days are the
desk's own. A repeated event keeps its hours on the wall, as the programs that show it do; a
DURATION in hours is exact. What is free, cancelled or unclear is no duty, and is said.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component
from icalendar.prop import vBroken
from icalendar.timezone import tzp
from recurring_ical_events import CalendarQuery, EventAdapter
from recurring_ical_events.selection.name import ComponentsWithName

from apps.core import walltime
from apps.duty.calendars.results import (
    MAX_BYTES,
    MAX_EVENTS,
    MAX_SHIFTS,
    EventReport,
    NamedShift,
    Reading,
    ReadingError,
)
from apps.duty.calendars.zones import PinnedZones

_BEGIN_EVENT = re.compile(rb"^BEGIN:VEVENT[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_NUMBER = "X-ALLIANCE-NUMBER"
_DATES = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")
_TOO_OFTEN = {"SECONDLY", "MINUTELY"}
# Clocks are at most this far apart; the bounds are compared exactly afterwards.
_MARGIN = timedelta(days=2)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Range:
    """The instants of interest, and the zone of times that name none."""

    a: datetime
    b: datetime
    zone: str


def read(data: bytes, *, zone: str, a: datetime, b: datetime) -> Reading:
    """Everything that the calendar names in [a, b). Raises ReadingError.

    Shifts are whole: one that reaches beyond the range is not cut.
    """
    calendars = _calendars(data)
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    if len(events) > MAX_EVENTS:
        raise ReadingError("too_many_events")
    reports = [_report(event, zone) for event in events]
    found: dict[tuple[str, datetime], NamedShift] = {}
    for series in _series(events):
        for shift in _shifts(series, reports, _Range(a, b, zone)):
            known = found.get((shift.uid, shift.starts_at))
            if known is None or known.ends_at < shift.ends_at:
                found[shift.uid, shift.starts_at] = shift
        if len(found) > MAX_SHIFTS:
            raise ReadingError("too_many_shifts")
    for report in reports:
        if not report.shifts and not report.skipped:
            report.skipped = "outside"
    shifts = sorted(found.values(), key=lambda shift: (shift.starts_at, shift.uid))
    return Reading(_name(calendars), reports, shifts)


def _calendars(data: bytes) -> Sequence[Component]:
    if len(data) > MAX_BYTES:
        raise ReadingError("too_long")
    if len(_BEGIN_EVENT.findall(data)) > MAX_EVENTS:
        raise ReadingError("too_many_events")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReadingError("not_text") from None
    if "\x00" in text:
        raise ReadingError("not_text")
    # The calendar's own descriptions of zones are kept by name: none may outlive its reading.
    tzp.use(PinnedZones())
    try:
        found = Calendar.from_ical(text, multiple=True)
    except Exception:  # noqa: BLE001 - a library meets a stranger's text
        raise ReadingError("not_a_calendar") from None
    calendars = [component for component in found if component.name == "VCALENDAR"]
    if not calendars:
        raise ReadingError("not_a_calendar")
    return calendars


def _name(calendars: Sequence[Component]) -> str:
    for calendar in calendars:
        for name in ("X-WR-CALNAME", "NAME"):
            if text := _words(calendar.get(name)):
                return text
    return ""


def _words(value: object) -> str:
    """A text of the calendar on one line, short."""
    return " ".join(str(value or "").split())[:200]


def _report(event: Component, zone: str) -> EventReport:
    report = EventReport(_words(event.get("SUMMARY")), repeats="RRULE" in event or "RDATE" in event)
    first: Any = event.get("DTSTART")
    try:
        start: date = first.dt
        report.starts = start.isoformat()
    except Exception:  # noqa: BLE001 - absent, broken, or not a date at all
        report.skipped = "no_start"
        return report
    report.skipped, report.detail = _refusal(event)
    end: Any = event.get("DTEND")
    if not report.skipped and end is not None and _runs_backwards(start, end.dt, zone):
        report.skipped = "no_length"
    return report


def _runs_backwards(start: date, end: date, zone: str) -> bool:
    # The library would turn it round in silence.
    try:
        return _instant(end, zone) <= _instant(start, zone)
    except (ValueError, OverflowError):
        return True


def _refusal(event: Component) -> tuple[str, str]:
    """Why no shift can come of the event at all, and what in it says so."""
    for name in (*_DATES, "DURATION", "RRULE"):
        if any(isinstance(value, vBroken) for value in _listed(event.get(name))):
            return "unclear", name
    for name in _DATES:
        for value in _listed(event.get(name)):
            tzid = str(getattr(value, "params", {}).get("TZID", ""))
            if tzid and tzp.timezone(tzid) is None:
                return "unknown_zone", _words(tzid)
    for rule in _listed(event.get("RRULE")):
        often = {str(freq).upper() for freq in _listed(rule.get("FREQ"))} & _TOO_OFTEN
        if often:
            return "too_often", often.pop()
    return "", ""


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _series(events: Sequence[Component]) -> Iterator[list[Component]]:
    """The events that belong together: a repeated one and its exceptions."""
    together: defaultdict[str, list[Component]] = defaultdict(list)
    for number, event in enumerate(events):
        event[_NUMBER] = str(number)
        together[str(event.get("UID") or f"nameless {number}")].append(event)
    yield from together.values()


def _shifts(
    series: list[Component], reports: list[EventReport], within: _Range
) -> Iterator[NamedShift]:
    """The shifts of one series, counted in its events' reports."""
    if not _may_be_expanded(series, reports):
        return
    kept = [event for event in series if not reports[_number(event)].skipped]
    uid = hashlib.sha256(str(series[0].get("UID") or "").encode()).hexdigest()[:32]
    try:
        for occurrence in _occurrences(kept, within):
            report = reports[_number(occurrence.event)]
            if reason := _no_duty(occurrence.event):
                report.skipped = report.skipped or reason
                continue
            start, end = _instants(occurrence, within.zone)
            if end <= start:
                report.skipped = "no_length"
            elif end > within.a and start < within.b:
                report.shifts += 1
                yield NamedShift(start, end, uid)
    except Exception:  # noqa: BLE001 - one bad event must not hide the others
        for event in kept:
            reports[_number(event)].skipped = "unclear"


def _may_be_expanded(series: list[Component], reports: list[EventReport]) -> bool:
    """Whether the exceptions of a series may stand: not when what they except cannot be read."""
    masters = [event for event in series if "RECURRENCE-ID" not in event]
    broken = [reports[_number(event)] for event in masters if reports[_number(event)].skipped]
    if not broken:
        return True
    for event in series:
        report = reports[_number(event)]
        report.skipped = report.skipped or broken[0].skipped
    return False


def _number(event: Component) -> int:
    return int(str(event[_NUMBER]))


def _occurrences(series: list[Component], within: _Range) -> Iterable["_Occurrence"]:
    if len(series) == 1 and not {"RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"} & set(series[0]):
        return [_Bare(series[0]).as_component()]
    calendar = Calendar()
    for event in series:
        calendar.add_component(event)
    query = CalendarQuery(calendar, components=[ComponentsWithName("VEVENT", _Bare)])
    found: Iterable[_Occurrence] = query.between(within.a - _MARGIN, within.b + _MARGIN)
    return found


class _Occurrence(dict[str, Any]):
    """One time of an event. The library writes a number into each, as into an event's copy."""

    def __init__(self, event: Component, start: date, end: date) -> None:
        super().__init__()
        self.event, self.start, self.end = event, start, end


class _Bare(EventAdapter):
    """What the library makes of an event, without a copy of the event for each of its times."""

    def as_component(
        self, start: Any = None, stop: Any = None, keep_recurrence_attributes: Any = None
    ) -> _Occurrence:
        """The event and when it is."""
        return _Occurrence(self._component, start or self.start, stop or self.end)


def _no_duty(event: Component) -> str:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return "cancelled"
    busy = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    if str(event.get("TRANSP", busy and "OPAQUE")).upper() == "TRANSPARENT" or busy == "FREE":
        return "free"
    return ""


def _instants(occurrence: _Occurrence, zone: str) -> tuple[datetime, datetime]:
    start = _instant(occurrence.start, zone)
    duration = occurrence.event.get("DURATION")
    # Days of a duration follow the calendar, its hours the clock on a run (RFC 5545, 3.3.6).
    if duration is not None and "DTEND" not in occurrence.event and duration.dt % _DAY:
        hours = duration.dt % _DAY
        return start, _instant(occurrence.start + (duration.dt - hours), zone) + hours
    return start, _instant(occurrence.end, zone)


def _instant(moment: date, zone: str) -> datetime:
    """The instant of a date or a time of the calendar."""
    if not isinstance(moment, datetime):
        midnight = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001
        return walltime.shift_start(zone, midnight)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    instant = moment.astimezone(UTC)
    wall = moment.replace(tzinfo=None)
    if isinstance(moment.tzinfo, ZoneInfo) or _shows(instant, moment) == wall:
        return instant
    # A zone that the calendar describes itself: a skipped time takes the offset before the change.
    before = (moment - _DAY).utcoffset() or timedelta(0)
    return (wall - before).replace(tzinfo=UTC)


def _shows(instant: datetime, moment: datetime) -> datetime:
    return instant.astimezone(moment.tzinfo).replace(tzinfo=None)
