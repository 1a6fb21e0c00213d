"""Inviting a person by e-mail: a link that works once, for that address, for seven days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.core.ids import uuid7
from apps.members import actors, policies, selectors
from apps.members.events import InvitationWithdrawn, PersonInvited, PersonJoined
from apps.members.models import Invitation, Member, Membership, Role, User
from apps.members.services.accounts import check_profile

OPEN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What somebody without an account says about herself when she joins."""

    name: str
    password: str
    language: str
    time_zone: str


def secret_of(invitation_id: UUID) -> str:
    """The link's token: made anew from the server's key, so that it is stored nowhere."""
    salt = "apps.members.invitation"
    return salted_hmac(salt, str(invitation_id), algorithm="sha256").hexdigest()[:40]


def invite(email: str, role: str, language: str, *, actor: Actor, at: datetime) -> Invitation:
    """Offer a place in the actor's member. An open invitation to the address is replaced."""
    policies.may_keep_people(actor).require()
    return invite_into(actor.member_id, email, role, language, actor=actor, at=at)


def invite_first_admin(
    member: Member, email: str, language: str, *, by: UUID | None, at: datetime
) -> Invitation:
    """The alliance's staff offer a new member's first place, as its admin."""
    actor = Actor(member_id=member.pk, user_id=by, via="command")
    with scope.binding(actor):
        return invite_into(member.pk, email, Role.ADMIN, language, actor=actor, at=at)


def invite_into(
    member_id: UUID, email: str, role: str, language: str, *, actor: Actor, at: datetime
) -> Invitation:
    """Write the invitation and announce it; the letter follows the commit."""
    email = _checked(email, role, language)
    Member.objects.select_for_update().get(pk=member_id)
    if selectors.people_of(member_id).filter(user__email__iexact=email).exists():
        raise DomainError("person.already_here", _("This person already works for your member."))
    Invitation.objects.filter(
        member_id=member_id, email__iexact=email, accepted_at=None, withdrawn_at=None
    ).update(withdrawn_at=at)
    ident = uuid7()
    invitation = Invitation.objects.create(
        id=ident,
        member_id=member_id,
        email=email,
        role=role,
        language=language,
        token_digest=actors.digest(secret_of(ident)),
        invited_by=actor.user_id,
        created_at=at,
        expires_at=at + OPEN_FOR,
    )
    emit(PersonInvited(subject_id=member_id, invitation_id=ident, role=role), actor=actor, at=at)
    return invitation


def _checked(email: str, role: str, language: str) -> str:
    email = email.strip().lower()
    wrong: dict[str, list[str]] = {}
    try:
        validate_email(email)
    except ValidationError:
        wrong["email"] = [_("Give a valid e-mail address.")]
    if role not in Role.values:
        wrong["role"] = [_("There is no such role.")]
    if language not in dict(settings.LANGUAGES):
        wrong["language"] = [_("There is no such language.")]
    if wrong:
        raise Invalid(wrong)
    return email


def withdraw_invitation(invitation_id: UUID, *, actor: Actor, at: datetime) -> Invitation:
    """The link no longer works."""
    found = selectors.invitations(actor).select_for_update().filter(pk=invitation_id).first()
    if found is None:
        raise NotFound
    policies.may_keep_people(actor).require()
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    fact = InvitationWithdrawn(subject_id=actor.member_id, invitation_id=found.pk)
    emit(fact, actor=actor, at=at)
    return found


def read_invitation(token: str, *, at: datetime) -> Invitation:
    """The open invitation behind a link; unknown, used, withdrawn and old are one answer."""
    found = selectors.open_invitation(actors.digest(token), at=at)
    if found is None:
        raise DomainError(
            "invitation.not_open",
            _("This invitation cannot be used any more. Ask for a new one."),
            status=404,
        )
    return found


def accept_invitation(token: str, *, user: User, at: datetime) -> Membership:
    """The signed-in person joins, if the invitation was sent to her address."""
    invitation = _locked(token, at=at)
    if user.email.lower() != invitation.email.lower():
        raise DomainError(
            "invitation.for_another",
            _("This invitation was sent to another e-mail address. Sign in with that one."),
            status=403,
        )
    return _join(invitation, user, at=at)


def accept_as_new_person(token: str, person: NewPerson, *, at: datetime) -> Membership:
    """Make the account that the invitation is for, and join with it."""
    invitation = _locked(token, at=at)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise DomainError(
            "invitation.account_exists", _("You have an account already: sign in to accept.")
        )
    check_profile(name=person.name, language=person.language, time_zone=person.time_zone)
    user = User(
        email=invitation.email,
        name=person.name.strip(),
        language=person.language,
        time_zone=person.time_zone,
        created_at=at,
    )
    try:
        validate_password(person.password, user)
    except ValidationError as error:
        raise Invalid({"password": error.messages}) from None
    user.set_password(person.password)
    user.save()
    return _join(invitation, user, at=at)


def _locked(token: str, *, at: datetime) -> Invitation:
    """Read again under the member's lock: the second of two acceptances finds nothing open."""
    found = read_invitation(token, at=at)
    Member.objects.select_for_update().get(pk=found.member_id)
    return read_invitation(token, at=at)


def _join(invitation: Invitation, user: User, *, at: datetime) -> Membership:
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    if selectors.people_of(invitation.member_id).filter(user=user).exists():
        raise DomainError("person.already_here", _("You already work for this member."))
    return join(invitation.member, user, invitation.role, at=at)


def join(member: Member, user: User, role: str, *, at: datetime) -> Membership:
    """The person works for the member from now on."""
    membership = Membership.objects.create(member=member, user=user, role=role, joined_at=at)
    actor = actors.of_membership(membership)
    with scope.binding(actor):
        fact = PersonJoined(subject_id=member.pk, user_id=user.pk, role=role)
        emit(fact, actor=actor, at=at)
    return membership
