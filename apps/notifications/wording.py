"""How a notification reads and where it leads, from the registries of the apps above."""

from apps.core.registries import notification_kinds, subjects
from apps.notifications.models import Group, Notification

_GROUPS = {
    "handover": Group.HANDOVERS,
    "briefing": Group.HANDOVERS,
    "custody": Group.CUSTODY,
    "cover": Group.COVER,
    "coverage": Group.COVER,
    "swap": Group.SWAPS,
    "roster": Group.SWAPS,
    "room": Group.CHAT,
    "chat": Group.CHAT,
}


def group_of(name: str) -> Group:
    """The group that a kind names, or that its own name tells; what tells nothing is of cases."""
    kind = notification_kinds.get(name)
    if kind is not None and kind.group in Group.values:
        return Group(kind.group)
    return _GROUPS.get(name.partition(".")[0], Group.CASES)


def line_of(row: Notification) -> str:
    """The kind's sentence in the active language."""
    kind = notification_kinds.get(row.kind)
    return str(kind.line) if kind else row.kind


def url_of(row: Notification) -> str:
    """The page of the subject."""
    subject = subjects.get(row.subject_type)
    return subject.url(row.subject_id) if subject else "/"
