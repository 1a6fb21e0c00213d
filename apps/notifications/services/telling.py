"""Telling people: a row and a live hint at once, once per token; further ways after commit."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.events import Ref, emit
from apps.core.registries import notification_kinds
from apps.members.models import Membership
from apps.notifications import selectors
from apps.notifications.events import NotificationsRead, Notified
from apps.notifications.models import Delivery, Notification

FORGET = "notification.forget"
KEPT_FOR = timedelta(days=90)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Owner:
    """A member named as the owner of rows, for `scope.as_owner`."""

    member_id: UUID


def notify(
    people: Iterable[tuple[UUID, UUID]],
    *,
    kind: str,
    subject: Ref,
    token: str,
    at: datetime,
    answer_by: datetime | None = None,
    other_zone: str = "",
) -> list[Notification]:
    """Tell (member, person) pairs of something, each once per token; returns the new rows.

    `answer_by` is until when it waits for an answer, `other_zone` where the other party is: mails
    say both local times. Rows are written under each member's own stamp. Raises LookupError for
    an unknown kind.
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
                    answer_by=answer_by,
                    other_zone=other_zone,
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
    if new:
        plan_forgetting(new[0].member_id, at)
    for row in new:
        emit(
            Notified(subject_id=row.user_id, notification_id=row.pk, kind=row.kind),
            actor=actor,
            at=at,
        )
    return new


def plan_forgetting(member_id: UUID, at: datetime) -> None:
    """A day on which somebody was told or written something is forgotten when it is old enough."""
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    token = f"{FORGET}:{member_id}:{day.date().isoformat()}"
    due.plan(FORGET, member_id, at=day + KEPT_FOR + _DAY, member_id=member_id, token=token)


def forget(member_id: UUID, at: datetime) -> None:
    """Due service: what the member's people were told long ago goes, read or not."""
    old = at - KEPT_FOR
    Notification.objects.filter(member_id=member_id, created_at__lt=old).delete()
    Delivery.objects.filter(member_id=member_id, created_at__lt=old).delete()


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
