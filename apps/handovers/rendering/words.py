"""Labels of a briefing's parts, and what a traffic light forbids, in the active language."""

from django.utils.translation import gettext_lazy as _

PARTS = {
    "severity": _("How bad"),
    "severity_reason": _("Why this severity"),
    "sbar": _("Situation, background, assessment, request"),
    "summary": _("In one line"),
    "language": _("Language"),
    "subject": _("The case"),
    "since": _("Since when"),
    "done": _("Since last shift"),
    "actions": _("Actions"),
    "no_actions": _("No action is open"),
    "contingencies": _("If this, then"),
    "questions": _("Open questions"),
    "waits": _("Waiting for others"),
    "evidence": _("Evidence"),
    "chat": _("Said in the room"),
    "tlp": _("Traffic light"),
    "restrictions": _("Restrictions"),
    "note": _("What the record does not say"),
    "wake": _("Who to wake"),
    "previous": _("The last read-back"),
}
SBAR = {
    "situation": _("Situation"),
    "background": _("Background"),
    "assessment": _("Assessment"),
    "recommendation": _("Request"),
}
KINDS = {"added": _("added"), "removed": _("removed"), "changed": _("changed")}
MISSING = {
    "severity": _("how bad it is"),
    "actions": _("the actions, or that there are none"),
    "contingencies": _("what to do if something happens"),
}
TLP = {
    "red": _("For the people named only: it is not passed on, not even inside your member."),
    "amber+strict": _("It stays inside your own member, with those who need it for their work."),
    "amber": _("It stays with your member and the clients who need it to protect themselves."),
    "green": _("It may be passed on within the alliance, and is not published."),
    "clear": _("It may be passed on freely."),
}
