"""What a roster needs to say in words: empty shifts, clock changes, times that are odd."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import walltime
from apps.core.web.wording import length
from apps.duty import planning
from apps.duty.models import Desk
from apps.duty.planning import Oddity, OddStart, Rota
from apps.duty.ribbons import clock_steps
from apps.duty.selectors import DeskRoster
from apps.duty.templatetags.duty import long_day, stretch

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence; an urgent one is about duty that nobody has."""

    text: str
    is_urgent: bool = False


def notes(
    desk: Desk,
    roster: DeskRoster,
    rotas: Iterable[Rota],
    names: dict[UUID, str],
    span: tuple[datetime, datetime],
) -> list[Note]:
    """Everything that a reader of a roster should not have to find out alone."""
    found = [*_holes(desk, roster, names), *_everybody(desk, roster)]
    found += _changes(desk, span)
    a, b = walltime.minute_of(span[0]), walltime.minute_of(span[1])
    odd = {odd for rota in rotas for odd in planning.odd_starts(rota, a, b)}
    found += [Note(odd_sentence(start)) for start in sorted(odd, key=lambda o: o.minute)]
    return found


def _holes(desk: Desk, roster: DeskRoster, names: dict[UUID, str]) -> Iterator[Note]:
    for hole in roster.holes[:_SHOWN]:
        said = {
            "name": names.get(hole.user_id, ""),
            "times": stretch(hole.starts_at, hole.ends_at, desk.tz),
        }
        text = _("%(name)s is on leave and nobody has taken the shift: %(times)s.") % said
        yield Note(text, is_urgent=True)


def _everybody(desk: Desk, roster: DeskRoster) -> Iterator[Note]:
    for start, end in roster.everybody[:_SHOWN]:
        text = _(
            "No rota has anybody left: %(times)s. Everybody who sits here and is not on leave is"
            " on duty then, because silence loses cases."
        ) % {"times": stretch(start, end, desk.tz)}
        yield Note(text, is_urgent=True)


def _changes(desk: Desk, span: tuple[datetime, datetime]) -> Iterator[Note]:
    for at, by in clock_steps(desk.tz, *span):
        said = {
            "day": long_day(walltime.local(desk.tz, at).date()),
            "by": length(abs(by)),
            "time": f"{walltime.local(desk.tz, at):%H:%M}",
        }
        if by > timedelta(0):
            yield Note(
                _(
                    "On %(day)s the clocks go forward by %(by)s, to %(time)s: turns keep to the"
                    " clock on the wall, and the one in course is that much shorter."
                )
                % said
            )
        else:
            yield Note(
                _(
                    "On %(day)s the clocks go back by %(by)s, to %(time)s: turns keep to the"
                    " clock on the wall, and the one in course is that much longer."
                )
                % said
            )


def start_note(desk: Desk, wall: datetime) -> Note | None:
    """What is odd about the local time at which a rota starts; nothing for most."""
    odd = planning.odd_start(desk.tz, walltime.wall_minute(wall))
    return None if odd is None else Note(odd_sentence(odd))


def odd_sentence(odd: OddStart) -> str:
    """A local time that a clock change skips or repeats, and which instant counts."""
    typed = walltime.instant_at(odd.wall)
    said = {
        "time": f"{typed:%H:%M}",
        "day": long_day(typed.date()),
        "counts": f"{walltime.instant_at(odd.minute):%H:%M}",
    }
    if odd.oddity is Oddity.SKIPPED:
        return (
            _(
                "On %(day)s the clocks skip %(time)s: the turn starts at the first moment after,"
                " at %(counts)s UTC."
            )
            % said
        )
    return (
        _(
            "On %(day)s the clocks show %(time)s twice: the turn starts at the first of the two,"
            " at %(counts)s UTC."
        )
        % said
    )
