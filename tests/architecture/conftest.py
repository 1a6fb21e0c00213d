"""The catalogue as the owner of the tables sees it."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from alliance.settings.base import DATABASE_OWNER_URL, database


@pytest.fixture
def owner(db: None) -> Iterator[psycopg.Cursor]:
    """A cursor of the owner's role in the test database; what it does is undone."""
    wanted = database(DATABASE_OWNER_URL)
    parts = {
        "host": wanted["HOST"],
        "port": wanted["PORT"],
        "user": settings.DB_OWNER_ROLE,
        "password": wanted["PASSWORD"],
        "dbname": connection.settings_dict["NAME"],
    }
    with psycopg.connect(**{k: v for k, v in parts.items() if v}) as connected:
        yield connected.cursor()
        connected.rollback()
