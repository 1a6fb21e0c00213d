"""Instants as two parties read them: weekday, clock, place and offset, the reader's first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date, format_datetime, format_skeleton
from django.utils.translation import gettext as _

from apps.core.web import wording
from apps.duty import selectors as duty
from apps.duty.models import Desk

_NEAR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Times:
    """One instant in words: at the reader's place, at the others', and what is left of it."""

    instant: datetime
    here: str
    there: Sequence[str]
    left: str
    full: str
    is_working: bool | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """The reader's zone, the two desks of a handover, and when it is read."""

    zone: str
    source: Desk | None
    target: Desk | None
    at: datetime

    def times(self, instant: datetime | None, *, works: bool = False) -> Times | None:
        """The instant at each place whose clock differs; `works` asks the receiver's duty."""
        if instant is None:
            return None
        seen = {wording.local(instant, self.zone).utcoffset()}
        there = []
        for desk in (self.source, self.target):
            if desk is None or wording.local(instant, desk.tz).utcoffset() in seen:
                continue
            seen.add(wording.local(instant, desk.tz).utcoffset())
            there.append(self._at(instant, desk.tz, desk.city or wording.place(desk.tz)))
        return Times(
            instant=instant,
            here=self._at(instant, self.zone, wording.place(self.zone)),
            there=there,
            left=wording.until(instant, self.at),
            full=wording.in_full(instant, self.zone),
            is_working=self._is_working(instant) if works else None,
        )

    def _at(self, instant: datetime, zone: str, place: str) -> str:
        local = wording.local(instant, zone)
        names = {
            "time": self.day_and_time(instant, zone),
            "place": place,
            "offset": format_datetime(local, "'UTC'xxx", locale=wording.locale()),
        }
        return _("%(time)s %(place)s (%(offset)s)") % names

    def day_and_time(self, instant: datetime, zone: str) -> str:
        """The weekday and the clock, with the date when the weekday alone could be another."""
        if abs(instant - self.at) <= _NEAR:
            return wording.wall(instant, zone, form="day")
        there = wording.local(instant, zone)
        return f"{format_skeleton('MMMEd', there, locale=wording.locale())} {there:%H:%M}"

    def _is_working(self, instant: datetime) -> bool | None:
        if self.target is None:
            return None
        return duty.is_on_duty(self.target, instant)

    @property
    def two_dates(self) -> str:
        """A sentence when the two desks have different dates now; else nothing."""
        if self.source is None or self.target is None:
            return ""
        if wording.is_same_day(self.at, self.source.tz, self.target.tz):
            return ""
        days = [
            format_date(wording.local(self.at, desk.tz), "full", locale=wording.locale())
            for desk in (self.source, self.target)
        ]
        return _(
            "The two desks have different dates: it is %(here)s at %(source)s"
            " and %(there)s at %(target)s."
        ) % {
            "here": days[0],
            "source": self.source.name,
            "there": days[1],
            "target": self.target.name,
        }
