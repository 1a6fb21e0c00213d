"""Times for two parties, icons, marks and ribbons: the components that templates share."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from django import template
from django.template import Context
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from apps.core.walltime import zone as known_zone

register = template.Library()

ICONS = {
    "board": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>',
    "leads": '<path d="M4 13 6.5 5h11L20 13v6H4zM4 13h5l1.5 2.5h3L15 13h5"/>',
    "cases": '<path d="M4 7h16v12H4zM9 7V4.5h6V7M4 12h16"/>',
    "handovers": '<path d="M4 8h13l-3-3M20 16H7l3 3"/>',
    "coverage": '<path d="M4 5h16v15H4zM4 10h16M8 3v4M16 3v4M9 14h2M14 14h2"/>',
    "desks": '<path d="M4 20V9l8-5 8 5v11M9 20v-6h6v6"/>',
    "people": '<circle cx="9" cy="8" r="3.500"/><path d="M3 20c0-4 3-6 6-6s6 2 6 6M15.500 5.500a3 3 0 0 1 0 5.500M17 14.500c2.500.700 4 2.500 4 5.500"/>',
    "settings": '<circle cx="12" cy="12" r="3"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100"/>',
    "bell": '<path d="M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 20.500h4"/>',
    "search": '<circle cx="11" cy="11" r="6"/><path d="m20 20-4.500-4.500"/>',
    "chevron": '<path d="m8 10 4 4 4-4"/>',
    "arrow": '<path d="M5 12h14M14 7l5 5-5 5"/>',
    "theme": '<circle cx="12" cy="12" r="8"/><path d="M12 4v16a8 8 0 0 0 0-16z" fill="currentColor"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 8v.01"/>',
    "check": '<path d="m5 12.500 4.500 4.500L19 7.500"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "up": '<path d="M12 19V5M6 11l6-6 6 6"/>',
    "play": '<path d="M8 5.500v13l10-6.500z"/>',
    "lock": '<path d="M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3"/>',
    "file": '<path d="M6 3h8l4 4v14H6zM14 3v4h4"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.500 2"/>',
    "alert": '<path d="M12 4 21.500 20h-19zM12 10v5M12 17.500v.010"/>',
    "out": '<path d="M14 4h6v16h-6M4 12h11M11 8l4 4-4 4"/>',
    "undo": '<path d="M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
}
SEVERITY = {
    "urgent": '<path d="M6 .8 11.6 11H.4z" fill="currentColor"/>',
    "watch": '<path d="M6 .8 11.2 6 6 11.2.8 6z" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    "stable": '<circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.8"/>',
}


def _locale() -> str:
    language = translation.get_language() or "en"
    return {"zh-hans": "zh_Hans_CN", "en": "en_GB"}.get(language, language.replace("-", "_"))


def _zone(name: str | None) -> ZoneInfo:
    return ZoneInfo(known_zone(name).name if name else "UTC")


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """One line icon, decorative: the control's own words name it."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        extra,
        mark_safe(ICONS[name]),  # noqa: S308 - constants above
    )


@register.simple_tag
def severity(value: str, *, words: bool = False) -> SafeString:
    """A severity's shape and colour; never colour alone."""
    label = severity_label(value)
    shape = mark_safe(SEVERITY.get(value, SEVERITY["stable"]))  # noqa: S308 - constants above
    if words:
        return format_html(
            '<span class="al-sev {0}"><svg viewBox="0 0 12 12" aria-hidden="true">{1}</svg>{2}</span>',
            value,
            shape,
            label,
        )
    return format_html(
        '<span class="al-sev {0}"><svg viewBox="0 0 12 12" role="img" aria-label="{2}">{1}</svg></span>',
        value,
        shape,
        label,
    )


def severity_label(value: str) -> str:
    return {
        "urgent": pgettext("severity", "Urgent"),
        "watch": pgettext("severity", "Watch"),
        "stable": pgettext("severity", "Stable"),
    }.get(value, value)


@register.simple_tag
def tlp(value: str) -> SafeString:
    """The Traffic Light Protocol mark."""
    return format_html(
        '<span class="al-tlp {}">TLP:{}</span>', value.split("+")[0], value.upper()
    )


@register.filter
def place(zone: str | None) -> str:
    """A zone's city in words: `Asia/Shanghai` -> `Shanghai`."""
    return (zone or "UTC").rsplit("/", 1)[-1].replace("_", " ")


@register.simple_tag(takes_context=True)
def local_time(context: Context, instant: datetime | None, form: str = "auto") -> SafeString:
    """The instant in the reader's zone; the day named unless it is today."""
    if instant is None:
        return mark_safe("")
    mine = str(context.get("my_zone") or "UTC")
    words = wall(instant, mine, now=context.get("now"), form=form)
    return format_html(
        '<time class="al-time" datetime="{}" title="{}"><b>{}</b></time>',
        _iso(instant),
        _long(instant, mine),
        words,
    )


@register.simple_tag(takes_context=True)
def two_times(
    context: Context,
    instant: datetime | None,
    other_zone: str | None = None,
    other_name: str = "",
) -> SafeString:
    """The reader's time first and bold, the other party's after it, with its place."""
    if instant is None:
        return mark_safe("")
    mine = str(context.get("my_zone") or "UTC")
    now = context.get("now")
    first = wall(instant, mine, now=now)
    if not other_zone or _same_wall(instant, mine, other_zone):
        return format_html(
            '<time class="al-time" datetime="{}" title="{}"><b>{}</b></time>',
            _iso(instant),
            _long(instant, mine),
            first,
        )
    theirs = instant.astimezone(_zone(other_zone))
    ours = instant.astimezone(_zone(mine))
    form = "time" if theirs.date() == ours.date() else "day"
    return format_html(
        '<time class="al-time" datetime="{}" title="{}"><b>{}</b> <i>· {} {}</i></time>',
        _iso(instant),
        _long(instant, mine),
        first,
        wall(instant, other_zone, now=now, form=form),
        other_name or place(other_zone),
    )


def wall(instant: datetime, zone: str, *, now: datetime | None = None, form: str = "auto") -> str:
    """The instant as a clock on a wall in `zone` shows it, in the reader's language."""
    local = instant.astimezone(_zone(zone))
    locale = _locale()
    clock = format_time(local, "HH:mm", locale=locale)
    if form == "time":
        return clock
    today = (now or datetime.now(UTC)).astimezone(_zone(zone)).date()
    if form == "auto" and local.date() == today:
        return clock
    if form == "day" or abs((local.date() - today).days) < 6:
        return f"{format_datetime(local, 'EEE', locale=locale)} {clock}"
    return f"{format_date(local.date(), 'd MMM' if locale.startswith('en') else 'MMMd日', locale=locale)} {clock}"


def _same_wall(instant: datetime, one: str, other: str) -> bool:
    return instant.astimezone(_zone(one)).utcoffset() == instant.astimezone(_zone(other)).utcoffset()


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _long(instant: datetime, zone: str) -> str:
    local = instant.astimezone(_zone(zone))
    return format_datetime(local, "EEEE d MMMM y HH:mm 'UTC'xxx", locale=_locale()) + f" {zone}"


@register.filter
def duration(value: timedelta | None) -> str:
    """A length of time in whole words, rounded the way people say it."""
    if value is None:
        return ""
    return format_timedelta(value, granularity="minute", threshold=1.5, locale=_locale())


@register.simple_tag(takes_context=True)
def remaining(context: Context, instant: datetime | None) -> str:
    """`in 17 minutes`, or `4 hours ago`."""
    if instant is None:
        return ""
    now = context.get("now") or datetime.now(UTC)
    return format_timedelta(
        instant - now, add_direction=True, granularity="minute", threshold=1.5, locale=_locale()
    )


@register.simple_tag
def language_name(code: str) -> str:
    """A language's name in the reader's language."""
    try:
        return Locale.parse(code.replace("-", "_")).get_display_name(_locale()) or code
    except (UnknownLocaleError, ValueError):
        return code


@register.simple_tag
def strip(
    spans: Iterable[tuple[datetime, datetime, str]], start: datetime, hours: int = 24
) -> SafeString:
    """Coverage as SVG rectangles: (start, end, class) placed in percent of the range."""
    whole = timedelta(hours=hours)
    rects = []
    for begins, ends, name in spans:
        x = max(0.0, (begins - start) / whole * 100)
        width = max(0.0, min(100.0, (ends - start) / whole * 100) - x)
        rects.append((name, f"{x:.3f}%", f"{width:.3f}%"))
    return format_html_join("", '<rect class="{}" x="{}" y="6" width="{}" height="14" rx="4"/>', rects)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    return mapping.get(key) if mapping else None
