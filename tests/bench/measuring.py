"""Medians of Python CPU time, printed with their bars."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

from django.db import connection


def start_django() -> None:
    """The product's own settings, on the database of the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.test")
    import django

    django.setup()


def times_of(work: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of CPU of each round."""
    times = []
    for _ in range(rounds):
        begin = process_time()
        work()
        times.append((process_time() - begin) * 1000)
    return times


def line(name: str, times: list[float], bar: float) -> None:
    """One line of the report; over the bar is said, not failed."""
    middle = median(times)
    verdict = "" if middle <= bar else "  OVER THE BAR"
    print(
        f"{name:58} {middle:9.2f} ms  (bar {bar:g}, worst of {len(times)}: {max(times):.2f})"
        f"{verdict}",
        flush=True,
    )


def told(name: str, reached: str, bar: str, *, holds: bool) -> None:
    print(f"{name:56} {reached:>44}  (bar {bar}){'' if holds else '  OVER THE BAR'}", flush=True)


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds of one round."""

    app: float
    database: float
    elapsed: float

    @property
    def work(self) -> float:
        return self.app + self.database


def database_time() -> float:
    """Seconds of CPU of the session's own server process."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def load() -> str:
    return "load " + " ".join(f"{one:.1f}" for one in os.getloadavg())


@contextmanager
def scratch_database() -> Iterator[None]:
    """A database made by the owner of the tables and used by the role that the product runs as."""
    start_django()
    from django.conf import settings
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from alliance.settings.base import DATABASE_OWNER_URL, database

    setup_test_environment()
    settings.ALLOWED_HOSTS = ["*"]
    owner = database(DATABASE_OWNER_URL)["USER"]
    connection.settings_dict["USER"] = owner
    made = setup_databases(verbosity=0, interactive=False)
    try:
        connection.close()
        connection.settings_dict["USER"] = settings.DB_APP_ROLE
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = owner
        teardown_databases(made, verbosity=0)
