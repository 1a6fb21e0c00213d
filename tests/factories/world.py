"""The standing cast: ana holds, bo is her ally, cy is nobody's, dee is a partner's key."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from apps.core.actor import Actor
from apps.members.actors import SESSION_MEMBER
from apps.members.backends import BACKEND
from apps.members.models import Member, Membership, Role, User

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
# Since when people sit at desks that a test finds there.
LONG_AGO = NOON - timedelta(days=365)
PASSWORD = "correct horse battery staple"


def make_member(name: str, code: str, *, country: str = "") -> Member:
    """A fictional member organisation."""
    return Member.objects.create(name=name, code=code, country=country, created_at=NOON)


def make_person(
    name: str,
    member: Member,
    *,
    role: str = Role.ANALYST,
    zone: str = "UTC",
    language: str = "en",
) -> Actor:
    """A person of the member, as the actor she is when she acts for it."""
    email = f"{name.lower().replace(' ', '.')}@{member.code.lower()}.example"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User(email=email, name=name, time_zone=zone, language=language, created_at=NOON)
        user.set_password(PASSWORD)
        user.save()
    Membership.objects.create(member=member, user=user, role=role, joined_at=NOON)
    return actor_of(user, member, role)


def actor_of(user: User, member: Member, role: str) -> Actor:
    return Actor(member_id=member.pk, user_id=user.pk, roles=frozenset({str(role)}))


def client_of(actor: Actor, **kwargs: object) -> Client:
    """A browser signed in as the actor's person, acting for the actor's member.

    The session is written as signing in leaves it, in one statement: that door has its own tests.
    """
    user = User.objects.get(pk=actor.user_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[SESSION_MEMBER] = str(actor.member_id)
    session.save()
    client = Client(**kwargs)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client
