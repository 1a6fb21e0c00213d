"""The sentences of system notices, kept as code and parameters, said in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_SENTENCES = {
    "handover.offered": gettext_noop("%(from_desk)s offers the case to %(to_desk)s."),
    "handover.emergency": gettext_noop("%(from_desk)s offers the case to several desks at once."),
    "handover.accepted": gettext_noop("%(to_desk)s accepted: the case moved from %(from_desk)s."),
    "handover.declined": gettext_noop("%(to_desk)s declined the handover."),
    "handover.expired": gettext_noop("%(to_desk)s did not answer the handover in time."),
    "handover.bounced": gettext_noop("%(to_desk)s gave the case back to %(from_desk)s."),
    "handover.kept": gettext_noop("%(to_desk)s gave the case back and holds it until it is taken."),
    "handover.cancelled": gettext_noop("The handover was cancelled."),
    "handover.completed": gettext_noop("The handover is complete."),
    "custody.passed": gettext_noop("%(to_desk)s holds the case now."),
    "custody.held": gettext_noop("Nobody is on duty to take over: %(desk)s still holds the case."),
    "custody.resumed": gettext_noop("%(desk)s is back on duty and holds the case."),
    "investigation.opened": gettext_noop("%(desk)s opened the case."),
    "investigation.closed": gettext_noop("The case was closed."),
    "member.joined": gettext_noop("%(member)s sits in this circle now and reads along."),
    "member.left": gettext_noop("%(member)s no longer reads along."),
    "evidence.filed": gettext_noop("%(who)s kept message %(seq)s of %(author)s as evidence."),
    "task.filed": gettext_noop("%(who)s made message %(seq)s of %(author)s a task."),
    "decision.filed": gettext_noop("%(who)s recorded message %(seq)s of %(author)s as a decision."),
    "briefing.filed": gettext_noop("%(who)s put message %(seq)s of %(author)s into the briefing."),
    "task.said": gettext_noop("%(who)s wrote a task: %(title)s"),
    "task.given": gettext_noop("%(who)s gave the task “%(title)s” to %(whom)s."),
    "share.given": gettext_noop("%(who)s shared the case with %(whom)s."),
    "reminder.due": gettext_noop("%(who)s wanted to be reminded: %(text)s"),
    "investigation.reopened": gettext_noop("The case was reopened at %(desk)s."),
}
_OTHER = gettext_noop("The case changed.")


class _Names(dict[str, str]):
    """A desk whose name the writer could not read stays a desk."""

    def __missing__(self, key: str) -> str:
        return _("a desk")


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """A notice in the active language."""
    names = _Names({key: str(value) for key, value in params.items() if value})
    return _(_SENTENCES.get(code, _OTHER)) % names
