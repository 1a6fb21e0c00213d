"""Times for two parties, icons, marks and ribbons: the components that templates share."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any, Final

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext_lazy

from apps.core.decisions import Decision
from apps.core.web import wording
from apps.core.web.folding import same_for_all
from apps.core.web.icons import ICONS, SEVERITY
from apps.core.web.wording import place, wall

__all__ = ["place", "register", "wall"]

register = template.Library()
register.filter("place", place)
register.filter("listed", wording.listed)
register.filter("utc_clock", wording.utc_clock)
register.simple_tag(wording.language_name, name="language_name")


@register.simple_tag
@same_for_all
@lru_cache(maxsize=1024)
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
    return _severity(value, severity_label(value), words)


@lru_cache(maxsize=1024)
def _severity(value: str, label: str, words: bool) -> SafeString:  # noqa: FBT001 - as the tag has it
    shape = mark_safe(SEVERITY.get(value, SEVERITY["stable"]))  # noqa: S308 - constants
    naming = (
        mark_safe('aria-hidden="true"')
        if words
        else format_html('role="img" aria-label="{}"', label)
    )
    return format_html(
        '<span class="al-sev {}"><svg viewBox="0 0 12 12" {}>{}</svg>{}</span>',
        value,
        naming,
        shape,
        label if words else "",
    )


_SEVERITIES: Final = {
    "urgent": pgettext_lazy("severity", "Urgent"),
    "watch": pgettext_lazy("severity", "Watch"),
    "stable": pgettext_lazy("severity", "Stable"),
}


def severity_label(value: str) -> str:
    return str(_SEVERITIES.get(value, value))


@register.simple_tag
def tlp(value: str) -> SafeString:
    """The Traffic Light Protocol mark."""
    return format_html(
        '<span class="al-tlp {}">TLP:{}</span>', value.partition("+")[0], value.upper()
    )


@register.simple_tag
def pap(value: str) -> SafeString:
    """The Permissible Actions Protocol mark."""
    return format_html('<span class="al-tlp {}">PAP:{}</span>', value, value.upper())


@register.simple_tag(takes_context=True)
def local_time(context: Context, instant: datetime | None, form: str = "auto") -> SafeString:
    """The instant in the reader's zone; the day named unless it is today."""
    return teller(context, form)(instant)


def teller(context: Context, form: str = "auto") -> Callable[[datetime | None], SafeString]:
    """How the reader is told instants: for a list, which has many and one reader."""
    zone, spoken = _zone_of(context), wording.locale()
    today = wording.today_in(zone, context.get("now"))

    def told(instant: datetime | None) -> SafeString:
        return mark_safe("") if instant is None else _time(instant, zone, today, form, spoken)

    return told


@lru_cache(maxsize=8192)
def _time(instant: datetime, zone: str, today: date, form: str, spoken: str) -> SafeString:
    in_full = escape(wording.in_full_in(spoken, instant, zone))
    shown = escape(wording.wall_on(today, instant, zone, form, spoken))
    return mark_safe(  # noqa: S308 - what is written in words is escaped above
        f'<time class="al-time" datetime="{wording.iso(instant)}" title="{in_full}">'
        f"<b>{shown}</b></time>"
    )


@register.simple_tag(takes_context=True)
def two_times(
    context: Context,
    instant: datetime | None,
    other_zone: str | None = None,
    other_name: str = "",
) -> SafeString:
    """The reader's time first and bold, the other party's after it, with its place."""
    mine = _zone_of(context)
    if instant is None or not other_zone or wording.is_same_wall(instant, mine, other_zone):
        return local_time(context, instant)
    form = "time" if wording.is_same_day(instant, mine, other_zone) else "day"
    return format_html(
        '<time class="al-time" datetime="{}" title="{}"><b>{}</b> <i>· {} <bdi>{}</bdi></i></time>',
        wording.iso(instant),
        wording.in_full(instant, mine),
        wall(instant, mine, now=context.get("now")),
        wall(instant, other_zone, form=form),
        other_name or place(other_zone),
    )


def _zone_of(context: Context) -> str:
    return str(context.get("my_zone") or "UTC")


@register.filter
def duration(value: timedelta | None) -> str:
    """A length of time in words."""
    return "" if value is None else wording.length(value)


@register.simple_tag(takes_context=True)
def remaining(context: Context, instant: datetime | None) -> str:
    """`in 17 minutes`, or `4 hours ago`."""
    if instant is None:
        return ""
    return wording.until(instant, context.get("now") or datetime.now(UTC))


@register.simple_tag(takes_context=True)
def chosen_theme(context: Context) -> SafeString:
    """The theme chosen in this browser, so that the page starts in it."""
    request = context.get("request")
    theme = request.COOKIES.get("al-theme", "") if request else ""
    if theme not in {"light", "dark", "contrast"}:
        return mark_safe("")
    return format_html(' data-theme="{}"', theme)


@register.inclusion_tag("components/why.html")
def why(decision: Decision, id: str = "why") -> dict[str, Any]:  # noqa: A002 - the attribute's name
    """Why a control is disabled, in the words of the refusal; nothing where it is allowed."""
    return {"id": id, "reason": "" if decision else decision.reason}


@register.simple_tag
def disabled(decision: Decision, id: str = "why") -> SafeString:  # noqa: A002 - the attribute's name
    """The attributes of a control that a policy refuses; pair it with `why` of the same id."""
    if decision:
        return mark_safe("")
    return format_html(' aria-disabled="true" aria-describedby="{}"', id)


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
    return format_html_join(
        "", '<rect class="{}" x="{}" y="6" width="{}" height="14" rx="4"/>', rects
    )


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    return mapping.get(key) if mapping else None
