"""Reading what the actor's person has been told."""

from django.db.models import QuerySet

from apps.core.actor import Actor
from apps.notifications.models import Notification


def mine(actor: Actor) -> QuerySet[Notification]:
    """The person's notifications as he acts for this member; none for a key."""
    if actor.user_id is None:
        return Notification.objects.none()
    return Notification.objects.filter(member_id=actor.member_id, user_id=actor.user_id)


def newest(actor: Actor, *, is_unread: bool = False) -> QuerySet[Notification]:
    """The person's notifications, newest first; with `is_unread` those not read yet."""
    found = mine(actor).filter(read_at__isnull=True) if is_unread else mine(actor)
    return found.order_by("-created_at", "-id")


def unread_count(actor: Actor) -> int:
    return mine(actor).filter(read_at__isnull=True).count()
