"""Telling people, and keeping how they want to be told."""

from apps.notifications.services.reaching import (
    Choice,
    choose,
    end_quiet_hours,
    set_digest_hour,
    set_quiet_hours,
)
from apps.notifications.services.telling import mark_all_read, mark_read, notify, send_mail_of

__all__ = [
    "Choice",
    "choose",
    "end_quiet_hours",
    "mark_all_read",
    "mark_read",
    "notify",
    "send_mail_of",
    "set_digest_hour",
    "set_quiet_hours",
]
