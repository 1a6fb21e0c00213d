"""Due work: rows with an instant, claimed once, the state change in the claiming transaction.

A batch is one transaction: claimed with SKIP LOCKED, fired, marked with one UPDATE. The transaction
is the fence: whoever loses its connection has changed and marked nothing. Nothing guards a row
within its batch; if anything there fails, the batch is undone and each row gets a transaction of
its own, in which a bad one fails alone (ADR 0005). A member's rows of one kind are fired by one
call where their service takes them together.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from apps.core import clock, ids, memo, scope
from apps.core.actor import Actor
from apps.core.errors import ENDING
from apps.core.models import Due
from apps.core.registries import Together, due_kinds

log = structlog.get_logger(__name__)

BATCH = 100
# So many rows at most are fired by one call: a batch looks at its clock in between.
TOGETHER = 25
MAX_ATTEMPTS = 8
# Later than this is late: the row records it, and an alarm rings while it waits.
LATE_AFTER = timedelta(seconds=60)
# A batch keeps locked what it has changed: nobody who clicks shall wait longer than this.
BATCH_IN_SECONDS = 0.25
# A run ends well before any task's time limit; the next ring goes on.
RUN_IN_SECONDS = 25.0
# Two batches may want each other's cases. The one that waits this long gives way, before
# PostgreSQL has to find the deadlock, and goes on row by row, where no two locks are held.
LOCK_WAIT, LOCK_WAIT_ALONE = "250ms", "5s"
BUSY_AGAIN = timedelta(seconds=5)
CONSTRAINTS_ANSWER = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
# lock_not_available, deadlock_detected, serialization_failure
_BUSY = {"55P03", "40P01", "40001"}

_cancelled: ContextVar[set[UUID] | None] = ContextVar("alliance_cancelled", default=None)


class _Row(NamedTuple):
    """A claimed row, as far as firing needs it."""

    id: UUID
    kind: str
    ref: UUID
    member_id: UUID
    due_at: datetime
    attempts: int
    postponed_from: datetime | None


_PLAN = """
INSERT INTO core_due (id, member_id, kind, ref, token, due_at, state, attempts, error)
SELECT row.*, 'planned', 0, ''
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::timestamptz[]) AS row
ON CONFLICT DO NOTHING
"""


class Wanted(NamedTuple):
    """Work to be made due: its token is its name, the same token twice is one row."""

    kind: str
    ref: UUID
    at: datetime
    member_id: UUID
    token: str


def plan(kind: str, ref: UUID, *, at: datetime, member_id: UUID, token: str = "") -> None:
    """Make work due at an instant. The same token twice is one row (the first stays)."""
    plan_many([Wanted(kind, ref, at, member_id, token or f"{kind}:{ref}:{at.isoformat()}")])


def plan_many(wanted: Sequence[Wanted]) -> None:
    """Make several pieces of work due, in one statement."""
    if not wanted:
        return
    rows = [(ids.uuid7(), w.member_id, w.kind, w.ref, w.token, w.at) for w in wanted]
    told = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, told)


_CANCEL = """
UPDATE core_due SET state = 'cancelled' WHERE id IN (
  SELECT id FROM core_due
  WHERE ref = ANY (%s::uuid[]) AND state = 'planned'
    AND (%s::text[] IS NULL OR kind = ANY (%s::text[]))
  FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def cancel(ref: UUID, *, kinds: Iterable[str] = ()) -> int:
    """Cancel what is still planned for a thing; returns how many rows."""
    return cancel_many([ref], kinds=kinds)


def cancel_many(refs: Sequence[UUID], *, kinds: Iterable[str] = ()) -> int:
    """Cancel what is still planned for several things, in one statement; returns how many rows."""
    if not refs:
        return 0
    # A row that a worker is firing waits for the very lock that the caller holds: to wait for it
    # would be a deadlock. It is left alone, and its service finds that nothing is to do.
    wanted = list(kinds) or None
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL, [list(refs), wanted, wanted])
        ended = {row[0] for row in cursor.fetchall()}
    batch = _cancelled.get()
    if batch is not None:
        # Rows of the running batch among them must not fire any more.
        batch |= ended
    return len(ended)


def revive(ref: UUID) -> int:
    """Plan again what was given up for a thing that still needs it; returns how many rows."""
    failed = Due.objects.filter(ref=ref, state=Due.State.FAILED)
    return failed.update(state=Due.State.PLANNED, attempts=0)


def is_planned(
    ref: UUID, kind: str, *, by: datetime | None = None, after: datetime | None = None
) -> bool:
    """Whether work of a kind still waits for a thing, and is due `by` one instant, `after` another.

    A service that asks while it is fired says `after`: its own row is planned until it returns.
    """
    rows = Due.objects.filter(ref=ref, kind=kind, state=Due.State.PLANNED)
    rows = rows.filter(due_at__lte=by) if by else rows
    return (rows.filter(due_at__gt=after) if after else rows).exists()


def run(*, limit: int = 10_000, members: Collection[UUID] = ()) -> int:
    """Fire everything that is due now, in small batches; returns how many rows were dealt with.

    Safe to run anywhere, any number of times at once: rows are claimed with SKIP LOCKED and
    marked in the transaction that changes the state. With `members`, theirs alone (a replay).
    """
    fired, until = 0, time.monotonic() + RUN_IN_SECONDS
    while fired < limit and time.monotonic() < until:
        done = run_batch(limit - fired, members=members)
        fired += done
        if done == 0:
            break
    return fired


def waiting(*, at_least: int) -> bool:
    """Whether so many rows are due now; those that somebody is firing count, too."""
    rows = Due.objects.filter(state=Due.State.PLANNED, due_at__lte=clock.now())
    return rows.order_by("due_at", "id").values("pk")[at_least - 1 : at_least].exists()


def run_batch(limit: int = BATCH, *, members: Collection[UUID] = ()) -> int:
    """Fire one batch; returns how many rows were fired, cancelled or put off."""
    rows: list[_Row] = []
    try:
        with clock.one_instant(), transaction.atomic():
            at = clock.now()
            rows = _claim(at, limit=min(limit, BATCH), members=members)
            if not any(row.attempts for row in rows):
                return _fire_all(rows, at) if rows else 0
    except ENDING:
        raise
    except Exception as error:
        # Nothing of it has happened. Which row it was shows when each is fired alone.
        if not rows:
            raise
        log.warning("due.batch_undone", rows=len(rows), error=_words(error))
    return sum(_run_alone(row) for row in rows)


def _claim(
    at: datetime, *, limit: int, only: UUID | None = None, members: Collection[UUID] = ()
) -> list[_Row]:
    waiting = Due.objects.select_for_update(skip_locked=True).filter(
        state=Due.State.PLANNED, due_at__lte=at
    )
    if only is not None:
        waiting = waiting.filter(pk=only)
    if members:
        waiting = waiting.filter(member_id__in=members)
    return list(
        map(_Row._make, waiting.order_by("due_at", "id").values_list(*_Row._fields)[:limit])
    )


def _fire_all(rows: Sequence[_Row], at: datetime, *, lock_wait: str = LOCK_WAIT) -> int:
    """Fire the claimed rows and mark them; those that time does not suffice for stay planned."""
    until = time.monotonic() + BATCH_IN_SECONDS
    fired: list[_Row] = []
    seen = 0
    with connection.cursor() as cursor, _noting_cancelled() as cancelled, memo.remembering():
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [lock_wait])
        for group in _groups(rows):
            seen += len(group)
            left = [row for row in group if row.id not in cancelled]
            if left:
                if fired and _app(fired[-1].kind) != _app(left[0].kind):
                    # Another app's services may change what is remembered and announce nothing.
                    memo.forget()
                _fire(left, at)
                fired += left
            if time.monotonic() > until:
                break
        _mark(fired, at)
        # What was deferred is answered here, where the batch can still be undone.
        cursor.execute(f"{CONSTRAINTS_ANSWER}; SET LOCAL lock_timeout TO DEFAULT")
    return seen


@contextmanager
def _noting_cancelled() -> Iterator[set[UUID]]:
    """The rows that the services of this batch cancel: those after it must not fire."""
    cancelled: set[UUID] = set()
    token = _cancelled.set(cancelled)
    try:
        yield cancelled
    finally:
        _cancelled.reset(token)


def _app(kind: str) -> str:
    return kind.partition(".")[0]


def _groups(rows: Sequence[_Row]) -> list[list[_Row]]:
    """What is fired by one call: a member's rows of one kind, where its service takes several.

    Among rows of one batch the order is nobody's promise: another worker could have claimed half.
    """
    groups: dict[object, list[_Row]] = {}
    for row in rows:
        is_shared = isinstance(due_kinds.get(row.kind), Together)
        groups.setdefault((row.kind, row.member_id) if is_shared else row.id, []).append(row)
    return [
        group[start : start + TOGETHER]
        for group in groups.values()
        for start in range(0, len(group), TOGETHER)
    ]


def _fire(group: Sequence[_Row], at: datetime) -> None:
    """Fire the rows of one group."""
    kind, member_id = group[0].kind, group[0].member_id
    service = due_kinds.get(kind)
    if service is None:
        raise LookupError(f"no service is registered for {kind}")
    with scope.binding(Actor.system(member_id)):
        if isinstance(service, Together):
            # Two rows may be about one thing, which is in one state: it is told once.
            service.service(list(dict.fromkeys(row.ref for row in group)), at)
        else:
            service(group[0].ref, at)


_MARK = """
UPDATE core_due SET state = 'done', done_at = %(at)s,
  late_by = CASE WHEN %(at)s - coalesce(postponed_from, due_at) > %(after)s
                 THEN %(at)s - coalesce(postponed_from, due_at) END
WHERE id = ANY (%(ids)s)
"""


def _mark(fired: Sequence[_Row], at: datetime) -> None:
    """One statement for the whole batch; what was fired late records how late."""
    if not fired:
        return
    with connection.cursor() as cursor:
        told: dict[str, Any] = {"at": at, "after": LATE_AFTER, "ids": [row.id for row in fired]}
        cursor.execute(_MARK, told)
    late = at - min(row.postponed_from or row.due_at for row in fired)
    if late > LATE_AFTER:
        log.warning("due.fired_late", rows=len(fired), seconds=round(late.total_seconds()))


def _run_alone(claimed: _Row) -> int:
    """Claim one row again and fire it in a transaction of its own; 1 when it was dealt with."""
    rows: list[_Row] = []
    try:
        with clock.one_instant(), transaction.atomic():
            at = clock.now()
            rows = _claim(at, limit=1, only=claimed.id)
            return _fire_all(rows, at, lock_wait=LOCK_WAIT_ALONE) if rows else 0
    except ENDING:
        raise
    except (OperationalError, InterfaceError) as error:
        # The database's trouble is not the row's: it loses no attempt by it.
        if not rows:
            raise
        return _wait_for_lock(rows[0], error)
    except Exception as error:
        # Whatever it was, one bad row must never stop everybody's due work.
        if not rows:
            raise
        return _postpone(rows[0], error)


def _wait_for_lock(row: _Row, error: Exception) -> int:
    """Somebody works on the case: the row comes again soon. Any other trouble waits for a ring."""
    state = getattr(error.__cause__, "sqlstate", None)
    log.warning("due.busy", kind=row.kind, ref=str(row.ref), error=_words(error))
    if state not in _BUSY:
        return 0
    return _put_off(row, until=clock.now() + BUSY_AGAIN, attempts=row.attempts)


def _postpone(row: _Row, error: Exception) -> int:
    """One bad row fails alone, keeps its error and is tried again, later each time."""
    attempts = row.attempts + 1
    log.error("due.failed", kind=row.kind, ref=str(row.ref), attempts=attempts, exc_info=error)
    return _put_off(
        row,
        until=clock.now() + timedelta(seconds=5 * 2**attempts),
        attempts=attempts,
        error=_words(error),
        state=Due.State.FAILED if attempts >= MAX_ATTEMPTS else Due.State.PLANNED,
    )


def _put_off(row: _Row, *, until: datetime, **changes: object) -> int:
    """Unless somebody else has dealt with the row since: its transaction is gone by now."""
    unchanged = Due.objects.filter(
        pk=row.id, state=Due.State.PLANNED, attempts=row.attempts, due_at=row.due_at
    )
    since = row.postponed_from or row.due_at
    return unchanged.update(due_at=until, postponed_from=since, **changes)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]


@contextmanager
def alone() -> Iterator[None]:
    """A savepoint that also answers for its deferred constraints, which else fail the batch."""
    try:
        with transaction.atomic():
            yield
            with connection.cursor() as cursor:
                cursor.execute(CONSTRAINTS_ANSWER)
    except BaseException:
        # What was read of it has never been true.
        memo.forget()
        raise


_LATENESS = """
SELECT greatest(interval '0', alliance_now() - least(min(due_at), min(postponed_from)))
FROM core_due WHERE state = 'planned'
"""


def lateness() -> timedelta:
    """How late the oldest due row is, counted from its first instant; zero when nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute(_LATENESS)
        late = cursor.fetchone()[0]
    return late or timedelta(0)
