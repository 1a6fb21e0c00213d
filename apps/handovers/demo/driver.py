"""A simulated clock: due work is fired in its order and people answer, up to now."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from django.db.models import Min, QuerySet

from apps.core import audit, clock, events, outbox, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.models import Due, Event, Outbox
from apps.core.registries import due_kinds
from apps.handovers import selecting, selectors, services
from apps.handovers.demo import talk
from apps.handovers.demo.founding import World
from apps.handovers.models import Handover
from apps.handovers.notifying import note_in_room
from apps.handovers.services import ReadBack, asking
from apps.notifications import services as notifications

Action = Callable[[datetime], object]
DECLINES, SILENT = 0.05, 0.05
OFFERING = {"handover.offer", "handover.expire", "handover.retry"}
# Each day of a desk makes its cached duty a day longer: only the last of them is seen.
DAILY = "duty.extend"
SLACK = timedelta(minutes=5)
# People find what happened since yesterday; older news they have read long ago.
FRESH = timedelta(hours=20)


class Driver:
    """Runs planned actions, due rows and answers in the order of their instants."""

    def __init__(self, world: World, random: Random) -> None:
        self.world = world
        self.random = random
        self.on_accepted: Callable[[Handover, str, Actor, datetime], None] | None = None
        self._actions: list[tuple[datetime, int, Action]] = []
        self._planned = 0
        self._seen: set[UUID] = set()
        self._last = datetime.min.replace(tzinfo=UTC)

    def plan(self, at: datetime, action: Callable[..., object], *told: object) -> None:
        """Have `action(*told, instant)` happen at an instant; equal instants keep their order."""
        self._planned += 1
        step: Action = partial(action, *told)
        heapq.heappush(self._actions, (at, self._planned, step))

    def run(self, since: datetime, until: datetime) -> None:
        """Let everything happen that is planned or becomes due up to an instant."""
        self._last = since
        while (at := self._next()) is not None and at <= until:
            self._last = max(self._last, at)
            clock.move_to(self._last)
            with clock.standing_at(self._last):
                self._step(self._last, until)
        clock.move_to(until)
        self._extend(until)
        outbox.drain()
        # While no letter leaves: what waited for the courier would be mailed later else.
        while notifications.deliver():
            pass

    def _step(self, at: datetime, until: datetime) -> None:
        """What is due, what is planned, and what is told of both; it is one instant for all."""
        self._fire(at)
        while self._actions and self._actions[0][0] <= at:
            heapq.heappop(self._actions)[2](at)
        if at < until - FRESH:
            self._settle()
        else:
            outbox.drain()

    def _extend(self, at: datetime) -> None:
        """The days of cached duty that have been passed over, at once for each desk."""
        for row in self._waiting().filter(kind=DAILY, due_at__lte=at).order_by("due_at"):
            self._fire_row(row, at)

    def _settle(self) -> None:
        """Events of long ago go into the audit trail and the rooms; no one is told of them."""
        rows = list(Outbox.objects.order_by("event_id"))
        for member_id in {row.member_id for row in rows}:
            ids = [row.event_id for row in rows if row.member_id == member_id]
            with scope.binding(Actor.system(member_id)):
                told = list(Event.objects.filter(pk__in=ids).order_by("pk"))
                audit.chain_all(told)
                for event in told:
                    if note_in_room in events.readers_of(event.name):
                        note_in_room(event)
        Outbox.objects.filter(pk__in=[row.pk for row in rows]).delete()

    def _next(self) -> datetime | None:
        # A lower bound keeps the search from walking over the rows that are done.
        recent = self._due().filter(due_at__gte=self._last - SLACK)
        first = recent.aggregate(first=Min("due_at"))["first"]
        planned = self._actions[0][0] if self._actions else None
        return min((at for at in (first, planned) if at is not None), default=None)

    def _waiting(self) -> QuerySet[Due]:
        return Due.objects.filter(state=Due.State.PLANNED, member_id__in=self.world.member_ids)

    def _due(self) -> QuerySet[Due]:
        return self._waiting().exclude(kind=DAILY)

    def _fire(self, at: datetime) -> None:
        """Due work the way the dispatcher does it, in an order that does not depend on ids."""
        while rows := list(self._due().filter(due_at__range=(at - SLACK, at))):
            places = self._places(rows)
            rows.sort(key=lambda row: (row.due_at, places.get(row.ref, ""), row.kind))
            for row in rows:
                self._fire_row(row, at)
            self._notice_offers({row.member_id for row in rows if row.kind in OFFERING}, at)

    def _fire_row(self, row: Due, at: datetime) -> None:
        claimed = Due.objects.filter(pk=row.pk, state=Due.State.PLANNED)
        if claimed.update(state=Due.State.DONE, done_at=at):
            with scope.acting(Actor.system(row.member_id)):
                due_kinds[row.kind](row.ref, at)

    def _places(self, rows: list[Due]) -> dict[UUID, str]:
        """The case of each due row: its order at one instant."""
        places = dict(self.world.references)
        for member_id in {row.member_id for row in rows}:
            refs = [row.ref for row in rows if row.member_id == member_id]
            with scope.binding(Actor.system(member_id)):
                found = Handover.objects.filter(pk__in=refs, member_id=member_id)
                for pk, case_id in found.values_list("pk", "investigation_id"):
                    places[pk] = self.world.references.get(case_id, "")
        return places

    def _notice_offers(self, owner_ids: set[UUID], at: datetime) -> None:
        """Each offer is seen once by its desk, which answers a little later, or does not."""
        for owner_id in sorted(owner_ids, key=self.world.member_ids.index):
            with scope.binding(Actor.system(owner_id)):
                offers = list(
                    Handover.objects.filter(member_id=owner_id, state=Handover.State.OFFERED)
                    .exclude(pk__in=self._seen)
                    .select_related("investigation")
                )
            for offer in sorted(offers, key=lambda o: o.investigation.reference):
                self._seen.add(offer.pk)
                self._plan_answer(offer, at)

    def _plan_answer(self, offer: Handover, at: datetime) -> None:
        chance, delay = self.random.random(), timedelta(minutes=self.random.randrange(1, 11))
        with scope.binding(Actor.system(offer.member_id)):
            asked = asking.waiting(offer)[0].desk_id
        key = self.world.key_of(asked)
        desk, actor = self.world.desks[key], self.random.choice(self.world.at_desk[key])
        with scope.binding(actor):
            starts_at = selecting.on_duty_from(desk, at) or at
        if chance < DECLINES:
            self.plan(at + delay, self.decline, offer, actor)
        elif chance > DECLINES + SILENT:
            self.plan(starts_at + delay, self.accept, offer.pk, key, actor)

    def accept(self, handover_id: UUID, desk: str, actor: Actor, at: datetime) -> bool:
        """Read back and take the case; False when the offer is gone."""
        try:
            with scope.acting(actor):
                reading = selectors.read_briefing(actor, selectors.find(actor, handover_id))
                if reading is None:
                    return False
                answers = {a["id"]: "take" for a in reading.content.get("actions", [])}
                words = ReadBack(
                    text=self._words(desk), answers=answers, version=reading.briefing.version
                )
                taken = services.accept_handover(handover_id, read_back=words, actor=actor, at=at)
        except DomainError:
            return False
        if self.on_accepted is not None:
            self.on_accepted(taken, desk, actor, at)
        return True

    def _words(self, desk: str) -> str:
        spoken = self.world.desks[desk].languages[0]
        own = talk.READ_BACKS_BY_LANGUAGE.get(spoken)
        return own if own and self.random.random() < 0.5 else self.random.choice(talk.READ_BACKS)

    def decline(self, offer: Handover, actor: Actor, at: datetime) -> None:
        code, reason = self.random.choice(talk.DECLINES)
        try:
            with scope.acting(actor):
                services.decline_handover(
                    offer.pk, reason_code=code, reason=reason, actor=actor, at=at
                )
        except DomainError:
            return
        self._notice_offers({offer.member_id}, at)


def failures() -> list[str]:
    """What the drained outbox could not tell: empty when all went well."""
    return list(Outbox.objects.exclude(error="").values_list("error", flat=True)[:5])
