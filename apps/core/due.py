"""Due work: rows with an instant, claimed once, the state change in the claiming transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.models import Due
from apps.core.registries import due_kinds

log = structlog.get_logger(__name__)

BATCH = 20
MAX_ATTEMPTS = 8


def plan(kind: str, ref: UUID, *, at: datetime, member_id: UUID, token: str = "") -> None:
    """Make work due at an instant. The same token twice is one row (the first stays)."""
    Due.objects.bulk_create(
        [
            Due(
                kind=kind,
                ref=ref,
                due_at=at,
                member_id=member_id,
                token=token or f"{kind}:{ref}:{at.isoformat()}",
            )
        ],
        ignore_conflicts=True,
    )


def cancel(ref: UUID, *, kinds: Iterable[str] = ()) -> int:
    """Cancel what is still planned for a thing; returns how many rows."""
    # A row that a worker is firing waits for the very lock that the caller holds: to wait for it
    # would be a deadlock. It is left alone, and its service finds that nothing is to do.
    rows = Due.objects.select_for_update(skip_locked=True).filter(ref=ref, state=Due.State.PLANNED)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    free = list(rows.values_list("pk", flat=True))
    return Due.objects.filter(pk__in=free).update(state=Due.State.CANCELLED) if free else 0


def revive(ref: UUID) -> int:
    """Plan again what was given up for a thing that still needs it; returns how many rows."""
    failed = Due.objects.filter(ref=ref, state=Due.State.FAILED)
    return failed.update(state=Due.State.PLANNED, attempts=0)


def is_planned(ref: UUID, kind: str, *, by: datetime | None = None) -> bool:
    """Whether work of a kind still waits for a thing, and is due `by` an instant."""
    rows = Due.objects.filter(ref=ref, kind=kind, state=Due.State.PLANNED)
    return (rows.filter(due_at__lte=by) if by else rows).exists()


def run(*, limit: int = 10_000) -> int:
    """Fire everything that is due now, in small batches; returns how many rows were fired.

    Safe to run anywhere, any number of times at once: rows are claimed with SKIP LOCKED and
    marked in the transaction that changes the state.
    """
    fired = 0
    while fired < limit:
        done = _run_batch()
        fired += done
        if done == 0:
            break
    return fired


def _run_batch() -> int:
    with transaction.atomic():
        at = clock.now()
        rows = list(
            Due.objects.select_for_update(skip_locked=True)
            .filter(state=Due.State.PLANNED, due_at__lte=at)
            .order_by("due_at", "id")[:BATCH]
        )
        for row in rows:
            _fire(row, at)
    return len(rows)


def _fire(row: Due, at: datetime) -> None:
    service = due_kinds.get(row.kind)
    try:
        if service is None:
            raise LookupError(f"no service is registered for {row.kind}")
        with scope.binding(Actor.system(row.member_id)), alone():
            # A row before it in the batch may have cancelled it.
            if not Due.objects.filter(pk=row.pk, state=Due.State.PLANNED).exists():
                return
            service(row.ref, at)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one bad row must never stop everybody's due work
        _postpone(row, at, error)
        return
    row.state = Due.State.DONE
    row.done_at = at
    row.save(update_fields=["state", "done_at"])


@contextmanager
def alone() -> Iterator[None]:
    """A savepoint that also answers for its deferred constraints, which else fail the batch."""
    with transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _postpone(row: Due, at: datetime, error: Exception) -> None:
    """One bad row fails alone, keeps its error and is tried again, later each time."""
    row.attempts += 1
    row.error = f"{type(error).__name__}: {error}"[:2000]
    row.due_at = at + timedelta(seconds=5 * 2**row.attempts)
    if row.attempts >= MAX_ATTEMPTS:
        row.state = Due.State.FAILED
    row.save(update_fields=["attempts", "error", "due_at", "state"])
    log.error("due.failed", kind=row.kind, ref=str(row.ref), attempts=row.attempts, exc_info=error)


def lateness() -> timedelta:
    """How late the oldest due row is; zero when nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest(interval '0', alliance_now() - min(due_at))"
            " FROM core_due WHERE state = 'planned'"
        )
        late = cursor.fetchone()[0]
    return late or timedelta(0)
