"""Files on their way to becoming leads: what an import costs, alone and two at once."""

import logging
import resource
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from tests.bench.measuring import Spent, database_time, load, start_django, told

start_django()

from django.conf import settings  # noqa: E402

from alliance.celery import YOUNG  # noqa: E402
from alliance.collecting import keep_what_is_loaded  # noqa: E402
from apps.core import clock, scope  # noqa: E402
from apps.leads import services, tasks  # noqa: E402
from apps.leads.models import ImportBatch  # noqa: E402
from tests.bench.leads_at_scale import analyst  # noqa: E402

ROWS = 20_000


def rows_of(count: int) -> Iterator[str]:
    """Rows that no file before had, each with an address, a domain, a mailbox and a number."""
    yield "title,url,domain,email,phone,company,country,brand,description,reference"
    file, first = secrets.token_hex(3), secrets.randbelow(10**8)
    for n in range(count):
        host, phone = f"import-{file}-{n}.example", f"+86136{(first + n) % 10**8:08}"
        yield (
            f"Offer {n},https://{host}/item/{n},{host},sales{file}{n}@mail-{n % 97}.example,"
            f"{phone},,CN,Lumi,Seen in a live stream {n},R-{file}-{n}"
        )


@contextmanager
def stored(count: int) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        settings.IMPORT_ROOT = Path(folder)
        path = Path(folder) / "rows.csv"
        with path.open("w") as out:
            out.writelines(f"{row}\n" for row in rows_of(count))
        yield path


def bring(
    member_id: str, count: int, between: Callable[[], object] = lambda: None
) -> dict[str, Spent]:
    """What each step of an import costs for one row; `between` waits before the run."""
    actor, took = analyst(member_id), {}

    def within(act: Callable[[], Any]) -> Any:
        with scope.acting(actor):
            return act()

    def step(name: str, act: Callable[[], Any]) -> Any:
        begin = process_time(), database_time(), perf_counter()
        done = act()
        end = process_time(), database_time(), perf_counter()
        took[name] = Spent(*((b - a) * 1000 / count for a, b in zip(begin, end, strict=True)))
        return done

    def finish(batch: ImportBatch) -> None:
        # A task rings the next one where a file is long; here there is no broker to carry that.
        tasks.run_import.delay = tasks.run_import
        tasks.run_import(str(batch.pk), member_id)

    told_ = services.Upload(file_name="rows.csv")
    with stored(count) as path, path.open("rb") as stream:
        batch = step("upload", lambda: within(lambda: services.upload(
            stream, told_, actor=actor, at=clock.now())))  # fmt: skip
        within(lambda: services.start_check(batch.pk, batch.mapping, actor=actor, at=clock.now()))
        step("dry run", lambda: finish(batch))
        between()
        within(lambda: services.start_run(batch.pk, actor=actor, at=clock.now()))
        step("run", lambda: finish(batch))
        within(batch.refresh_from_db)
    assert (batch.state, batch.errors, batch.added) == ("done", 0, count), batch.state
    return took


def importing(member_id: str, place: int) -> None:
    """One import alone: what its steps cost; only two at once are held against the bar."""
    for name, spent in bring(member_id, ROWS).items():
        print(
            f"import of {ROWS:,} rows with 4 selectors, member {place}: {name:8} {of_a_row(spent)}",
            flush=True,
        )


def of_a_row(spent: Spent) -> str:
    return (
        f"{spent.app:.2f} + {spent.database:.2f} ms of CPU a row (application, database),"
        f" {1000 / spent.elapsed:,.0f}/s elapsed"
    )


def importing_together(*member_ids: str) -> None:
    """Two worker processes import a file each at the same time, as they do on two cores.

    Held against the bar is what the CPU of two cores suffices for: the work of one row is that of
    its application and of its database session. Elapsed is what this machine had left for it.
    """
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.lead_files", "worker", one, str(ROWS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for one in member_ids
    ]  # fmt: skip
    for worker in workers:
        assert said(worker) == "checked"
    begin = perf_counter()
    for worker in workers:
        assert worker.stdin
        print("run", file=worker.stdin, flush=True)
    found = [Spent(*map(float, said(worker).split())) for worker in workers]
    elapsed = perf_counter() - begin
    assert [worker.wait() for worker in workers] == [0 for _one in workers]
    work = sum(one.work for one in found) / len(found)
    rate = len(workers) * 1000 / work
    told(
        f"{len(workers)} imports of {ROWS:,} rows at once: run",
        f"{rate:,.0f}/s by {work:.2f} ms of work a row", "2,000/s", holds=rate >= 2_000,
    )  # fmt: skip
    print(f"    {len(workers) * ROWS / elapsed:,.0f}/s elapsed; {load()}")
    for one in found:
        print(f"    {of_a_row(one)}", flush=True)


def said(worker: "subprocess.Popen[str]") -> str:
    assert worker.stdout
    return worker.stdout.readline().strip()


def work_along(member_id: str, count: int) -> None:
    """One of the workers: ready when its file is checked, it runs when it is told to."""

    def wait() -> None:
        print("checked", flush=True)
        sys.stdin.readline()

    spent = bring(member_id, count, wait)["run"]
    print(spent.app, spent.database, spent.elapsed, flush=True)


def remembering(member_id: str) -> None:
    """The memory of a process of its own that brings 100,000 rows, and 1,000 for comparison."""
    for count in (1_000, 100_000):
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.lead_files", "rows", member_id, str(count)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        print(f"  {done.stdout.strip().splitlines()[-1]}", flush=True)


def only_bring(member_id: str, count: int) -> None:
    took = bring(member_id, count)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = ", ".join(f"{name} {one.elapsed * count / 1000:.1f} s" for name, one in took.items())
    print(f"{count:,} rows: at most {peak:.0f} MB; {spent}")


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    keep_what_is_loaded(young=YOUNG)
    if sys.argv[1] == "worker":
        work_along(sys.argv[2], int(sys.argv[3]))
    else:
        only_bring(sys.argv[2], int(sys.argv[3]))
