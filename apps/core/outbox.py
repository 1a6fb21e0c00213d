"""Telling an event's readers after commit: at least once, one drainer at a time."""

import time
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction

from apps.core import audit, clock, due, events, scope
from apps.core.actor import Actor
from apps.core.errors import ENDING
from apps.core.models import Event, Outbox

log = structlog.get_logger(__name__)

BATCH = 100
_LOCK = 0x0A111A


def drain(*, limit: int = 5_000) -> int:
    """Tell the readers of the waiting events; returns how many events are done with.

    It ends when all are told, or when its time is over: the next ring goes on.
    """
    done, until = 0, time.monotonic() + due.RUN_IN_SECONDS
    while done < limit and time.monotonic() < until:
        batch = _drain_batch(until)
        done += batch
        if batch == 0:
            break
    return done


def _drain_batch(until: float) -> int:
    with transaction.atomic():
        if not _alone():
            return 0
        at = clock.now()
        rows = list(Outbox.objects.filter(next_at__lte=at).order_by("event_id")[:BATCH])
        told = 0
        for row in rows:
            told += _tell(row, at)
            if time.monotonic() > until:
                break
        return told


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _tell(row: Outbox, at: datetime) -> bool:
    try:
        with scope.binding(Actor.system(row.member_id)), due.alone():
            event = Event.objects.get(pk=row.event_id)
            audit.chain(event)
            for reader in events.readers_of(event.name):
                reader(event)
            row.delete()
    except ENDING:
        raise
    except Exception as error:
        # Whatever it was, one bad reader must never silence all the others.
        row.attempts += 1
        row.error = f"{type(error).__name__}: {error}"[:2000]
        row.next_at = at + timedelta(seconds=min(3600, 2**row.attempts))
        row.save(update_fields=["attempts", "error", "next_at"])
        log.exception("outbox.failed", event_id=str(row.event_id))
        return False
    return True
