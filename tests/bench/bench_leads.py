"""What importing and listing leads costs: `python -m tests.bench.bench_leads`.

Needs DATABASE_URL and DATABASE_OWNER_URL (`python -m alliance.embedded run -- ...`); works in a
test database of its own, with real commits.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.test")
ROWS = 14_952
ROUNDS = 30
DATA = Path(__file__).parents[3] / "shared" / "data" / "scam_domains_durablenapkin.csv"


@contextmanager
def scratch_database() -> Iterator[None]:
    """A database made by the owner of the tables and used by the role that the product runs as."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
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


def file() -> bytes:
    """The real list where it is at hand, else as many invented domains."""
    if DATA.is_file():
        return DATA.read_bytes()
    lines = (f"{'www.' * (n % 2)}shop-{n // 2}.example" for n in range(ROWS))
    return ("domain\n" + "\n".join(lines)).encode()


def import_once(actor: object, data: bytes) -> dict[str, tuple[float, float]]:
    """Seconds (CPU, elapsed) of each step of one import."""
    from apps.core import clock, scope
    from apps.leads import services, tasks

    took: dict[str, tuple[float, float]] = {}

    def step(name: str, act: Callable[[], object]) -> object:
        cpu, wall = process_time(), perf_counter()
        done = act()
        took[name] = process_time() - cpu, perf_counter() - wall
        return done

    def within(act: Callable[[], object]) -> object:
        with scope.acting(actor):
            return act()

    told = services.Upload(file_name="domains.csv")
    batch = step("upload", lambda: within(lambda: services.upload(
        BytesIO(data), told, actor=actor, at=clock.now())))  # fmt: skip
    for name, start in (
        ("dry run", lambda: services.start_check(
            batch.pk, batch.mapping, actor=actor, at=clock.now())),
        ("run", lambda: services.start_run(batch.pk, actor=actor, at=clock.now())),
    ):  # fmt: skip
        within(start)
        step(name, lambda: tasks.run_import(str(batch.pk), str(batch.member_id)))
    return took


def lists(actor: object, secret: str) -> None:
    """Medians of a page of 50, warm, with its statements."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.factories.world import client_of

    api = Client(headers={"Authorization": f"Bearer {secret}"})
    pages = (
        ("GET /api/v1/leads/", api, "/api/v1/leads/"),
        ("inbox page", client_of(actor), "/leads/"),
    )
    for name, client, url in pages:
        client.get(url)
        with CaptureQueriesContext(connection) as taken:
            client.get(url)
        asked = [
            q for q in taken if not q["sql"].startswith(("BEGIN", "COMMIT", "SELECT set_config"))
        ]
        times = []
        for _round in range(ROUNDS):
            start = process_time()
            client.get(url)
            times.append(process_time() - start)
        print(f"  {name:24} {median(times) * 1000:7.1f} ms CPU  {len(asked)} statements")


def main() -> None:
    import logging

    with scratch_database(), TemporaryDirectory() as folder:
        logging.disable(logging.WARNING)
        from django.conf import settings

        from apps.members.actors import digest
        from apps.members.models import ApiKey
        from tests.factories.world import NOON, make_member, make_person

        settings.IMPORT_ROOT = Path(folder)
        member = make_member("Aurelis", "AUR")
        ana = make_person("Ana Lin", member)
        ApiKey.objects.create(
            member=member, name="bench", prefix="ak", digest=digest("ak_bench"), scope="read",
            created_at=NOON,
        )  # fmt: skip
        data = file()
        for title in ("first import", "second import"):
            for step, (cpu, wall) in import_once(ana, data).items():
                print(f"  {title}, {step:8} {cpu:7.2f} s CPU  {wall:7.2f} s elapsed")
        lists(ana, "ak_bench")


if __name__ == "__main__":
    main()
