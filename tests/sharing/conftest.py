"""A case of Aurelis that it can share with Solmara; Kitefin sits nowhere."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.members.models import Member
from apps.sharing import services as sharing
from apps.sharing.models import Grant
from tests.factories.world import NOON, make_person

Subject = tuple[str, UUID]


@pytest.fixture
def subject(mia: Actor) -> Subject:
    """A subject of no app: its access row is all there is of it."""
    ref = ("dossier", uuid7())
    with scope.acting(mia):
        sharing.own_subject(ref, member_id=mia.member_id, at=NOON)
    return ref


@pytest.fixture
def sol(solmara: Member, circle: object) -> Actor:
    """Solmara's manager."""
    return make_person("Sol Reis", solmara, role="manager")


def give(
    subject: Subject,
    owner: Actor,
    grantee: Actor,
    *,
    level: int = 3,
    tlp: str = "amber",
    expires_at: datetime | None = None,
    capabilities: tuple[str, ...] = (),
) -> Grant:
    terms = sharing.Terms(
        level=level, purpose="Same seller", expires_at=expires_at, capabilities=capabilities
    )
    with scope.acting(owner):
        return sharing.grant(
            subject,
            owner_id=owner.member_id,
            grantee_id=grantee.member_id,
            terms=terms,
            tlp=tlp,
            actor=owner,
            at=NOON,
        )


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    """One JSON request to the API."""
    text = "" if body is None else json.dumps(body)
    return client.generic(method.upper(), f"/api/v1/{path}", text, content_type="application/json")
