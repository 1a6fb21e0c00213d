"""A synthetic year: whatever is due is fired at its instant, people answer by a seeded chance.

The real services do all of it, with time passed in: the loop jumps to whatever comes next.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from django.db.models import Min

from apps.core import audit, clock, due, events, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.models import Due, Event, Outbox
from apps.handovers import selecting, selectors, services
from apps.handovers.models import Asked, Handover
from apps.handovers.proving.changes import Changes
from apps.handovers.proving.world import World
from apps.handovers.services.reading_back import ReadBack

Act = Callable[[datetime], object]
READ_BACK = "I take it over as you have left it, and go on from there."
# Of a hundred offers so many are declined, met with silence, given back, undone.
DECLINED, SILENT, GIVEN_BACK, UNDONE = 10, 12, 4, 3
# Readers of events that custody depends on; nobody is told of what is made up.
KEEPERS = ("apps.handovers.subscribers", "apps.duty.subscribers")


class Replay:
    """One run over one world; the same seed gives the same year."""

    def __init__(self, world: World, random: Random) -> None:
        self.world = world
        self.random = random
        self.counted: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._acts: list[tuple[datetime, int, Act]] = []
        self._planned = 0
        self._answering: set[UUID] = set()
        self._seen_up_to = datetime.min.replace(tzinfo=UTC)

    def plan(self, at: datetime, act: Callable[..., object], *told: object) -> None:
        """Have `act(*told, instant)` happen at an instant; equal instants keep their order."""
        self._planned += 1
        step: Act = partial(act, *told)
        heapq.heappush(self._acts, (at, self._planned, step))

    def run(self, since: datetime, until: datetime, say: Callable[[datetime], None]) -> None:
        """Let everything happen from one instant to another; `say` hears each new day."""
        day = since
        while day < until:
            self.plan(day, self._live_a_day)
            day += timedelta(days=1)
        at, said = since, since
        while (following := self._next()) is not None and following <= until:
            at = max(at, following)
            with clock.standing_at(at):
                self._step(at)
            if at - said >= timedelta(days=1):
                said = at
                say(at)

    def _live_a_day(self, at: datetime) -> None:
        """What managers change on a day, emergencies, and what the reconciler does each minute."""
        Changes(self.world, self.random, self.plan, self.attempt).of_a_day(at)
        for case_id in self.world.cases:
            if self.random.random() < 0.02:
                when = at + timedelta(minutes=self.random.randrange(24 * 60))
                self.plan(when, self._emergency, case_id)
        self._reconcile(at)

    def _next(self) -> datetime | None:
        waiting = Due.objects.filter(
            state=Due.State.PLANNED, member_id__in=self.world.member_ids
        ).aggregate(first=Min("due_at"))["first"]
        planned = self._acts[0][0] if self._acts else None
        return min((at for at in (waiting, planned) if at is not None), default=None)

    def _step(self, at: datetime) -> None:
        while due.run(members=self.world.member_ids):
            self.counted["rounds of due work"] += 1
        while self._acts and self._acts[0][0] <= at:
            heapq.heappop(self._acts)[2](at)
        self._tell()
        self._notice_offers(at)

    def _tell(self) -> None:
        """What the outbox does, for these members: the audit trail, and who keeps custody."""
        waiting: dict[UUID, list[UUID]] = defaultdict(list)
        rows = Outbox.objects.filter(member_id__in=self.world.member_ids).order_by("event_id")
        for event_id, member_id in rows.values_list("event_id", "member_id"):
            waiting[member_id].append(event_id)
        for member_id, ids in waiting.items():
            with scope.acting(Actor.system(member_id)):
                told = list(Event.objects.filter(pk__in=ids).order_by("pk"))
                audit.chain_all(told)
                for event in told:
                    for reader in events.readers_of(event.name):
                        if reader.__module__ in KEEPERS:
                            reader(event)
                Outbox.objects.filter(pk__in=ids).delete()

    def _reconcile(self, at: datetime) -> None:
        for case_id, owner_id in self.world.cases.items():
            with scope.acting(Actor.system(owner_id)):
                services.replan(case_id, at=at)

    def _notice_offers(self, at: datetime) -> None:
        for owner_id in dict.fromkeys(self.world.cases.values()):
            with scope.acting(Actor.system(owner_id)):
                found = Asked.objects.filter(member_id=owner_id, state=Asked.State.WAITING)
                fresh = list(found.order_by("asked_at", "position", "desk_id"))
            for asked in fresh:
                if asked.pk not in self._answering:
                    self._answering.add(asked.pk)
                    self.counted["desks asked"] += 1
                    self._plan_answer(asked, at)

    def _plan_answer(self, asked: Asked, at: datetime) -> None:
        chance, delay = self.random.randrange(100), timedelta(minutes=self.random.randrange(1, 13))
        desk = self.world.desks[asked.desk_id]
        actor = self.random.choice(self.world.at_desk[asked.desk_id])
        if chance < DECLINED:
            self.plan(at + delay, self._decline, asked.handover_id, actor)
        elif chance >= DECLINED + SILENT:
            with scope.acting(actor):
                starts_at = selecting.on_duty_from(desk, at) or at
            self.plan(starts_at + delay, self._accept, asked.handover_id, actor)

    def _accept(self, handover_id: UUID, actor: Actor, at: datetime) -> None:
        def take() -> Handover:
            reading = selectors.read_briefing(actor, selectors.find(actor, handover_id))
            assert reading is not None  # noqa: S101 - I6: an offer has a briefing
            answers = {a["id"]: "take" for a in reading.content.get("actions", [])}
            words = ReadBack(text=READ_BACK, answers=answers, version=reading.briefing.version)
            return services.accept_handover(handover_id, read_back=words, actor=actor, at=at)

        if not self.attempt("accept", actor, take):
            return
        chance = self.random.randrange(100)
        if chance < GIVEN_BACK:
            self.plan(at + timedelta(minutes=5), self._give_back, handover_id, actor)
        elif chance < GIVEN_BACK + UNDONE:
            self.plan(at + timedelta(seconds=30), self._undo, handover_id, actor)

    def _decline(self, handover_id: UUID, actor: Actor, at: datetime) -> None:
        decline = partial(
            services.decline_handover,
            handover_id,
            reason_code="no_capacity",
            reason="",
            actor=actor,
            at=at,
        )
        self.attempt("decline", actor, decline)

    def _undo(self, handover_id: UUID, actor: Actor, at: datetime) -> None:
        undo = partial(services.undo_acceptance, handover_id, actor=actor, at=at)
        self.attempt("undo", actor, undo)

    def _give_back(self, handover_id: UUID, actor: Actor, at: datetime) -> None:
        give = partial(services.bounce_handover, handover_id, reason="Full", actor=actor, at=at)
        self.attempt("give back", actor, give)

    def _emergency(self, case_id: UUID, at: datetime) -> None:
        manager = self.world.managers[self.world.cases[case_id]]
        ask = partial(services.hand_over_now, case_id, situation="Raid", actor=manager, at=at)
        self.attempt("emergency", manager, ask)

    def attempt(self, name: str, actor: Actor, act: Callable[[], object]) -> bool:
        """As a request does it: a refusal undoes what was begun. Whether it was done."""
        try:
            with scope.acting(actor), due.alone():
                act()
        except DomainError as error:
            self.refused[f"{name}: {error.code}"] += 1
            return False
        self.counted[name] += 1
        return True
