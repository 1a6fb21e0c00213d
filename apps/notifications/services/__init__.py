"""Telling people, keeping how they want to be told, and getting it to them."""

from apps.notifications.services.browsers import (
    Subscription,
    add_browser,
    remove_browser,
    try_browser,
)
from apps.notifications.services.courier import RETRY, deliver, release
from apps.notifications.services.posting import post_letter, post_password_reset
from apps.notifications.services.reaching import (
    Choice,
    check_quiet,
    choose,
    end_quiet_hours,
    leave_digests,
    set_digest_hour,
    set_quiet_hours,
)
from apps.notifications.services.routing import DIGEST, WAKE, route, send_digest, wake
from apps.notifications.services.telling import FORGET, forget, mark_all_read, mark_read, notify

__all__ = [
    "DIGEST",
    "FORGET",
    "RETRY",
    "WAKE",
    "Choice",
    "Subscription",
    "add_browser",
    "check_quiet",
    "choose",
    "deliver",
    "end_quiet_hours",
    "forget",
    "leave_digests",
    "mark_all_read",
    "mark_read",
    "notify",
    "post_letter",
    "post_password_reset",
    "release",
    "remove_browser",
    "route",
    "send_digest",
    "set_digest_hour",
    "set_quiet_hours",
    "try_browser",
    "wake",
]
