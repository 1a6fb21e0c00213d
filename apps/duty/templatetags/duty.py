"""Days and hours of duty in the reader's language."""

from datetime import date, datetime, timedelta
from uuid import UUID

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from django import template
from django.template import Context
from django.utils import translation
from django.utils.translation import ngettext_lazy, pgettext

from apps.core import walltime
from apps.core.templatetags.alliance import wall
from apps.core.web.wording import listed
from apps.duty.models import RotaTerms, Swap

register = template.Library()

_A_MONDAY = date(2024, 1, 1)


def _locale() -> str:
    language = translation.get_language() or "en"
    return {"zh-hans": "zh_Hans_CN", "en": "en_GB"}.get(language, language.replace("-", "_"))


@register.filter
def country_name(code: str) -> str:
    """A country in the reader's language; the code where the language has no name for it."""
    return str(Locale.parse(_locale()).territories.get(code, code))


@register.filter
def short_day(day: date) -> str:
    """A date with its weekday, as Sun 14 Mar."""
    locale = _locale()
    pattern = "M月d日 EEE" if locale.startswith("zh") else "EEE d MMM"
    return str(format_date(day, pattern, locale=locale))


@register.filter
def tiny_day(day: date) -> str:
    """A date without its weekday, as 14 Mar."""
    return str(format_skeleton("MMMd", day, locale=_locale()))


@register.filter
def weekday_letter(day: date) -> str:
    """The weekday as short as calendars write it."""
    return str(format_date(day, "EEEEEE", locale=_locale()))


@register.filter
def long_day(day: date) -> str:
    """A date with its year."""
    return str(format_date(day, "long", locale=_locale()))


@register.simple_tag
def days(first: date, last: date) -> str:
    """A range of dates, as 8 – 14 March 2027."""
    return str(format_interval(first, last, "yMMMd", locale=_locale()))


@register.simple_tag
def hours(start: datetime, end: datetime, zone: str = "UTC", *, named: bool = False) -> str:
    """A stretch on the zone's own clocks; the weekday where asked or where it changes."""
    first, last = walltime.local(zone, start), walltime.local(zone, end)
    same = first.date() == last.date()
    opening = wall(start, zone, form="day" if named or not same else "time")
    closing = wall(end, zone, form="time" if same else "day")
    return f"{opening}–{closing}"


@register.simple_tag
def stretch(start: datetime, end: datetime, zone: str) -> str:
    """Exact times on the zone's own clocks, with their dates."""
    first, last = walltime.local(zone, start), walltime.local(zone, end)
    opening = f"{short_day(first.date())} {first:%H:%M}"
    if first.date() == last.date():
        return f"{opening}–{last:%H:%M}"
    return f"{opening} – {short_day(last.date())} {last:%H:%M}"


@register.simple_tag
def day_and_time(instant: datetime, zone: str) -> str:
    """An instant on the zone's own clocks, with its date and year."""
    told = walltime.local(zone, instant)
    said = {"day": long_day(told.date()), "time": f"{told:%H:%M}"}
    return pgettext("instant", "%(day)s, %(time)s") % said


@register.simple_tag
def weekdays(numbers: list[int]) -> str:
    """The days of a window; runs of three and more as a range."""
    names = [format_date(_A_MONDAY + timedelta(days=n), "EEE", locale=_locale()) for n in range(7)]
    parts: list[str] = []
    rest = sorted(numbers)
    while rest:
        run = [day for index, day in enumerate(rest) if day == rest[0] + index]
        shown = [names[run[0]], names[run[-1]]] if len(run) > 2 else [names[d] for d in run]
        parts.append("–".join(shown) if len(run) > 2 else listed(shown))
        rest = rest[len(run) :]
    return listed(parts)


@register.simple_tag
def turn_of(rota: RotaTerms) -> str:
    """How long a turn of the rota lasts, and when turns change."""
    said = {"n": rota.length, "time": rota.start_time, "day": long_day(rota.start_on)}
    sentences = {
        "hourly": ngettext_lazy(
            "every hour, from %(time)s on %(day)s",
            "every %(n)d hours, from %(time)s on %(day)s",
            "n",
        ),
        "daily": ngettext_lazy(
            "every day at %(time)s, from %(day)s", "every %(n)d days at %(time)s, from %(day)s", "n"
        ),
        "weekly": ngettext_lazy(
            "every week at %(time)s, from %(day)s",
            "every %(n)d weeks at %(time)s, from %(day)s",
            "n",
        ),
        "monthly": ngettext_lazy(
            "every month at %(time)s, from %(day)s",
            "every %(n)d months at %(time)s, from %(day)s",
            "n",
        ),
    }
    return str(sentences[rota.unit] % said)


@register.simple_tag
def swap_state(swap: Swap) -> str:
    """What became of a question who takes a shift."""
    return {
        "asked": pgettext("shift", "asked"),
        "taken": pgettext("shift", "taken"),
        "declined": pgettext("shift", "declined"),
        "withdrawn": pgettext("shift", "withdrawn"),
        "past_due": pgettext("shift", "nobody came"),
    }[swap.state]


@register.filter
def preview_id(rota_id: UUID) -> str:
    """The id of the place on the page where a rota's preview stands."""
    return f"preview-{rota_id}"


@register.filter
def minutes(span: timedelta) -> int:
    return span // timedelta(minutes=1)


@register.filter
def zone_day(instant: datetime, zone: str) -> date:
    """The date on the zone's calendar."""
    return walltime.local(zone, instant).date()


@register.filter
def in_hours(span: timedelta) -> float:
    return round(span / timedelta(hours=1), 1)


@register.simple_tag(takes_context=True)
def clock(context: Context, zone: str) -> str:
    """What the zone's clocks show now."""
    return wall(context["now"], zone, form="time")
