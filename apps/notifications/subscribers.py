"""Further ways are chosen after commit; the courier hands messages over later still."""

from uuid import UUID

from apps.core import clock
from apps.core.events import after_commit
from apps.core.models import Event
from apps.members.events import PersonInvited
from apps.notifications import services
from apps.notifications.events import Notified


@after_commit(Notified)
def route(event: Event) -> None:
    services.route(UUID(event.payload["notification_id"]), at=clock.now())


@after_commit(PersonInvited)
def mail_invitation(event: Event) -> None:
    """The invitee has no account yet: a letter brings the link."""
    ref = UUID(event.payload["invitation_id"])
    token = f"invitation:{ref}"
    services.post_letter("invitation", ref, member_id=event.member_id, token=token, at=clock.now())
