"""Binding the actor: from a session's person and chosen member, or from an API key."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import DateTimeField, Func, QuerySet
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare

from apps.core import clock, together
from apps.core.actor import Actor
from apps.core.seats import Seat
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
_TOLD: Final[tuple[tuple[str, Any], ...]] = (
    ("", Membership), ("member__", Member), ("user__", User),
)  # fmt: skip


def digest(secret: str) -> str:
    """The form in which tokens and keys are kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def memberships_of(user_id: UUID) -> list[Membership]:
    """The person's open memberships in active members, by member name."""
    sql, params = _form()
    with connection.cursor() as cursor:
        cursor.execute(
            sql, [user_id if value == together.ANY_PERSON else value for value in params]
        )
        rows = cursor.fetchall()
    if rows:
        clock.learn(rows[0][-1])
    return [_made(row) for row in rows]


@cache
def _form() -> together.Question:
    """Every request of a person begins with it: it is compiled once, for a stand-in."""
    asked = _open_memberships().filter(user_id=together.ANY_PERSON).annotate(asked_at=_NOW)
    names = [
        f"{way}{field.attname}" for way, model in _TOLD for field in model._meta.concrete_fields
    ]
    return together.question(asked.values_list(*names, "asked_at"))


def _made(row: tuple[Any, ...]) -> Membership:
    """A membership with its member and its person."""
    made: list[Any] = []
    at = 0
    for _way, model in _TOLD:
        names = [field.attname for field in model._meta.concrete_fields]
        made.append(model.from_db("default", names, row[at : at + len(names)]))
        at += len(names)
    membership: Membership = made[0]
    membership.member, membership.user = made[1:]
    return membership


def _open_memberships() -> "QuerySet[Membership]":
    found = Membership.objects.select_related("member")
    found = found.filter(ended_at__isnull=True, member__state=Member.State.ACTIVE)
    return found.order_by("member__name")


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


# Every request over the API begins with it: no queryset is compiled for it. The clock comes along.
_KEY: Final = """
SELECT key.id, key.member_id, key.scope, key.expires_at, key.last_used_at, alliance_now()
FROM members_apikey AS key JOIN members_member AS member ON member.id = key.member_id
WHERE key.digest = %s AND key.revoked_at IS NULL AND member.state = %s
"""


def of_key(secret: str, at: datetime | None = None) -> Actor | None:
    """The actor behind an API key, or None for one that is unknown, expired or revoked."""
    with connection.cursor() as cursor:
        cursor.execute(_KEY, [digest(secret), str(Member.State.ACTIVE)])
        found = cursor.fetchone()
    if found is None:
        return None
    key_id, member_id, scope, expires_at, last_used_at, asked_at = found
    clock.learn(asked_at)
    at = at or clock.now()
    if expires_at and expires_at <= at:
        return None
    if last_used_at is None or at - last_used_at > LAST_USED_STEP:
        ApiKey.objects.filter(pk=key_id).update(last_used_at=at)
    return Actor(member_id=member_id, roles=KEY_ROLES[scope], via="api_key")


def resolve_sockets(session_keys: Sequence[str]) -> list[Seat | None]:
    """Who sits at each WebSocket, asked afresh: session, account, epoch, membership.

    Three statements for any number of sockets.
    """
    kept = Session.objects.filter(session_key__in=session_keys, expire_date__gt=Now())
    sessions = {row.session_key: row.get_decoded() for row in kept}
    ids = {str(session[SESSION_KEY]) for session in sessions.values() if SESSION_KEY in session}
    users = {str(user.pk): user for user in User.objects.filter(pk__in=ids, is_active=True)}
    homes: dict[UUID, list[Membership]] = defaultdict(list)
    for membership in _open_memberships().filter(user_id__in=list(users)):
        homes[membership.user_id].append(membership)
    return [_seat(sessions.get(key, {}), users, homes) for key in session_keys]


def _seat(
    session: Mapping[str, Any], users: Mapping[str, User], homes: Mapping[UUID, list[Membership]]
) -> Seat | None:
    user = users.get(session.get(SESSION_KEY, ""))
    if user is None or BACKEND_SESSION_KEY not in session:
        return None
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    chosen = choose(homes.get(user.pk, []), session.get(SESSION_MEMBER))
    if chosen is None:
        return None
    return Seat(of_membership(chosen), user.language)
