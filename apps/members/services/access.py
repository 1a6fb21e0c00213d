"""A person's own settings, sessions everywhere, and partners' keys."""

import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound
from apps.core.events import emit
from apps.core.walltime import UnknownZone, zone
from apps.members import policies
from apps.members.actors import digest
from apps.members.events import KeyMade, KeyRevoked
from apps.members.models import ApiKey, User

PREFIX_LENGTH = 10


def change_profile(user: User, *, name: str, language: str, time_zone: str) -> User:
    """The person's own name, language and IANA time zone."""
    fields: dict[str, list[str]] = {}
    if not name.strip() or len(name) > 120:
        fields["name"] = [_("A name of at most 120 characters is needed.")]
    if language not in dict(settings.LANGUAGES):
        fields["language"] = [_("Choose a language.")]
    try:
        zone(time_zone)
    except UnknownZone:
        fields["time_zone"] = [_("This is not a time zone of the IANA list.")]
    if fields:
        raise Invalid(fields)
    user.name, user.language, user.time_zone = name.strip(), language, time_zone
    user.save(update_fields=["name", "language", "time_zone"])
    return user


def sign_out_everywhere(user: User) -> None:
    """End every session of the person, this one included, at its next request."""
    user.session_epoch += 1
    user.save(update_fields=["session_epoch"])


def make_key(
    name: str, *, scope: str, expires_at: datetime | None, actor: Actor, at: datetime
) -> tuple[ApiKey, str]:
    """A partner's key; the secret is returned once and kept as a digest only."""
    policies.may_manage_keys(actor).require()
    if not name.strip() or len(name) > 120:
        raise Invalid({"name": [_("A name of at most 120 characters is needed.")]})
    if scope not in ApiKey.Scope.values:
        raise Invalid({"scope": [_("Choose what the key may do.")]})
    if expires_at is not None and expires_at <= at:
        raise Invalid({"expires_at": [_("Choose an instant in the future.")]})
    secret = f"al_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        member_id=actor.member_id,
        name=name.strip(),
        prefix=secret[:PREFIX_LENGTH],
        digest=digest(secret),
        scope=scope,
        created_by=actor.user_id,
        created_at=at,
        expires_at=expires_at,
    )
    emit(KeyMade(subject_id=actor.member_id, key_id=key.pk, scope=scope), actor=actor, at=at)
    return key, secret


def revoke_key(key_id: UUID, *, actor: Actor, at: datetime) -> ApiKey:
    """Dead at the next request."""
    policies.may_manage_keys(actor).require()
    key = (
        ApiKey.objects.select_for_update()
        .filter(pk=key_id, member_id=actor.member_id, revoked_at=None)
        .first()
    )
    if key is None:
        raise NotFound
    key.revoked_at = at
    key.save(update_fields=["revoked_at"])
    emit(KeyRevoked(subject_id=actor.member_id, key_id=key.pk), actor=actor, at=at)
    return key
