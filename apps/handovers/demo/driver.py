"""A simulated clock: due work is fired in its order and people answer, up to now."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import Min

from apps.core import clock, outbox, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.models import Due, Outbox
from apps.core.registries import due_kinds
from apps.handovers import selectors, services
from apps.handovers.demo import talk
from apps.handovers.demo.founding import World
from apps.handovers.models import Handover
from apps.handovers.services.answering import ReadBack

Action = Callable[[datetime], None]
DECLINES, SILENT = 0.05, 0.08


class Driver:
    """Runs planned actions, due rows and answers in the order of their instants."""

    def __init__(self, world: World, random: Random) -> None:
        self.world = world
        self.random = random
        self.on_accepted: Callable[[Handover, str, Actor, datetime], None] | None = None
        self._actions: list[tuple[datetime, int, Action]] = []
        self._planned = 0
        self._seen: set[UUID] = set()
        self._last = datetime.min

    def plan(self, at: datetime, action: Action) -> None:
        """Have something happen at an instant; equal instants keep their order."""
        self._planned += 1
        heapq.heappush(self._actions, (at, self._planned, action))

    def run(self, since: datetime, until: datetime) -> None:
        """Let everything happen that is planned or becomes due up to an instant."""
        self._last = since
        while (at := self._next()) is not None and at <= until:
            self._last = max(self._last, at)
            clock.move_to(self._last)
            self._fire(self._last)
            while self._actions and self._actions[0][0] <= self._last:
                heapq.heappop(self._actions)[2](self._last)
            self._notice_offers(self._last)
            outbox.drain()

    def _next(self) -> datetime | None:
        # A lower bound keeps the search from walking over the rows that are done.
        row = self._due().filter(due_at__gte=self._last - timedelta(hours=1)).aggregate(
            first=Min("due_at")
        )
        planned = self._actions[0][0] if self._actions else None
        instants = [at for at in (row["first"], planned) if at is not None]
        return min(instants, default=None)

    def _due(self) -> Any:
        return Due.objects.filter(state=Due.State.PLANNED, member_id__in=self.world.member_ids)

    def _fire(self, at: datetime) -> None:
        """Due work the way the dispatcher does it, in an order that does not depend on ids."""
        while rows := list(
            self._due().filter(due_at__gte=at - timedelta(hours=1), due_at__lte=at)
        ):
            for row in sorted(rows, key=lambda row: (row.due_at, self._place(row), row.kind)):
                row.refresh_from_db(fields=["state"])
                if row.state != Due.State.PLANNED:
                    continue
                with scope.acting(Actor.system(row.member_id)):
                    due_kinds[row.kind](row.ref, at)
                row.state, row.done_at = Due.State.DONE, at
                row.save(update_fields=["state", "done_at"])

    def _place(self, row: Due) -> tuple[int, str]:
        """Member and case of a due row."""
        place = self.world.member_ids.index(row.member_id)
        with scope.binding(Actor.system(row.member_id)):
            found = Handover.objects.filter(pk=row.ref).values_list(
                "investigation__reference", flat=True
            )
            return place, found.first() or self.world.references.get(row.ref, "")

    def _notice_offers(self, at: datetime) -> None:
        """Each offer is seen once by its desk, which answers a little later, or does not."""
        for member_id in self.world.member_ids:
            actor = Actor.system(member_id)
            with scope.binding(actor):
                offers = list(selectors.inbox(actor))
            for offer in sorted(offers, key=self._order):
                if offer.pk not in self._seen:
                    self._seen.add(offer.pk)
                    self._plan_answer(offer, at)

    def _order(self, offer: Handover) -> tuple[datetime, str]:
        reference = self.world.references.get(offer.investigation_id, "")
        return offer.offered_at or offer.planned_at, reference

    def _plan_answer(self, offer: Handover, at: datetime) -> None:
        chance, delay = self.random.random(), timedelta(minutes=self.random.randrange(1, 11))
        desk = self.world.key_of(offer.to_desk_id) if offer.to_desk_id else ""
        actor = self.random.choice(self.world.at_desk[desk])
        if chance < DECLINES:
            self.plan(at + delay, lambda when: self.decline(offer.pk, actor, when))
        elif chance > DECLINES + SILENT:
            self.plan(at + delay, lambda when: self.accept(offer.pk, desk, actor, when))

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
                taken = services.accept_handover(
                    handover_id, read_back=words, actor=actor, at=at
                )
        except DomainError:
            return False
        if self.on_accepted is not None:
            self.on_accepted(taken, desk, actor, at)
        return True

    def _words(self, desk: str) -> str:
        spoken = self.world.desks[desk].languages[0]
        own = talk.READ_BACKS_BY_LANGUAGE.get(spoken)
        return own if own and self.random.random() < 0.5 else self.random.choice(talk.READ_BACKS)

    def decline(self, handover_id: UUID, actor: Actor, at: datetime) -> None:
        code, reason = self.random.choice(talk.DECLINES)
        try:
            with scope.acting(actor):
                services.decline_handover(
                    handover_id, reason_code=code, reason=reason, actor=actor, at=at
                )
        except DomainError:
            return


def failures() -> list[str]:
    """What the drained outbox could not tell: empty when all went well."""
    return list(Outbox.objects.exclude(error="").values_list("error", flat=True)[:5])
