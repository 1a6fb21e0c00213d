"""Letters to people whom no notification reaches: they go the courier's way all the same."""

from datetime import datetime
from uuid import UUID

from apps.core.actor import PUBLIC_MEMBER
from apps.notifications.models import Delivery
from apps.notifications.services.telling import plan_forgetting


def post_letter(
    kind: str, ref: UUID, *, member_id: UUID, token: str, is_urgent: bool = False, at: datetime
) -> None:
    """Put a letter on its way; the same token twice is one letter.

    It is written when it is handed over, of what holds then: one that has become moot is not sent.
    """
    letter = Delivery(
        member_id=member_id,
        channel=Delivery.Channel.LETTER,
        letter=kind,
        ref=ref,
        token=token,
        is_urgent=is_urgent,
        ready_at=at,
        created_at=at,
    )
    Delivery.objects.bulk_create([letter], ignore_conflicts=True)
    plan_forgetting(member_id, at)


def post_password_reset(user_id: UUID, at: datetime) -> None:
    """Due service: somebody waits for the link that sets a new password."""
    token = f"password_reset:{user_id}:{at.isoformat()}"
    post_letter(
        "password_reset", user_id, member_id=PUBLIC_MEMBER, token=token, is_urgent=True, at=at
    )
