"""A member leaves the alliance: nobody acts for it again, and what it holds goes home."""

from datetime import datetime
from uuid import UUID

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.events import emit
from apps.members import selectors
from apps.members.events import InvitationWithdrawn, KeyRevoked, MemberLeft, MembershipEnded
from apps.members.models import Member
from apps.members.services.sockets import recheck


def end_member(member_id: UUID, *, by: UUID | None, at: datetime) -> Member:
    """End the member for good, by the alliance's own staff: people, keys and invitations with it.

    Its events are announced first: whoever holds something for it, or it for them, acts while the
    people of its desks are still known. Leaving again changes nothing.
    """
    member = Member.objects.select_for_update().filter(pk=member_id).first()
    if member is None:
        raise NotFound
    if member.state == Member.State.LEFT:
        return member
    member.state = Member.State.LEFT
    member.save(update_fields=["state"])
    # Staff act for no member: the events belong to the member that they are about.
    actor = Actor(member_id=member.pk, user_id=by, via="command")
    with scope.binding(actor):
        emit(MemberLeft(subject_id=member.pk), actor=actor, at=at)
        _end_people(actor, at=at)
        _end_doors(actor, at=at)
    return member


def _end_people(actor: Actor, *, at: datetime) -> None:
    gone = []
    for place in selectors.people(actor):
        place.ended_at = at
        place.save(update_fields=["ended_at"])
        fact = MembershipEnded(subject_id=actor.member_id, user_id=place.user_id)
        emit(fact, actor=actor, at=at)
        gone.append(place.user_id)
    recheck(gone)


def _end_doors(actor: Actor, *, at: datetime) -> None:
    """Its keys open nothing any more, its open invitations lead nowhere."""
    for key in selectors.keys(actor).filter(revoked_at__isnull=True):
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        emit(KeyRevoked(subject_id=actor.member_id, key_id=key.pk), actor=actor, at=at)
    for invitation in selectors.invitations(actor):
        invitation.withdrawn_at = at
        invitation.save(update_fields=["withdrawn_at"])
        fact = InvitationWithdrawn(subject_id=actor.member_id, invitation_id=invitation.pk)
        emit(fact, actor=actor, at=at)
