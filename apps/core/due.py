"""Due work: rows with an instant, claimed once, the state change in the claiming transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.models import Due
from apps.core.registries import due_kinds

log = structlog.get_logger(__name__)

BATCH = 20
MAX_ATTEMPTS = 8
# A handler's own failure: everything else (memory, interpreter exit) must end the worker.
_FAILURES = (
    DomainError,
    DatabaseError,
    ObjectDoesNotExist,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    OSError,
)


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
    rows = Due.objects.filter(ref=ref, state=Due.State.PLANNED)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return rows.update(state=Due.State.CANCELLED)


def is_planned(ref: UUID, kind: str) -> bool:
    """Whether work of a kind still waits for a thing."""
    return Due.objects.filter(ref=ref, kind=kind, state=Due.State.PLANNED).exists()


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
        with scope.binding(Actor.system(row.member_id)), transaction.atomic():
            service(row.ref, at)
    except _FAILURES as error:
        _postpone(row, at, error)
        return
    row.state = Due.State.DONE
    row.done_at = at
    row.save(update_fields=["state", "done_at"])


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
