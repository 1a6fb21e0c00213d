"""Doorbells: beat rings them, services do the work."""

import structlog
from celery import shared_task

from apps.core import due, outbox, reconcilers

log = structlog.get_logger(__name__)
LATE_AFTER_IN_SECONDS = 60


@shared_task(name="core.dispatch_due")
def dispatch_due() -> None:
    due.run()


@shared_task(name="core.drain_outbox")
def drain_outbox() -> None:
    outbox.drain()


@shared_task(name="core.reconcile")
def reconcile() -> None:
    """Re-derive what must be due, and say so when the oldest due row is late."""
    late = due.lateness().total_seconds()
    if late > LATE_AFTER_IN_SECONDS:
        log.error("due.late", seconds=late)
    reconcilers.run()
