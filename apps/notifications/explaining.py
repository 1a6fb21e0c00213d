"""What hours of rest come to: when one can be rung, what would ring at three in the morning."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from apps.core.walltime import local, shift_start
from apps.core.web import wording
from apps.duty import planning
from apps.duty.planning import DeskRule

# The hour at which nobody wants to be rung, and somebody may have to be.
NIGHT = time(3)
_AHEAD = timedelta(days=400)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rest:
    """One rest: it starts, it ends, and how much longer than usual it is by a clock change."""

    starts_at: datetime
    ends_at: datetime
    longer: timedelta = timedelta(0)

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the hours mean from an instant on, in the person's zone."""

    at: datetime
    zone: str
    current: Rest | None
    coming: Rest | None
    night_at: datetime
    night: Rest | None
    changed: Rest | None


def explain(rule: DeskRule | None, zone: str, at: datetime) -> Explanation:
    """What these hours of rest come to; no rule is no rest."""
    tonight = shift_start(zone, datetime.combine(local(zone, at).date(), NIGHT))
    if tonight <= at:
        tomorrow = local(zone, at).date() + _DAY
        tonight = shift_start(zone, datetime.combine(tomorrow, NIGHT))
    if rule is None:
        return Explanation(at, zone, None, None, tonight, None, None)
    rests = [Rest(*span) for span in planning.on_duty(rule, at - 8 * _DAY, at + _AHEAD)]
    return Explanation(
        at=at,
        zone=zone,
        current=next((r for r in rests if r.starts_at <= at < r.ends_at), None),
        coming=next((r for r in rests if r.starts_at > at), None),
        night_at=tonight,
        night=next((r for r in rests if r.starts_at <= tonight < r.ends_at), None),
        changed=next((r for r in _changed(rule, rests) if at < r.ends_at < at + _AHEAD), None),
    )


def _changed(rule: DeskRule, rests: list[Rest]) -> list[Rest]:
    """The rests that a clock change makes longer or shorter than the clock on the wall says."""
    found = []
    for rest in rests:
        wall = local(rule.tz, rest.ends_at).replace(tzinfo=None) - local(
            rule.tz, rest.starts_at
        ).replace(tzinfo=None)
        if wall != rest.length:
            found.append(Rest(rest.starts_at, rest.ends_at, rest.length - wall))
    return found


def sentences(told: Explanation) -> list[str]:
    """The explanation in the words of the active language, in the person's own time."""

    def clock(instant: datetime) -> str:
        return wording.wall(instant, told.zone, now=told.at)

    said = []
    if told.current:
        text = _("You rest now: mails and pushes wait, and come as one message at %(time)s.")
        said.append(text % {"time": clock(told.current.ends_at)})
    if told.coming:
        text = _("Your next rest starts %(start)s and ends %(end)s.")
        times = {"start": clock(told.coming.starts_at), "end": clock(told.coming.ends_at)}
        said.append(text % times)
    if told.night:
        said.append(_("At 03:00 your time an escalation or an emergency would still ring at once."))
        text = _("At 03:00 your time everything else would wait until %(time)s.")
        said.append(text % {"time": clock(told.night.ends_at)})
    else:
        said.append(_("At 03:00 your time everything that you chose would ring at once."))
    if told.changed:
        said.append(_changed_sentence(told.changed, clock(told.changed.starts_at)))
    return said


def _changed_sentence(rest: Rest, start: str) -> str:
    words = {"start": start, "time": wording.length(rest.longer)}
    if rest.longer < timedelta(0):
        return _("The clocks change in the rest that starts %(start)s: it is %(time)s shorter.") % (
            words
        )
    return _("The clocks change in the rest that starts %(start)s: it is %(time)s longer.") % words
