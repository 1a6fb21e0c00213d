"""The lines of the list of leads: a page has fifty, and a template engine asks much for each."""

from collections.abc import Iterable
from html import escape
from typing import Final
from uuid import UUID

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.templatetags import alliance as marks
from apps.leads.models import Severity
from apps.leads.projecting import LeadView

register = template.Library()
# Stands for the lead in an address that is made once for all lines.
_ANY: Final = str(UUID(int=0))
_SEALED: Final = ' class="sealed"'


@register.simple_tag(takes_context=True)
def lead_rows(context: Context, rows: Iterable[LeadView]) -> SafeString:
    """The leads in their order, as far as the reader may see them; selecting one opens its panel.

    The list has `actor`, `place`, `chosen`, `owners` and `links` in its context.
    """
    line = _Line(context)
    return mark_safe("".join(line.of(row) for row in rows))  # noqa: S308 - each line is escaped


class _Line:
    """What all lines of one page have in common: addresses, and words in the reader's language.

    Everything that comes from a lead or a person goes through `escape` on its way in.
    """

    def __init__(self, context: Context) -> None:
        self.member_id = context["actor"].member_id
        chosen = context.get("chosen")
        self.chosen_id = chosen.id if chosen is not None else None
        self.place = escape(context["place"].link)
        self.detail = escape(reverse("leads:detail", args=[_ANY]))
        self.panel = escape(reverse("leads:panel", args=[_ANY]))
        self.severities = {value: marks.severity(value) for value in Severity.values}
        self.choose = escape(_("Choose %(reference)s"))
        self.priority = escape(_("Priority, out of 100"))
        self.in_case, self.sealed = escape(_("In a case")), escape(_("Sealed"))
        self.told_when = marks.teller(context)
        self.owners, links = context["owners"], context["links"]
        related = {n: ngettext("%(n)s related", "%(n)s related", n) for n in set(links.values())}
        self.related = {key: escape(related[n] % {"n": n}) for key, n in links.items()}
        self.by_status = {"duplicate": escape(_("Duplicate")), "withdrawn": escape(_("Withdrawn"))}

    def of(self, row: LeadView) -> str:
        is_chosen, ident = row.id == self.chosen_id, str(row.id)
        detail = self.detail.replace(_ANY, ident)
        panel = self.panel.replace(_ANY, ident)
        return (
            f'<li role="row" data-row data-id="{ident}" data-href="{detail}"'
            f' tabindex="{0 if is_chosen else -1}" aria-selected="{str(is_chosen).lower()}"'
            f' hx-get="{panel}?{self.place}" hx-trigger="al-select" hx-target="#lead-panel"'
            f' hx-swap="innerHTML" hx-sync="#lead-panel:replace"'
            f"{_SEALED if row.is_sealed else ''}>"
            f"{self._first_cell(row, ident)}{self._title(row, detail)}{self._when(row)}"
            f"{self._second_line(row)}{self._marks(row)}</li>"
        )

    def _is_own(self, row: LeadView) -> bool:
        return bool(row.member_id == self.member_id)

    def _owner(self, row: LeadView) -> str:
        owner = self.owners.get(row.member_id)
        return owner["name"] if owner else ""

    def _first_cell(self, row: LeadView, ident: str) -> str:
        tick = ""
        if self._is_own(row):
            named = self.choose % {"reference": escape(row.reference)}
            tick = (
                f'<label class="al-pick"><span class="visually-hidden">{named}</span>'
                f'<input type="checkbox" form="lead-bulk" name="id" value="{ident}" data-tick>'
                "</label>"
            )
        if row.is_sealed:
            lock = marks.icon("lock")
            mark = f'{lock}<span class="visually-hidden">{self.sealed}</span>'
        else:
            mark = self.severities[row.severity or Severity.STABLE]
        return f'<span role="gridcell" class="al-sevcell">{tick}{mark}</span>'

    def _title(self, row: LeadView, detail: str) -> str:
        title = row.title or row.locator
        if row.is_sealed:
            title = _("Sealed by %(owner)s: you may see that it exists, not what it says") % {
                "owner": self._owner(row)
            }
        spoken = f' lang="{escape(row.language)}"' if row.language else ""
        return (
            f'<span role="gridcell" class="tt trunc"{spoken}>'
            f'<a href="{detail}" tabindex="-1"><bdi>{escape(title)}</bdi></a></span>'
        )

    def _when(self, row: LeadView) -> str:
        told = "" if row.is_sealed else self.told_when(row.created_at)
        return f'<span role="gridcell" class="when">{told}</span>'

    def _second_line(self, row: LeadView) -> str:
        parts = []
        if row.reference:
            parts.append(f'<span class="mono nowrap">{escape(row.reference)}</span>')
        if row.locator and row.locator != row.title:
            parts.append(f'<span class="trunc mono"><bdi>{escape(row.locator)}</bdi></span>')
        if row.brand:
            parts.append(f'<span class="badge trunc"><bdi>{escape(row.brand)}</bdi></span>')
        if not self._is_own(row):
            owner = escape(self._owner(row))
            parts.append(f'<span class="badge accent"><bdi>{owner}</bdi></span>')
        return _cell("l2", parts)

    def _marks(self, row: LeadView) -> str:
        parts = []
        if row.id in self.related:
            parts.append(f'<span class="badge accent">{self.related[row.id]}</span>')
        if row.is_linked:
            parts.append(f'<span class="badge ok">{self.in_case}</span>')
        elif row.status in self.by_status:
            parts.append(f'<span class="badge">{self.by_status[row.status]}</span>')
        if row.tlp == "red":
            parts.append(marks.tlp(row.tlp))
        if row.priority is not None:
            parts.append(
                f'<span class="al-prio" title="{self.priority}"><span class="visually-hidden">'
                f"{self.priority}</span> {row.priority}</span>"
            )
        return _cell("r2", parts)


def _cell(name: str, parts: list[str]) -> str:
    return f'<span role="gridcell" class="{name}">{" ".join(parts)}</span>'
