"""A day in two minutes: the clock moves, real workers fire, demo people answer."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from celery import current_app
from django.db import transaction

from apps.core import clock, scope, walltime
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.models import Due, Event
from apps.core.tasks import dispatch_due, drain_outbox
from apps.duty import selectors as duty
from apps.handovers.demo.driver import Driver
from apps.handovers.demo.founding import World
from apps.handovers.models import Handover
from apps.handovers.services import asking

STEP = timedelta(minutes=4)
ANSWER_AFTER = timedelta(minutes=3)
# Longer than any stretch of work of one step takes.
PATIENCE_IN_SECONDS = 30
LOOK_EVERY = 0.05
TOLD = {
    "handover.offered": "offered",
    "handover.accepted": "accepted",
    "handover.declined": "declined",
    "handover.expired": "not answered",
    "custody.held": "held",
    "custody.resumed": "resumed",
}


def require_worker() -> None:
    """Raise DomainError unless a worker answers: nothing else may fire the due work."""
    if not current_app.control.ping(timeout=2):
        raise DomainError(
            "demo.no_worker", "No worker answers: start the product with `make up` first."
        )


class Timelapse:
    """Moves the demo's clock step by step; says what happens through `say`."""

    def __init__(self, world: World, say: Callable[[str], None]) -> None:
        self.world, self.say = world, say
        self.driver = Driver(world, Random(1))  # noqa: S311 - whose turn it is, not a secret
        self._told: set[UUID] = set()

    def run(self, span: timedelta, speed: float) -> None:
        """Let `span` pass, `speed` times as fast as real time, or as fast as workers follow."""
        at = clock.now()
        self._remember(at)
        until = at + span
        while at < until:
            began = time.monotonic()
            at = min(at + STEP, until)
            clock.move_to(at)
            self._let_workers_work()
            self._answer(at)
            self._tell(at)
            pause = STEP.total_seconds() / speed - (time.monotonic() - began)
            time.sleep(max(0, pause))

    def _let_workers_work(self) -> None:
        """Ring, and wait until everything due has been fired by somebody."""
        dispatch_due.delay()
        drain_outbox.delay()
        give_up = time.monotonic() + PATIENCE_IN_SECONDS
        while self._is_due():
            if time.monotonic() > give_up:
                raise DomainError("demo.no_worker", "The workers do not fire what is due.")
            time.sleep(LOOK_EVERY)

    def _is_due(self) -> bool:
        waiting = Due.objects.filter(state=Due.State.PLANNED, attempts=0)
        return waiting.filter(due_at__lte=clock.now()).exists()

    def _answer(self, at: datetime) -> None:
        """People on duty take what has been offered for a few minutes."""
        for offer in self._offers():
            desk = self._asked(offer)
            waited = at - (offer.offered_at or at)
            if desk and waited >= ANSWER_AFTER and self._is_on_duty(desk, at):
                people = self.world.at_desk[desk]
                actor = people[offer.attempt % len(people)]
                self.driver.accept(offer.pk, desk, actor, at)

    def _offers(self) -> list[Handover]:
        offers: list[Handover] = []
        for member_id in self._each_member():
            found = Handover.objects.filter(member_id=member_id, state=Handover.State.OFFERED)
            offers += found.order_by("offered_at", "id")
        return offers

    def _each_member(self) -> Iterator[UUID]:
        """Act for one after the other, in one transaction: it looks twice in each step."""
        with transaction.atomic():
            for member_id in self.world.member_ids:
                with scope.binding(Actor.system(member_id)):
                    yield member_id

    def _asked(self, offer: Handover) -> str:
        """The desk that is asked; of several, the best."""
        with scope.acting(Actor.system(offer.member_id)):
            rows = asking.waiting(offer)
        return self.world.key_of(rows[0].desk_id) if rows else ""

    def _is_on_duty(self, key: str, at: datetime) -> bool:
        desk = self.world.desks[key]
        with scope.acting(Actor.system(desk.member_id)):
            return duty.is_on_duty(desk, at)

    def _remember(self, at: datetime) -> None:
        self._told = {event.pk for event in self._events(at)}

    def _events(self, at: datetime) -> list[Event]:
        """What was announced in the last hour; a late commit is still found."""
        found: list[Event] = []
        for member_id in self._each_member():
            found += Event.objects.filter(
                member_id=member_id,
                subject_type="investigation",
                occurred_at__range=(at - timedelta(hours=1), at + timedelta(minutes=1)),
                name__in=TOLD,
            )
        return sorted(found, key=lambda event: (event.occurred_at, event.pk))

    def _tell(self, at: datetime) -> None:
        for event in self._events(at):
            if event.pk not in self._told:
                self._told.add(event.pk)
                self.say(self._line(event))

    def _line(self, event: Event) -> str:
        payload = event.payload
        place = self._place(payload.get("to_desk_id") or payload.get("desk_id"), event)
        source = payload.get("from_desk_id")
        origin = f" from {self._place(source, event)}" if source else ""
        case = self.world.references.get(event.subject_id, "")
        return f"{event.occurred_at:%H:%M} UTC  {case:8} {TOLD[event.name]:13} {place}{origin}"

    def _place(self, desk_id: object, event: Event) -> str:
        desk = next((d for d in self.world.desks.values() if str(d.pk) == str(desk_id)), None)
        if desk is None:
            return "a desk"
        return f"{desk.name} {walltime.local(desk.tz, event.occurred_at):%a %H:%M}"
