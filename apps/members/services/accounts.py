"""A person's own account: profile, password, sessions, the member she acts for."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from apps.core import due
from apps.core.actor import PUBLIC_MEMBER
from apps.core.errors import Invalid, NotFound
from apps.core.walltime import UnknownZone, zone
from apps.members import actors
from apps.members.models import Membership, User
from apps.members.services.sockets import recheck

NAME_LENGTH = 120
RESET_KIND = "members.mail_reset"
ONE_LETTER_PER_SECONDS = 300


def change_profile(
    user: User,
    *,
    name: str | None = None,
    language: str | None = None,
    time_zone: str | None = None,
) -> User:
    """Name, language and zone; what is None stays."""
    name = user.name if name is None else name.strip()
    language = user.language if language is None else language
    time_zone = user.time_zone if time_zone is None else time_zone
    check_profile(name=name, language=language, time_zone=time_zone)
    user.name, user.language, user.time_zone = name, language, time_zone
    user.save(update_fields=["name", "language", "time_zone"])
    return user


def check_profile(*, name: str, language: str, time_zone: str) -> None:
    """Raise Invalid unless the three can be a person's."""
    wrong: dict[str, list[str]] = {}
    if not 0 < len(name.strip()) <= NAME_LENGTH or "\x00" in name:
        wrong["name"] = [_("Give a name of at most 120 characters.")]
    if language not in dict(settings.LANGUAGES):
        wrong["language"] = [_("There is no such language.")]
    try:
        zone(time_zone)
    except UnknownZone:
        wrong["time_zone"] = [_("There is no such time zone.")]
    if wrong:
        raise Invalid(wrong)


def create_person(
    *, email: str, name: str, password: str | None, at: datetime, is_staff: bool = False
) -> User:
    """An account made at the console; without a password it is opened by the reset link."""
    user = User(email=email.strip().lower(), name=name, created_at=at, is_staff=is_staff)
    try:
        if password is not None:
            validate_password(password, user)
        user.set_password(password)
        user.full_clean(exclude=["last_login", "password"])
    except ValidationError as error:
        fields = (
            error.message_dict if hasattr(error, "error_dict") else {"password": error.messages}
        )
        raise Invalid(fields) from None
    user.save()
    return user


def sign_out_everywhere(user: User) -> None:
    """Every session of the person ends, this one too; her sockets close."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    recheck([user.pk])


def choose_member(user: User, member_id: UUID) -> Membership:
    """The membership to act under from now on. Raises NotFound for any other member."""
    for membership in actors.memberships_of(user.pk):
        if membership.member_id == member_id:
            recheck([user.pk])
            return membership
    raise NotFound


def request_password_reset(email: str, *, at: datetime) -> None:
    """Send a reset letter if the address has an account; the asker never learns which.

    The letter is due work, so the answer takes the same time either way; asking again within
    five minutes sends nothing more.
    """
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        return
    window = int(at.timestamp()) // ONE_LETTER_PER_SECONDS
    due.plan(RESET_KIND, user.pk, at=at, member_id=PUBLIC_MEMBER, token=f"reset:{user.pk}:{window}")
