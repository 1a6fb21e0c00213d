"""Local times that a change of the clocks skips or repeats, explained where they are typed."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext as _

from apps.core import walltime
from apps.core.web.forms import LocalInstantField
from apps.core.web.wording import place
from apps.duty.templatetags.duty import long_day


def odd_times(form: forms.BaseForm, zone: str) -> list[str]:
    """A sentence for each typed time of the form that is on no clock, or is on it twice."""
    found = []
    for name, field in form.fields.items():
        typed = form[name].value() if isinstance(field, LocalInstantField) else None
        if isinstance(typed, str) and (sentence := odd_time(typed, zone)):
            found.append(sentence)
    return found


def odd_time(typed: str, zone: str) -> str:
    """Why a local time is not what it seems; empty for one that is on the clock once."""
    try:
        wall = datetime.fromisoformat(typed)
    except ValueError:
        return ""
    if wall.tzinfo is not None:
        return ""
    wall = wall.replace(second=0, microsecond=0)
    try:
        first, last = walltime.shift_start(zone, wall), walltime.shift_end(zone, wall)
        shown = walltime.local(zone, first)
    except (ValueError, OverflowError):
        return ""
    words = {
        "time": f"{wall:%H:%M}",
        "day": long_day(wall.date()),
        "place": place(zone),
        "shown": f"{shown:%H:%M}",
        "first": f"{first:%H:%M}",
        "last": f"{last:%H:%M}",
    }
    if shown.replace(tzinfo=None) > wall:
        return (
            _(
                "%(time)s on %(day)s is skipped in %(place)s: the clock is put forward then."
                " It counts as %(shown)s."
            )
            % words
        )
    if last - first >= timedelta(minutes=1):
        return (
            _(
                "%(time)s on %(day)s comes twice in %(place)s: the clock is put back then."
                " The first counts, at %(first)s UTC; the other is at %(last)s UTC."
            )
            % words
        )
    return ""
