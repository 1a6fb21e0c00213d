"""What follows when something happens to a member."""

from uuid import UUID

from apps.core import clock
from apps.core.events import after_commit
from apps.core.models import Event
from apps.members import mails, services
from apps.members.events import PersonInvited
from apps.members.models import Invitation


@after_commit(PersonInvited)
def mail_invitation(event: Event) -> None:
    """The letter goes out unless the invitation has been answered or withdrawn meanwhile."""
    invitation = (
        Invitation.objects.select_related("member")
        .filter(
            pk=UUID(event.payload["invitation_id"]),
            accepted_at=None,
            withdrawn_at=None,
            expires_at__gt=clock.now(),
        )
        .first()
    )
    if invitation is not None:
        mails.send_invitation(invitation, services.secret_of(invitation.pk))
