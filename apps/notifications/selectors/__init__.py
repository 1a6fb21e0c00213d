"""Reading what a person has been told, and how she is reached."""

from apps.notifications.selectors.reach import (
    awake,
    browsers,
    digest_at,
    digest_of,
    preferences,
    quiet_hours,
    rest_of,
)
from apps.notifications.selectors.told import mine, newest, unread_count

__all__ = [
    "awake",
    "browsers",
    "digest_at",
    "digest_of",
    "mine",
    "newest",
    "preferences",
    "quiet_hours",
    "rest_of",
    "unread_count",
]
