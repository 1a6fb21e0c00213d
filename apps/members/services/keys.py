"""A member's API keys: shown once, kept as a digest, dead the moment they are revoked."""

import secrets
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound
from apps.core.events import emit
from apps.members import actors, policies, selectors
from apps.members.events import KeyCreated, KeyRevoked
from apps.members.models import ApiKey

NAME_LENGTH = 80
PREFIX_LENGTH = 8


def create_key(
    name: str, scope: str, *, expires_at: datetime | None, actor: Actor, at: datetime
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is never readable again."""
    policies.may_keep_keys(actor).require()
    _check(name, scope, expires_at, at)
    secret = f"ak_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        member_id=actor.member_id,
        name=name.strip(),
        prefix=secret[:PREFIX_LENGTH],
        digest=actors.digest(secret),
        scope=scope,
        created_by=actor.user_id,
        created_at=at,
        expires_at=expires_at,
    )
    emit(KeyCreated(subject_id=actor.member_id, key_id=key.pk, scope=scope), actor=actor, at=at)
    return key, secret


def _check(name: str, scope: str, expires_at: datetime | None, at: datetime) -> None:
    wrong: dict[str, list[str]] = {}
    if not 0 < len(name.strip()) <= NAME_LENGTH or "\x00" in name:
        wrong["name"] = [_("Give a name of at most 80 characters.")]
    if scope not in ApiKey.Scope.values:
        wrong["scope"] = [_("There is no such scope.")]
    if expires_at is not None and expires_at <= at:
        wrong["expires_at"] = [_("The key must expire in the future.")]
    if wrong:
        raise Invalid(wrong)


def revoke_key(key_id: UUID, *, actor: Actor, at: datetime) -> ApiKey:
    """The key opens nothing from now on; revoking again changes nothing."""
    key = selectors.keys(actor).select_for_update().filter(pk=key_id).first()
    if key is None:
        raise NotFound
    policies.may_keep_keys(actor).require()
    if key.revoked_at is not None:
        return key
    key.revoked_at = at
    key.save(update_fields=["revoked_at"])
    emit(KeyRevoked(subject_id=actor.member_id, key_id=key.pk), actor=actor, at=at)
    return key
