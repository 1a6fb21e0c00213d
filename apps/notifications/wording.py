"""How a notification reads and where it leads, from the registries of the apps above."""

from apps.core.registries import notification_kinds, subjects
from apps.notifications.models import Notification


def line_of(row: Notification) -> str:
    """The kind's sentence in the active language."""
    kind = notification_kinds.get(row.kind)
    return str(kind.line) if kind else row.kind


def url_of(row: Notification) -> str:
    """The page of the subject."""
    subject = subjects.get(row.subject_type)
    return subject.url(row.subject_id) if subject else "/"
