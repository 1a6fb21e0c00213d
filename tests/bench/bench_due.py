"""What timed work costs: claimed and marked, fired through the real services, 500 at one instant.

`make bench-due` prints it. Rates are by the wall clock with fsync on; CPU is this process' and its
PostgreSQL backend's together, which other work on the machine does not change.
"""

import logging
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time, sleep
from uuid import UUID

from tests.bench.measuring import start_django

start_django()

from django.db import connection, transaction  # noqa: E402

from apps.core import clock, due, scope  # noqa: E402
from apps.core.actor import Actor  # noqa: E402
from apps.core.errors import DomainError  # noqa: E402
from apps.core.ids import uuid7  # noqa: E402
from apps.core.models import Due  # noqa: E402
from apps.core.registries import due_kinds  # noqa: E402
from apps.duty.models import Desk  # noqa: E402
from apps.handovers import services  # noqa: E402
from apps.handovers.models import Handover  # noqa: E402
from apps.sharing import services as sharing  # noqa: E402
from tests.bench.staging import newcomer  # noqa: E402
from tests.factories.world import NOON  # noqa: E402
from tests.handovers.conftest import make_desk, open_case, read_back  # noqa: E402

EMPTY_ROWS = 5_000
CASES = 600
AT_ONCE = 500
WORKERS = 2
ACCEPT_MS = 25
CLAIM_RATE = 5_000
KIND = "bench.nothing"
# 17:10 in Hangzhou, whose duty ends at 18:00; Milan is there since 09:00, which is 08:00 UTC.
OPENED = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
OFFERED = OPENED + timedelta(minutes=21)
ANSWERED = OFFERED + timedelta(minutes=5)
HELD = OPENED + timedelta(minutes=51)


@dataclass
class Spent:
    """One run of due work: its rows, seconds, CPU and statements."""

    rows: int
    seconds: float
    cpu: float
    statements: int

    def line(self, name: str, bar: float) -> None:
        rate = self.rows / self.seconds if self.seconds else 0
        verdict = "" if rate >= bar else "  BELOW THE BAR"
        print(
            f"{name:44} {self.rows:6} rows {rate:8.0f}/s  {self.cpu / self.rows * 1000:7.3f} ms CPU"
            f"  {self.statements / self.rows:6.2f} statements a row  (bar {bar:g}/s){verdict}",
            flush=True,
        )


def backend_cpu() -> float:
    """Seconds of CPU of this connection's server process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spend(work: Callable[[], int]) -> Spent:
    counted = [0]

    def count(execute, sql, params, many, context):
        counted[0] += 1
        return execute(sql, params, many, context)

    cpu, wall = process_time() + backend_cpu(), perf_counter()
    with connection.execute_wrapper(count):
        rows = work()
    seconds = perf_counter() - wall
    return Spent(rows, seconds, process_time() + backend_cpu() - cpu, counted[0])


def do_nothing(_ref: UUID, _at: datetime) -> None:
    """A due kind of no work: what is left is claiming and marking."""


def plan_nothing(rows: int) -> None:
    at, member_id = clock.now() - timedelta(hours=1), uuid7()
    Due.objects.bulk_create(
        Due(kind=KIND, ref=uuid7(), due_at=at, member_id=member_id, token=str(uuid7()))
        for _row in range(rows)
    )


def work_off(ready: "multiprocessing.synchronize.Barrier") -> None:
    """One worker process: ready when its connection stands, then whatever is due."""
    logging.disable(logging.WARNING)
    due_kinds.register(KIND, do_nothing)
    clock.now()
    ready.wait()
    due.run()


def work_off_together() -> float:
    """Seconds that the worker processes need, from the moment in which all are ready."""
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Barrier(WORKERS + 1)
    workers = [spawn.Process(target=work_off, args=(ready,)) for _worker in range(WORKERS)]
    for worker in workers:
        worker.start()
    while ready.n_waiting < WORKERS:
        sleep(0.01)
    begin = perf_counter()
    ready.wait()
    for worker in workers:
        worker.join()
    return perf_counter() - begin


def claim_and_mark() -> None:
    due_kinds.register(KIND, do_nothing)
    plan_nothing(EMPTY_ROWS)
    spend(lambda: due.run(limit=EMPTY_ROWS)).line("claimed and marked, one process", 0)
    plan_nothing(WORKERS * EMPTY_ROWS)
    rate = WORKERS * EMPTY_ROWS / work_off_together()
    verdict = "" if rate >= CLAIM_RATE else "  BELOW THE BAR"
    left = Due.objects.filter(kind=KIND, state=Due.State.PLANNED).count()
    print(
        f"claimed and marked, {WORKERS} processes {WORKERS * EMPTY_ROWS:16} rows {rate:8.0f}/s"
        f"  left {left}  (bar {CLAIM_RATE}/s){verdict}",
        flush=True,
    )


def population(cases: int, *, name: str) -> tuple[Actor, Actor]:
    """Cases in Hangzhou that Milan, or the ally's desk, may take at 18:00."""
    owner, ally = newcomer("Owner"), newcomer("Ally")
    with scope.acting(owner):
        circle = sharing.found_circle(f"Bench {name}", actor=owner, at=NOON)
        sharing.join_circle(circle, ally.member_id, actor=owner, at=NOON)
    make = (
        (owner, "Hangzhou", "Asia/Shanghai", "09:00", "18:00", (ally,)),
        (owner, "Milan", "Europe/Rome", "09:00", "18:00", (ally,)),
        (ally, "Tunis", "Africa/Tunis", "08:00", "17:00", (owner,)),
    )
    desks = [make_desk(*facts, allies=allies) for *facts, allies in make]
    for actor in (owner, ally):
        with scope.acting(actor):
            Desk.objects.filter(member_id=actor.member_id).update(capacity=30_000)
    clock.move_to(OPENED)
    with transaction.atomic():
        for number in range(cases):
            open_case(owner, desks[0], at=OPENED, title=f"Case {number}")
    return owner, ally


def accept_every_second(owner: Actor, ally: Actor) -> None:
    """Half of what is offered, read back by whoever was asked; what one acceptance costs."""
    with scope.acting(owner):
        found = list(Handover.objects.filter(state=Handover.State.OFFERED).order_by("id"))
    answers = []
    for handover in found[::2]:
        actor = owner if handover.to_member_id == owner.member_id else ally
        answers.append((handover.pk, actor, read_back(handover, actor)))

    def accept() -> int:
        for handover_id, actor, words in answers:
            # As the middleware does: the clock is read once.
            with clock.one_instant(), scope.acting(actor):
                services.accept_handover(handover_id, read_back=words, actor=actor, at=ANSWERED)
        return len(answers)

    spent = spend(accept)
    spent.line("real services: accepted", 0)
    each = spent.cpu / spent.rows * 1000
    verdict = "" if each <= ACCEPT_MS else "  OVER THE BAR"
    print(f"an acceptance {each:39.1f} ms CPU  (bar {ACCEPT_MS} ms){verdict}", flush=True)


def real_services() -> None:
    """Draft, offer, hold, expire and complete, each at its instant."""
    owner, ally = population(CASES, name="mix")
    total = Spent(0, 0, 0, 0)
    steps = [("drafted", OFFERED - timedelta(minutes=6)), ("offered", OFFERED)]
    for name, at in [*steps, ("expired, asked again, completed, held", HELD)]:
        if at == HELD:
            clock.move_to(ANSWERED)
            accept_every_second(owner, ally)
        clock.move_to(at)
        spent = spend(due.run)
        if not spent.rows:
            continue
        spent.line(f"real services: {name}", 200)
        total = Spent(
            total.rows + spent.rows,
            total.seconds + spent.seconds,
            total.cpu + spent.cpu,
            total.statements + spent.statements,
        )
    total.line("real services: the mix", 200)


def all_at_once() -> None:
    population(AT_ONCE, name="at once")
    clock.move_to(OFFERED - timedelta(minutes=6))
    due.run()
    clock.move_to(OFFERED)
    seconds = work_off_together()
    left = Due.objects.filter(state=Due.State.PLANNED, due_at__lte=clock.now()).count()
    bad = Due.objects.filter(attempts__gt=0).count()
    verdict = "" if seconds <= 5 and not left else "  OVER THE BAR"
    print(
        f"{AT_ONCE} offers at one instant, {WORKERS} processes {seconds:14.2f} s"
        f"  left {left}, failed {bad}  (bar 5 s){verdict}",
        flush=True,
    )


def main() -> None:
    """Print what is measured."""
    logging.disable(logging.WARNING)
    try:
        claim_and_mark()
        real_services()
        all_at_once()
    except DomainError as error:
        raise SystemExit(str(error.message)) from error
    finally:
        clock.reset()


if __name__ == "__main__":
    main()
