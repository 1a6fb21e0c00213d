"""Telling people: a row and a live hint at once, an e-mail after commit, once per token."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.events import Ref, emit
from apps.core.registries import notification_kinds
from apps.members.models import Membership, User
from apps.notifications import selectors
from apps.notifications.events import NotificationsRead, Notified
from apps.notifications.models import Notification


@dataclass(frozen=True, slots=True)
class Owner:
    """A member named as the owner of rows, for `scope.as_owner`."""

    member_id: UUID


def notify(
    people: Iterable[tuple[UUID, UUID]], *, kind: str, subject: Ref, token: str, at: datetime
) -> list[Notification]:
    """Tell (member, person) pairs of something, each once per token; returns the new rows.

    Rows are written under each member's own stamp. Raises LookupError for an unknown kind.
    """
    if kind not in notification_kinds:
        raise LookupError(f"no notification kind {kind!r} is registered")
    wanted: dict[UUID, set[UUID]] = defaultdict(set)
    for member_id, user_id in people:
        wanted[member_id].add(user_id)
    actor = scope.current()
    told: list[Notification] = []
    for member_id, user_ids in sorted(wanted.items()):
        with scope.as_owner(Owner(member_id), actor):
            rows = [
                Notification(
                    member_id=member_id,
                    user_id=user_id,
                    kind=kind,
                    subject_type=subject[0],
                    subject_id=subject[1],
                    token=token,
                    created_at=at,
                )
                for user_id in _working_for(member_id, user_ids)
            ]
            told += _tell(rows, actor=actor, at=at)
    return told


def _working_for(member_id: UUID, user_ids: set[UUID]) -> list[UUID]:
    """Those who still work for the member: a stale list tells nobody who has left."""
    return list(
        Membership.objects.filter(
            member_id=member_id, user_id__in=user_ids, ended_at__isnull=True, user__is_active=True
        )
        .order_by("user_id")
        .values_list("user_id", flat=True)
    )


def _tell(rows: list[Notification], *, actor: Actor, at: datetime) -> list[Notification]:
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    # Whom another run told first keeps that run's row.
    kept = set(
        Notification.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    )
    new = [row for row in rows if row.pk in kept]
    for row in new:
        emit(
            Notified(subject_id=row.user_id, notification_id=row.pk, kind=row.kind),
            actor=actor,
            at=at,
        )
    return new


def send_mail_of(notification_id: UUID, *, at: datetime) -> bool:
    """Mail a notification whose kind mails, once; returns whether a mail went out now.

    The text names no case and carries no id: mailboxes are not behind the walls.
    """
    row = Notification.objects.select_for_update().filter(pk=notification_id).first()
    if row is None or row.sent_at is not None:
        return False
    kind = notification_kinds.get(row.kind)
    person = User.objects.filter(pk=row.user_id, is_active=True).first()
    if kind is None or not kind.mails or person is None:
        return False
    with translation.override(person.language):
        link = f"{settings.PUBLIC_URL.rstrip('/')}/{row.subject_type}s/"
        body = _(
            "%(line)s\n\nOpen it here: %(link)s\n\n"
            "This message carries no details on purpose. You receive it because you are on duty"
            " or responsible."
        ) % {"line": kind.line, "link": link}
        subject = str(kind.mail_subject)
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email])
    row.sent_at = at
    row.save(update_fields=["sent_at"])
    return True


def mark_read(notification_id: UUID, *, actor: Actor, at: datetime) -> Notification:
    """Mark one as read; marking twice keeps the first instant. Raises NotFound."""
    row = selectors.mine(actor).filter(pk=notification_id).first()
    if row is None:
        raise NotFound
    if row.read_at is None:
        row.read_at = at
        row.save(update_fields=["read_at"])
        _announce_read(1, actor=actor, at=at)
    return row


def mark_all_read(*, actor: Actor, at: datetime) -> int:
    """Mark everything as read; returns how many were waiting."""
    count = selectors.mine(actor).filter(read_at__isnull=True).update(read_at=at)
    if count:
        _announce_read(count, actor=actor, at=at)
    return count


def _announce_read(count: int, *, actor: Actor, at: datetime) -> None:
    if actor.user_id is not None:
        emit(NotificationsRead(subject_id=actor.user_id, count=count), actor=actor, at=at)
