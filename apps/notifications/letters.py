"""What mails and pushes say: kinds' sentences, times and links that need a sign-in; no content."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.registries import Letter, notification_kinds
from apps.core.web import wording
from apps.members.models import User
from apps.notifications.models import Browser, Delivery, Notification
from apps.notifications.post import Push
from apps.notifications.wording import line_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a letter tells: its sentence, its times, where it leads."""

    line: str
    times: list[str]
    link: str


def secret_of(delivery_id: UUID) -> str:
    """The way out of digests that a digest carries: made anew, so that it is stored nowhere."""
    salt = "apps.notifications.digest"
    return salted_hmac(salt, str(delivery_id), algorithm="sha256").hexdigest()[:40]


def absolute(path: str) -> str:
    """The address of a page for somebody who is not on it."""
    return urljoin(settings.PUBLIC_URL, path)


def letter(
    delivery: Delivery, person: User, rows: Sequence[Notification]
) -> EmailMultiAlternatives:
    """The mail that tells the person of the notifications, in her language and her time."""
    with translation.override(person.language):
        is_digest = delivery.channel == Delivery.Channel.DIGEST
        entries = _counted(rows, person) if is_digest else [_entry(row, person) for row in rows]
        way_out = absolute(_way_out(delivery)) if is_digest else ""
        parts = {
            "entries": entries,
            "way_out": way_out,
            "settings_link": absolute(reverse("notifications:reach")),
            "language": person.language,
        }
        mail = EmailMultiAlternatives(
            subject=_subject(rows, is_digest=is_digest),
            body=render_to_string("notifications/mail.txt", parts),
            to=[person.email],
            headers=_headers(delivery, way_out),
        )
        mail.attach_alternative(render_to_string("notifications/mail.html", parts), "text/html")
    return mail


def plain(delivery: Delivery, written: Letter) -> EmailMultiAlternatives:
    """A letter of another app in its envelope."""
    # A line break in a member's name must not become a header.
    subject = " ".join(written.subject.split())
    headers = _headers(delivery, "")
    return EmailMultiAlternatives(subject, written.body, to=[written.to], headers=headers)


def push(delivery: Delivery, browser: Browser, person: User, rows: Sequence[Notification]) -> Push:
    """What one browser shows: one sentence, and the id to open it by after signing in."""
    with translation.override(person.language):
        return Push(
            endpoint=browser.endpoint,
            p256dh=browser.p256dh,
            auth=browser.auth,
            title=_title(rows),
            notification_id=str(rows[0].pk) if len(rows) == 1 else "",
            is_urgent=delivery.is_urgent,
        )


def _title(rows: Sequence[Notification]) -> str:
    if not rows:
        return _("Alliance reaches this browser.")
    if len(rows) == 1:
        return line_of(rows[0])
    return _waited(len(rows))


def _waited(count: int) -> str:
    return ngettext(
        "%(count)s notification waited while you rested.",
        "%(count)s notifications waited while you rested.",
        count,
    ) % {"count": count}


def _subject(rows: Sequence[Notification], *, is_digest: bool) -> str:
    """A kind's own words, or a count: never the case's."""
    if is_digest:
        text = ngettext(
            "Your digest: %(count)s new notification",
            "Your digest: %(count)s new notifications",
            len(rows),
        ) % {"count": len(rows)}
    elif len(rows) > 1:
        text = _waited(len(rows))
    else:
        kind = notification_kinds.get(rows[0].kind)
        text = str(kind.mail_subject) if kind else line_of(rows[0])
    # A line break in a translation must not become a header.
    return " ".join(text.split())


def _headers(delivery: Delivery, way_out: str) -> dict[str, str]:
    # The same message tried twice is the same message: a mailbox may see that by its id.
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<{delivery.pk}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    if way_out:
        headers["List-Unsubscribe"] = f"<{way_out}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _way_out(delivery: Delivery) -> str:
    return reverse("notifications:unsubscribe", args=[secret_of(delivery.pk)])


def _entry(row: Notification, person: User) -> Entry:
    return Entry(line_of(row), _times(row, person), _link(row))


def _counted(rows: Sequence[Notification], person: User) -> list[Entry]:
    """A digest's entries: one per kind, the latest of each to open."""
    of_kind: dict[str, list[Notification]] = defaultdict(list)
    for row in rows:
        of_kind[row.kind].append(row)
    entries = []
    for found in of_kind.values():
        latest = max(found, key=lambda row: (row.created_at, row.pk))
        if len(found) == 1:
            entries.append(_entry(latest, person))
            continue
        line = ngettext(
            "%(line)s This happened once.", "%(line)s This happened %(count)s times.", len(found)
        ) % {"line": line_of(latest), "count": len(found)}
        entries.append(Entry(line, [_told(latest.created_at, person)], _link(latest)))
    return entries


def _link(row: Notification) -> str:
    return absolute(reverse("notifications:open", args=[row.pk]))


def _times(row: Notification, person: User) -> list[str]:
    """When it happened; until when it waits, in both parties' time where there are two."""
    times = [_told(row.created_at, person)]
    if row.answer_by is None:
        return times
    mine = wording.in_full(row.answer_by, person.time_zone)
    times.append(_("Answer by %(time)s.") % {"time": mine})
    other = row.other_zone
    if other and not wording.is_same_wall(row.answer_by, person.time_zone, other):
        theirs = wording.in_full(row.answer_by, other)
        times.append(_("For the other party that is %(time)s.") % {"time": theirs})
    return times


def _told(at: datetime, person: User) -> str:
    return _("Told %(time)s.") % {"time": wording.in_full(at, person.time_zone)}
