"""Real PostgreSQL with real roles: tables are made as the owner, tests run as the app."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.models.signals import post_migrate

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
        # The flush after a transactional test empties the clock, and nothing would be now.
        post_migrate.connect(_restart_clock, dispatch_uid="tests.clock")
        yield
        _end_sessions()
        connection.close()
        connection.settings_dict["USER"] = owner["USER"]


def _end_sessions() -> None:
    """The server may not have noticed yet that a worker was killed, and keeps the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user"
            " AND pid <> pg_backend_pid()"
        )


def _restart_clock(**_signal: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_clock (id, moved_by) VALUES (1, interval '0') ON CONFLICT DO NOTHING"
        )


def _become(wanted: dict[str, Any]) -> None:
    for key in ("USER", "PASSWORD", "HOST", "PORT"):
        connections["default"].settings_dict[key] = wanted[key]
