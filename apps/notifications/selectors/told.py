"""Reading what the actor's person has been told."""

from django.db.models import QuerySet

from apps.core.actor import Actor
from apps.notifications.models import Notification


def mine(actor: Actor) -> QuerySet[Notification]:
    """The person's notifications as he acts for this member; none for a key."""
    if actor.user_id is None:
        return Notification.objects.none()
    return Notification.objects.filter(member_id=actor.member_id, user_id=actor.user_id)


def newest(actor: Actor) -> QuerySet[Notification]:
    return mine(actor).order_by("-created_at", "-id")


def unread_count(actor: Actor) -> int:
    return mine(actor).filter(read_at__isnull=True).count()
