"""Why a calendar, or an event of one, is no duty: whole sentences for the codes of its reading."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FAILURES: dict[str, "str | Promise"] = {
    "answered": _("The address answers with status %(detail)s instead of a calendar."),
    "bad_address": _("This is not an address of a calendar that can be read."),
    "bad_certificate": _("The server's certificate is not valid, so it was not read."),
    "encoded": _("The server compresses its answer although it was asked not to."),
    "has_password": _("Write the address without a user name and password."),
    "not_a_calendar": _("This is not a calendar: an iCalendar text begins with BEGIN:VCALENDAR."),
    "not_https": _("The address must begin with https://."),
    "not_public": _("This address leads into a private network; it is not read."),
    "not_text": _("This is not a text in UTF-8, as calendars are."),
    "too_long": _("A calendar of more than 2 MB is not read."),
    "too_many_events": _("A calendar of more than 5,000 events is not read."),
    "too_many_redirects": _("The address leads from one place to another too often."),
    "too_many_shifts": _("The calendar names more than 20,000 times in the coming 400 days."),
    "too_much": _("Reading this calendar takes more time or memory than is allowed."),
    "too_slow": _("The server did not answer in time."),
    "unknown_host": _("No server has the name %(detail)s."),
    "unreachable": _("The server cannot be reached."),
}
SKIPPED: dict[str, "str | Promise"] = {
    "cancelled": _("cancelled"),
    "free": _("shown as free, so nobody is on duty"),
    "no_length": _("ends when it starts, or before"),
    "no_start": _("has no start that can be read"),
    "outside": _("not in the coming 400 days"),
    "too_often": _("repeats more often than hourly"),
    "unclear": _("cannot be understood: %(detail)s"),
    "unknown_zone": _("its time zone “%(detail)s” is not known and not described"),
}


def failure(code: str, detail: str = "") -> str:
    """Why nothing was read."""
    return str(FAILURES.get(code, FAILURES["unreachable"])) % {"detail": detail}


def skipped(code: str, detail: str = "") -> str:
    """Why an event is no duty."""
    return str(SKIPPED.get(code, SKIPPED["unclear"])) % {"detail": detail}
