"""Aurelis' admin, and helpers to speak to the API."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apps.core import outbox
from apps.core.actor import Actor
from apps.members.models import Member
from apps.notifications import services as notifications
from tests.factories.world import client_of, make_person


@pytest.fixture(autouse=True)
def fresh_throttle(db: None) -> None:
    """Failed sign-ins are counted in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def ada(aurelis: Member) -> Actor:
    """Aurelis' admin."""
    return make_person("Ada Conti", aurelis, role="admin", zone="Europe/Rome")


@pytest.fixture
def as_ada(ada: Actor) -> Client:
    return client_of(ada)


def sent(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """One JSON request to the API."""
    data = "" if body is None else json.dumps(body)
    return client.generic(
        method.upper(),
        f"/api/v1/{path}",
        data,
        content_type="application/json",
        headers=headers or None,
    )


def tell_readers() -> None:
    """What the worker does after commit, the courier included."""
    outbox.drain()
    notifications.deliver()
