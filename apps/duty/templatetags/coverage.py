"""Why nobody is on duty, in whole sentences of the reader's language."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import walltime
from apps.core.web.wording import length, listed, place, wall
from apps.duty.burden import Fairness, Shares
from apps.duty.models import Desk
from apps.duty.planning import Cause, CauseKind, Line
from apps.duty.templatetags.duty import long_day, short_day, weekdays

register = template.Library()


@register.simple_tag(takes_context=True)
def why_gap(context: Context, cause: Cause) -> str:
    """The cause of a gap, told with its place and date."""
    desks: Mapping[str, Desk] = context["desks_by_id"]
    names = listed(desks[ident].name for ident in cause.desks if ident in desks)
    if cause.kind == CauseKind.CLOCK_CHANGE and cause.since:
        words = {
            "place": place(cause.tz),
            "size": length(timedelta(minutes=cause.by)),
            "day": long_day(walltime.local(cause.tz, cause.since).date()),
        }
        return _clock_change(words, is_forward=cause.by > 0, is_ahead=cause.since > context["now"])
    if cause.kind == CauseKind.HOLIDAY and cause.on:
        return _holiday(context, cause, names)
    if cause.kind == CauseKind.CLOSURE:
        return _("%(desk)s is closed") % {"desk": names}
    if cause.kind == CauseKind.DAYS_OFF:
        return _("Days off: the desks do not work on this day of the week")
    return _("No desk has hours then")


def _clock_change(words: Mapping[str, str], *, is_forward: bool, is_ahead: bool) -> str:
    if is_ahead and is_forward:
        return _("%(place)s moves its clock forward by %(size)s on %(day)s") % words
    if is_ahead:
        return _("%(place)s moves its clock back by %(size)s on %(day)s") % words
    if is_forward:
        return _("%(place)s moved its clock forward by %(size)s on %(day)s") % words
    return _("%(place)s moved its clock back by %(size)s on %(day)s") % words


def _holiday(context: Context, cause: Cause, names: str) -> str:
    known: Mapping[tuple[str, date], str] = context["holiday_names"]
    on = cause.on
    assert on is not None  # noqa: S101 - a holiday has its date
    words: dict[str, Any] = {
        "desk": names,
        "day": short_day(on),
        "name": known.get((cause.desks[0], on), ""),
    }
    if words["name"]:
        return _("%(desk)s has a holiday on %(day)s: %(name)s") % words
    return _("%(desk)s has a holiday on %(day)s") % words


@register.simple_tag
def how_often(line: Line) -> str:
    """When a line's gap occurs: once, or on which days of the week until when."""
    words: dict[str, Any] = {
        "days": weekdays(line.weekdays),
        "first": short_day(line.starts_at.date()),
        "last": long_day(line.last_day),
        "n": line.count,
    }
    if line.count == 1:
        return _("Once, on %(last)s") % words
    return (
        ngettext(
            "%(days)s, %(n)d time, from %(first)s to %(last)s",
            "%(days)s, %(n)d times, from %(first)s to %(last)s",
            line.count,
        )
        % words
    )


@register.simple_tag
def utc_hours(line: Line) -> str:
    """The hours of a line's gap in UTC; the weekday where it ends on another day."""
    start, end = line.starts_at, line.ends_at
    form = "time" if end - start < timedelta(days=1) else "day"
    return f"{wall(start, 'UTC', form=form)}–{wall(end, 'UTC', form=form)}"


@register.filter
def cause_kind(kind: CauseKind) -> str:
    """The name of a kind of cause, for tables."""
    return {
        CauseKind.CLOCK_CHANGE: _("Clock changes"),
        CauseKind.HOLIDAY: _("Holidays"),
        CauseKind.CLOSURE: _("Closures"),
        CauseKind.DAYS_OFF: _("Days off"),
        CauseKind.PATTERN: _("Hours that no desk has"),
    }[kind]


@register.simple_tag
def fairness_words(shares: Shares) -> str:
    """How evenly nights and weekends are shared, in a sentence."""
    words = {
        "gini": f"{shares.gini:.2f}",
        "name": shares.most.person.name if shares.most else "",
        "ratio": shares.ratio,
    }
    if shares.fairness == Fairness.NOBODY:
        return _("Nobody of yours works at night or at the weekend.")
    if shares.fairness == Fairness.ALONE:
        return _("%(name)s alone carries the nights and weekends.") % words
    if shares.fairness == Fairness.EVEN:
        return _("Nights and weekends are shared evenly (Gini %(gini)s).") % words
    if shares.fairness == Fairness.FAIR:
        return _("Nights and weekends are shared fairly evenly (Gini %(gini)s).") % words
    if shares.ratio is None:
        return _("Nights and weekends fall on a few: most on %(name)s (Gini %(gini)s).") % words
    return (
        _(
            "Nights and weekends are shared unevenly: %(name)s carries %(ratio)s times the middle"
            " (Gini %(gini)s)."
        )
        % words
    )
