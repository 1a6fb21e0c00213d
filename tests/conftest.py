"""Real PostgreSQL with real roles: tables are made as the owner, tests run as the app."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from alliance.settings.base import DATABASE_OWNER_URL, database

pytest_plugins = ["tests.fixtures"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Create the test database as the owner of the tables."""
    _become(database(DATABASE_OWNER_URL))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Hand the finished database to the role that the product runs as."""
    owner = dict(connection.settings_dict)
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            app = settings.DB_APP_ROLE
            cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {app}")
        connection.close()
        connection.settings_dict["USER"] = settings.DB_APP_ROLE
        yield
        connection.close()
        connection.settings_dict["USER"] = owner["USER"]


def _become(wanted: dict[str, Any]) -> None:
    for key in ("USER", "PASSWORD", "HOST", "PORT"):
        connections["default"].settings_dict[key] = wanted[key]
