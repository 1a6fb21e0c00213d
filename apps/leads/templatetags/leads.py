"""One line of the list of leads: a page has fifty, and a template engine asks much for each."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.templatetags import alliance as marks
from apps.leads.projecting import LeadView

register = template.Library()
_NOTHING = mark_safe("")


@register.simple_tag(takes_context=True)
def lead_row(context: Context, row: LeadView) -> SafeString:
    """A lead in the list, as far as the reader may see it; selecting it opens its panel."""
    chosen = context.get("chosen")
    is_chosen = chosen is not None and chosen.id == row.id
    address = reverse("leads:detail", args=[row.id])
    return format_html(
        '<li role="row" data-row data-id="{}" data-href="{}" tabindex="{}" aria-selected="{}"'
        ' hx-get="{}?{}" hx-trigger="al-select" hx-target="#lead-panel" hx-swap="innerHTML"'
        ' hx-sync="#lead-panel:replace"{}>{}{}{}{}{}</li>',
        row.id,
        address,
        "0" if is_chosen else "-1",
        "true" if is_chosen else "false",
        reverse("leads:panel", args=[row.id]),
        context["place"].link,
        mark_safe(' class="sealed"') if row.is_sealed else _NOTHING,
        _first_cell(context, row),
        _title(context, row, address),
        _when(context, row),
        _second_line(context, row),
        _marks(context, row),
    )


def _is_own(context: Context, row: LeadView) -> bool:
    return bool(row.member_id == context["actor"].member_id)


def _owner(context: Context, row: LeadView) -> Any:
    owner = context["owners"].get(row.member_id)
    return owner["name"] if owner else ""


def _first_cell(context: Context, row: LeadView) -> SafeString:
    tick = _NOTHING
    if _is_own(context, row):
        tick = format_html(
            '<label class="al-pick"><span class="visually-hidden">{}</span><input type="checkbox"'
            ' form="lead-bulk" name="id" value="{}" data-tick></label>',
            _("Choose %(reference)s") % {"reference": row.reference},
            row.id,
        )
    if row.is_sealed:
        sealed = _("Sealed")
        mark = format_html('{}<span class="visually-hidden">{}</span>', marks.icon("lock"), sealed)
    else:
        mark = marks.severity(row.severity or "stable")
    return format_html('<span role="gridcell" class="al-sevcell">{}{}</span>', tick, mark)


def _title(context: Context, row: LeadView, address: str) -> SafeString:
    title = row.title or row.locator
    if row.is_sealed:
        title = _("Sealed by %(owner)s: you may see that it exists, not what it says") % {
            "owner": _owner(context, row)
        }
    return format_html(
        '<span role="gridcell" class="tt trunc"{}><a href="{}" tabindex="-1"><bdi>{}</bdi></a>'
        "</span>",
        format_html(' lang="{}"', row.language) if row.language else _NOTHING,
        address,
        title,
    )


def _when(context: Context, row: LeadView) -> SafeString:
    told = _NOTHING if row.is_sealed else marks.local_time(context, row.created_at)
    return format_html('<span role="gridcell" class="when">{}</span>', told)


def _second_line(context: Context, row: LeadView) -> SafeString:
    parts = []
    if row.reference:
        parts.append(format_html('<span class="mono">{}</span>', row.reference))
    if row.locator and row.locator != row.title:
        shown = '<span class="trunc mono"><bdi>{}</bdi></span>'
        parts.append(format_html(shown, row.locator))
    if row.brand:
        parts.append(format_html('<span class="badge trunc"><bdi>{}</bdi></span>', row.brand))
    if not _is_own(context, row):
        owner = _owner(context, row)
        parts.append(format_html('<span class="badge accent"><bdi>{}</bdi></span>', owner))
    return _cell("l2", parts)


def _marks(context: Context, row: LeadView) -> SafeString:
    parts = []
    if found := context["links"].get(row.id):
        text = ngettext("%(n)s related", "%(n)s related", found) % {"n": found}
        parts.append(format_html('<span class="badge accent">{}</span>', text))
    if row.is_linked:
        parts.append(format_html('<span class="badge ok">{}</span>', _("In a case")))
    elif row.status == "duplicate":
        parts.append(format_html('<span class="badge">{}</span>', _("Duplicate")))
    elif row.status == "withdrawn":
        parts.append(format_html('<span class="badge">{}</span>', _("Withdrawn")))
    if row.tlp == "red":
        parts.append(marks.tlp(row.tlp))
    if row.priority is not None:
        parts.append(
            format_html(
                '<span class="al-prio" title="{0}"><span class="visually-hidden">{0}</span> {1}'
                "</span>",
                _("Priority, out of 100"),
                row.priority,
            )
        )
    return _cell("r2", parts)


def _cell(name: str, parts: list[SafeString]) -> SafeString:
    inside = format_html_join(" ", "{}", ((part,) for part in parts))
    return format_html('<span role="gridcell" class="{}">{}</span>', name, inside)
