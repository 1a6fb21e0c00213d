"""Changing what people may do for a member, and ending it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.core.events import emit
from apps.members import policies, selectors
from apps.members.events import MembershipEnded, RoleChanged
from apps.members.models import Member, Membership, Role
from apps.members.services.sockets import recheck


def change_role(user_id: UUID, role: str, *, actor: Actor, at: datetime) -> Membership:
    """A colleague's role from now on. The last admin stays admin."""
    membership = _locked(user_id, actor)
    policies.may_keep_people(actor).require()
    if role not in Role.values:
        raise Invalid({"role": [_("There is no such role.")]})
    before = membership.role
    if role == before:
        return membership
    _keep_an_admin(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    fact = RoleChanged(subject_id=actor.member_id, user_id=user_id, before=before, after=role)
    emit(fact, actor=actor, at=at)
    recheck([user_id])
    return membership


def end_membership(user_id: UUID, *, actor: Actor, at: datetime) -> Membership:
    """The person no longer acts for the member: every session and socket loses it at once."""
    membership = _locked(user_id, actor)
    policies.may_keep_people(actor).require()
    _keep_an_admin(membership)
    membership.ended_at = at
    membership.save(update_fields=["ended_at"])
    emit(MembershipEnded(subject_id=actor.member_id, user_id=user_id), actor=actor, at=at)
    recheck([user_id])
    return membership


def _locked(user_id: UUID, actor: Actor) -> Membership:
    """The member first: two admins who remove each other at once must not both succeed."""
    Member.objects.select_for_update().get(pk=actor.member_id)
    return selectors.person(actor, user_id)


def _keep_an_admin(membership: Membership) -> None:
    if membership.role != Role.ADMIN:
        return
    others = selectors.people_with_role(membership.member_id, Role.ADMIN)
    if not set(others) - {membership.user_id}:
        raise DomainError(
            "people.last_admin", _("Your member needs an admin: name another one first.")
        )
