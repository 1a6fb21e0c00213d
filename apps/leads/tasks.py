"""Imports run here: a task is a doorbell, the batch's row says what is left to do."""

import math
import time
from datetime import datetime
from functools import partial
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.db import transaction

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.leads import services
from apps.leads.models import Export, ImportBatch

# A long file goes on in the next task: whoever is ended by the time limit leaves the rest until the
# due row rings. Two thirds of the limit are for finding the place in the file, which counts as no
# work, or the end of a long workbook would never be reached.
WORK_IN_SECONDS = settings.CELERY_TASK_SOFT_TIME_LIMIT / 3


@shared_task(name="leads.run_import")
def run_import(batch_id: str, member_id: str) -> None:
    """Work on an import, a stretch per transaction; may be killed anywhere and rung again."""
    rows = services.Rows()
    actor = Actor.system(UUID(member_id))
    until = math.inf
    while time.monotonic() < until:
        with scope.acting(actor):
            at = clock.now()
            if not services.advance(UUID(batch_id), rows, actor=actor, at=at):
                return
        until = min(until, time.monotonic() + WORK_IN_SECONDS)
    run_import.delay(batch_id, member_id)


@shared_task(name="leads.run_export")
def run_export(export_id: str, member_id: str) -> None:
    """Write a file, a stretch per transaction, as the person who asked may read now."""
    until = time.monotonic() + WORK_IN_SECONDS
    actor = Actor.system(UUID(member_id))
    while time.monotonic() < until:
        with scope.acting(actor):
            if not services.advance_export(UUID(export_id), actor=actor, at=clock.now()):
                return
    run_export.delay(export_id, member_id)


def ring_export(made: Export) -> None:
    """Start work once the request has committed; if the broker is away, the due row rings."""
    if made.is_waiting:
        call = partial(run_export.delay, str(made.pk), str(made.member_id))
        transaction.on_commit(call, robust=True)


def ring_export_again(export_id: UUID, at: datetime) -> None:
    """Due service: a file that stands still is gone on with until it is there."""
    actor = scope.current()
    if services.advance_export(export_id, actor=actor, at=at):
        services.plan_export(export_id, actor=actor, at=at)


def ring(batch: ImportBatch) -> None:
    """Start work once the request has committed; if the broker is away, the due row rings."""
    call = partial(run_import.delay, str(batch.pk), str(batch.member_id))
    transaction.on_commit(call, robust=True)


def ring_again(batch_id: UUID, at: datetime) -> None:
    """Due service: an import that stands still is rung again."""
    if services.again(batch_id, at=at):
        member_id = scope.current().member_id
        call = partial(run_import.delay, str(batch_id), str(member_id))
        transaction.on_commit(call, robust=True)
