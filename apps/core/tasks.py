"""Doorbells: beat rings them, services do the work."""

import structlog
from celery import shared_task

from apps.core import clock, due, lateness, outbox, reconcilers

log = structlog.get_logger(__name__)
HELP_WITHIN_IN_SECONDS = 5


@shared_task(name="core.dispatch_due")
def dispatch_due() -> None:
    """Fire what is due; while more than one batch waits, one more worker is asked to help."""
    if due.run_batch() and due.waiting(at_least=due.BATCH):
        # Each ring rings once at most, and one that nobody answers in time is forgotten.
        dispatch_due.apply_async(expires=HELP_WITHIN_IN_SECONDS)
    due.run()


@shared_task(name="core.drain_outbox")
def drain_outbox() -> None:
    outbox.drain()


@shared_task(name="core.reconcile")
def reconcile() -> None:
    """Re-derive what must be due, and say so when the oldest due row is late."""
    late = due.lateness()
    if late > due.LATE_AFTER:
        log.error("due.late", seconds=round(late.total_seconds()))
    lateness.watch(at=clock.now())
    reconcilers.run()
