"""Calendars are read here: a task is a doorbell, the calendar's row says what is left to do."""

from datetime import datetime
from functools import partial
from uuid import UUID

from celery import shared_task
from django.db import transaction

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.duty import services


@shared_task(name="duty.read_calendar")
def read_calendar(calendar_id: str, member_id: str) -> None:
    """Ask the address outside of any transaction: no lock waits for a stranger's server."""
    actor = Actor.system(UUID(member_id))
    with scope.acting(actor):
        job = services.job_of(UUID(calendar_id), at=clock.now())
    if job is None:
        return
    outcome = services.carry_out(job)
    with scope.acting(actor):
        services.take_outcome(UUID(calendar_id), outcome, actor=actor, at=clock.now())


def ring_reading(calendar_id: UUID, at: datetime) -> None:
    """Due service: plan the reading after this one, and ring for this one."""
    if services.plan_reading(calendar_id, at=at):
        member_id = scope.current().member_id
        call = partial(read_calendar.delay, str(calendar_id), str(member_id))
        transaction.on_commit(call, robust=True)
