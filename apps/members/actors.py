"""Binding the actor: from a session's person and chosen member, or from an API key."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import DateTimeField, Func
from django.utils.crypto import constant_time_compare

from apps.core import clock
from apps.core.actor import Actor
from apps.members.models import ApiKey, Member, Membership, User

SESSION_MEMBER = "member_id"
LAST_USED_STEP = timedelta(minutes=10)
# To take copies is a scope of its own: whoever writes with a key need not be able to.
KEY_ROLES: dict[str, frozenset[str]] = {
    ApiKey.Scope.READ: frozenset({"observer"}),
    ApiKey.Scope.WRITE: frozenset({"analyst", "key:write"}),
    ApiKey.Scope.EXPORT: frozenset({"observer", "key:export"}),
    ApiKey.Scope.WRITE_EXPORT: frozenset({"analyst", "key:write", "key:export"}),
}
# Every request needs the clock, too: it comes with whoever asks.
_NOW = Func(function="alliance_now", output_field=DateTimeField())


def digest(secret: str) -> str:
    """The form in which tokens and keys are kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def memberships_of(user_id: UUID) -> list[Membership]:
    """The person's open memberships in active members, by member name."""
    found: list[Any] = list(
        Membership.objects.select_related("member")
        .filter(user_id=user_id, ended_at__isnull=True, member__state=Member.State.ACTIVE)
        .annotate(asked_at=_NOW)
        .order_by("member__name")
    )
    if found:
        clock.learn(found[0].asked_at)
    return found


def choose(memberships: list[Membership], wanted: object) -> Membership | None:
    """The membership for the member named in the session, else the first."""
    for membership in memberships:
        if str(membership.member_id) == str(wanted):
            return membership
    return memberships[0] if memberships else None


def of_membership(membership: Membership) -> Actor:
    return Actor(
        member_id=membership.member_id,
        user_id=membership.user_id,
        roles=frozenset({str(membership.role)}),
        via="session",
    )


def of_key(secret: str, at: datetime | None = None) -> Actor | None:
    """The actor behind an API key, or None for one that is unknown, expired or revoked."""
    keys = ApiKey.objects.select_related("member").annotate(asked_at=_NOW)
    key = keys.filter(digest=digest(secret)).first()
    if key is None or key.revoked_at or not key.member.is_active:
        return None
    clock.learn(key.asked_at)
    at = at or clock.now()
    if key.expires_at and key.expires_at <= at:
        return None
    if key.last_used_at is None or at - key.last_used_at > LAST_USED_STEP:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
    return Actor(member_id=key.member_id, roles=KEY_ROLES[key.scope], via="api_key")


def resolve_socket(scope: dict[str, Any]) -> Actor | None:
    """The actor of a WebSocket, asked afresh: session, account, epoch, membership."""
    session = scope.get("session")
    if session is None:
        return None
    # Channels hands a lazy object over, whose `__class__` is the store's.
    fresh: SessionBase = session.__class__(session.session_key)
    user_id = fresh.get(SESSION_KEY)
    if user_id is None or BACKEND_SESSION_KEY not in fresh:
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    if not constant_time_compare(fresh.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    chosen = choose(memberships_of(user.pk), fresh.get(SESSION_MEMBER))
    return of_membership(chosen) if chosen else None
