"""What changed between two versions of a briefing, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.core.templatetags.alliance import severity_label
from apps.core.web.wording import listed
from apps.handovers.briefing import Change
from apps.handovers.rendering import words
from apps.handovers.rendering.times import Clock
from apps.members.models import User


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One difference: its part and kind in the reader's language, before and after in words."""

    part: str
    kind: str
    label: str
    kind_label: str
    before: str
    after: str


def lines(
    changes: Sequence[Change], clock: Clock, people: Mapping[str, User]
) -> Sequence[ChangeLine]:
    return [
        ChangeLine(
            part=change.part,
            kind=change.kind,
            label=str(words.PARTS.get(change.part, change.part)),
            kind_label=str(words.KINDS[change.kind]),
            before=_said(change.part, change.before, clock, people),
            after=_said(change.part, change.after, clock, people),
        )
        for change in changes
    ]


def _said(part: str, value: Any, clock: Clock, people: Mapping[str, User]) -> str:
    if value is None or value == "":
        return ""
    if part == "severity":
        return severity_label(str(value))
    if part == "no_actions":
        return _("yes") if value else _("no")
    if part == "wake":
        return listed(people[ident].name for ident in value if ident in people)
    if isinstance(value, Mapping):
        return _row(part, value, clock)
    return str(value)


def _row(part: str, row: Mapping[str, Any], clock: Clock) -> str:
    if part == "contingencies":
        condition, act = row.get("if") or "", row.get("then") or ""
        if row.get("standard"):
            condition, act = _(condition), _(act)
        if not condition:
            return str(act)
        return _("If %(condition)s, then %(act)s") % {"condition": condition, "act": act}
    if part == "questions":
        return str(row.get("text") or "")
    told = [row.get("who") or "", row.get("what") or "", _when(row, clock)]
    return " · ".join(text for text in told if text)


def _when(row: Mapping[str, Any], clock: Clock) -> str:
    value = row.get("due_at") or row.get("until")
    instant = parse_datetime(value) if isinstance(value, str) else value
    times = clock.times(instant)
    return times.here if times else ""
