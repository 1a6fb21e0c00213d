"""A day of six cases at three desks: what people do is fixed, who fires what is due is not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from apps.core import clock, due, scope
from apps.core.actor import Actor
from apps.core.models import Due
from apps.duty.models import Desk
from apps.handovers import services
from apps.handovers.models import Handover
from apps.investigations.models import Custody
from apps.sharing import services as sharing
from tests.factories.world import NOON, make_member, make_person
from tests.handovers.conftest import make_desk, open_case, read_back

CASES = 6
# 17:10 in Hangzhou, whose duty ends at 18:00. Milan is there from 08:00 to 17:00 UTC, the ally's
# Tunis from 07:00 to 16:00.
MORNING = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
Chain = dict[str, list[Any]]
Worked = Callable[[], object]


@dataclass
class Story:
    """The cast, its cases, and everybody's answers at fixed instants."""

    owner: Actor
    ally: Actor
    desks: dict[UUID, str] = field(default_factory=dict)
    cases: list[UUID] = field(default_factory=list)

    def run(self, work: Worked, disturbances: dict[int, Worked] | None = None) -> Chain:
        """Let the day pass; `work` returns when everything due was fired by somebody.

        A disturbance comes once the clock has moved to its step and the work has begun.
        """
        disturb = disturbances or {}
        for number, (minutes, answer) in enumerate(self._steps(), start=1):
            clock.move_to(MORNING + timedelta(minutes=minutes))
            if number in disturb:
                disturb[number]()
            work()
            answer(MORNING + timedelta(minutes=minutes + 2))
        return self.chain()

    def _steps(self) -> list[tuple[int, Callable[[datetime], None]]]:
        return [
            (21, self._first_answers),  # offered to Milan
            (41, self._take_all),  # silence has expired; whoever was asked next takes it
            (61, lambda _at: None),  # Hangzhou's day ends; overlaps end
            (382, self._take_all),  # Tunis is about to go
            (442, self._take_all),  # Milan is about to go, and nobody is there
            (475, lambda _at: None),  # held
        ]

    def _first_answers(self, at: datetime) -> None:
        """A third accepts, a third declines, a third says nothing."""
        for handover in self._offers():
            turn = self.cases.index(handover.investigation_id) % 3
            if turn == 0:
                self._take(handover, at)
            elif turn == 1:
                actor = self._receiver(handover)
                say = {"reason_code": "no_capacity", "reason": "", "actor": actor, "at": at}
                with scope.acting(actor):
                    services.decline_handover(handover.pk, **say)

    def _take_all(self, at: datetime) -> None:
        for handover in self._offers():
            self._take(handover, at)

    def _take(self, handover: Handover, at: datetime) -> None:
        actor = self._receiver(handover)
        words = read_back(handover, actor)
        with scope.acting(actor):
            services.accept_handover(handover.pk, read_back=words, actor=actor, at=at)

    def _receiver(self, handover: Handover) -> Actor:
        return self.owner if handover.to_member_id == self.owner.member_id else self.ally

    def _offers(self) -> list[Handover]:
        with scope.acting(self.owner):
            found = list(Handover.objects.filter(state="offered", member_id=self.owner.member_id))
        return sorted(found, key=lambda h: self.cases.index(h.investigation_id))

    def chain(self) -> Chain:
        """Who held each case and why, and what was planned when: free of ids and of chance."""
        with scope.acting(self.owner):
            return {
                f"case {number}": [self._custody(ident), self._handovers(ident)]
                for number, ident in enumerate(self.cases)
            }

    def _custody(self, case_id: UUID) -> list[Any]:
        links = Custody.objects.filter(investigation=case_id).order_by("seq")
        return [(k.seq, self.desks[k.desk_id], k.cause, k.started_at) for k in links]

    def _handovers(self, case_id: UUID) -> list[Any]:
        """In the order of their making, which their ids keep."""
        found = Handover.objects.filter(investigation=case_id).order_by("id")
        return [
            (_planned(h), h.attempt, h.state, self.desks.get(h.to_desk_id, ""), h.reason_code)
            for h in found
        ]


def _planned(handover: Handover) -> datetime | str:
    """Ends of duty are whole minutes; a round that starts while held starts when it is fired."""
    at = handover.planned_at
    return at if (at.second, at.microsecond) == (0, 0) else "at once"


def begin(name: str) -> Story:
    """Two allied members of this name, three desks, six cases in Hangzhou."""
    owner = make_person("Olga Wen", make_member(f"Owner {name}", f"OW{name[0]}"), role="manager")
    ally = make_person("Alia Ben", make_member(f"Ally {name}", f"AL{name[0]}"), role="manager")
    with scope.acting(owner):
        circle = sharing.found_circle(f"Circle {name}", actor=owner, at=NOON)
        sharing.join_circle(circle, ally.member_id, actor=owner, at=NOON)
    story = Story(owner, ally)
    made = [
        make_desk(owner, "Hangzhou", "Asia/Shanghai", "09:00", "18:00", allies=(ally,)),
        make_desk(owner, "Milan", "Europe/Rome", "09:00", "18:00", allies=(ally,)),
        make_desk(ally, "Tunis", "Africa/Tunis", "08:00", "17:00", allies=(owner,)),
    ]
    for desk in made:
        with scope.acting(Actor.system(desk.member_id)):
            Desk.objects.filter(pk=desk.pk).update(capacity=1000)
    story.desks = {desk.pk: desk.name for desk in made}
    clock.move_to(MORNING)
    story.cases = [
        open_case(owner, made[0], at=MORNING, title=f"Case {number}").pk for number in range(CASES)
    ]
    return story


def fire_here() -> None:
    """The undisturbed work: one process, nothing in its way."""
    while due.run():
        pass


def is_calm() -> bool:
    """Nothing that is due waits any more."""
    waiting = Due.objects.filter(state=Due.State.PLANNED, due_at__lte=clock.now())
    return not waiting.exists()


def fired() -> int:
    return Due.objects.filter(state=Due.State.DONE).count()
