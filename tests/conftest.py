"""Real PostgreSQL with real roles: tables are made as the owner, tests run as the app."""

import gc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection, connections
from django.db.models.signals import post_migrate

from alliance.settings.base import DATABASE_OWNER_URL, database

pytest_plugins = ["tests.fixtures"]


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: it is not looked through for garbage again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


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
        connection.ops.sql_flush = partial(_flush_what_was_written, connection.ops.sql_flush)
        # The product knows neither content types nor permissions: they are not made anew after
        # each flush. But the flush empties the clock, and nothing would be now.
        post_migrate.disconnect(create_contenttypes)
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
        core = apps.get_app_config("core")
        post_migrate.connect(_restart_clock, sender=core, dispatch_uid="tests.clock")
        yield
        _end_sessions()
        connection.close()
        connection.settings_dict["USER"] = owner["USER"]


def _flush_what_was_written(
    flush: Callable[..., list[str]], style: Any, tables: list[str], **_options: Any
) -> list[str]:
    """Emptying a table costs the same whether anything is in it, and most are empty.

    What refers to a table that is emptied goes with it, as it must. A table that was written has
    pages, even where every row of them was rolled back.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relname = ANY(%s) AND pg_relation_size(oid) > 0",
            [tables],
        )
        written = [name for (name,) in cursor.fetchall()]
    return flush(style, written, allow_cascade=True)


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
