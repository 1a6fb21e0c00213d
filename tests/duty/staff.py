"""A desk that is always on duty, three analysts who take turns there day by day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from apps.core import scope
from apps.core.actor import Actor
from apps.core.models import Event
from apps.duty import selectors, services
from apps.duty.models import Desk, Leave, Rota, Swap
from apps.duty.services import RotaFacts
from apps.members.models import Member
from tests.duty.conftest import NOON, desk_of
from tests.factories.world import make_person

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass
class Staff:
    """`ana` keeps the desk; ada, ben and cleo take turns from 8 March 2027, 09:00 in Hangzhou."""

    ana: Actor
    ada: Actor
    ben: Actor
    cleo: Actor
    desk: Desk
    rota: Rota

    @property
    def names(self) -> dict[UUID | None, str]:
        people = {"ana": self.ana, "ada": self.ada, "ben": self.ben, "cleo": self.cleo}
        return {actor.user_id: name for name, actor in people.items()}

    def on(self, at: datetime) -> list[str]:
        """The names of those on duty."""
        with scope.acting(self.ana):
            return [self.names[p] for p in selectors.people_on_duty(self.desk, at)]

    def ask(self, who: Actor, day: int, **more: Any) -> Swap:
        """Ask others to take the turn that begins so many days after the first."""
        start = more.pop("starts_at", FIRST + day * DAY)
        end = more.pop("ends_at", start + DAY)
        at = more.pop("at", NOON)
        with scope.acting(who):
            return services.ask_swap(
                self.desk.pk, self.rota.pk, start, end, actor=who, at=at, **more
            )

    def take(self, who: Actor, swap: Swap, at: datetime = NOON) -> Swap:
        with scope.acting(who):
            return services.take_swap(swap.pk, actor=who, at=at)

    def away(self, who: Actor, start: datetime, end: datetime, by: Actor | None = None) -> Leave:
        by = by or who
        assert who.user_id is not None
        with scope.acting(by):
            return services.enter_leave(who.user_id, start, end, actor=by, at=NOON)

    def events(self, name: str) -> list[Event]:
        with scope.acting(self.ana):
            return list(Event.objects.filter(name=name).order_by("id"))


# The first turn: 09:00 in Hangzhou, before the instant of the tests.
FIRST = datetime.fromisoformat("2027-03-08T01:00:00+00:00")
# When the desk was staffed and its rota made, so that the days before the tests are its own too.
STAFFED = FIRST - timedelta(days=30)
FACTS = RotaFacts(
    name="First line",
    unit="daily",
    start_on=date(2027, 3, 8),
    start_time="09:00",
    people=(),
)


def make_staff(ana: Actor) -> Staff:
    member = Member.objects.get(pk=ana.member_id)
    ada, ben, cleo = (make_person(name, member) for name in ("Ada One", "Ben Two", "Cleo Three"))
    desk = desk_of(ana, "Night and day", "Asia/Shanghai", "00:00", "24:00", days=EVERY_DAY)
    with scope.acting(ana):
        for person in (ada, ben, cleo):
            services.put_person(desk.pk, user_of(person), actor=ana, at=STAFFED)
        rota = services.create_rota(desk.pk, facts(ada, ben, cleo), actor=ana, at=STAFFED)
    return Staff(ana, ada, ben, cleo, desk, rota)


def facts(*people: Actor, **more: Any) -> RotaFacts:
    said = {name: getattr(FACTS, name) for name in FACTS.__dataclass_fields__}
    return RotaFacts(**{**said, "people": [user_of(person) for person in people], **more})


def user_of(actor: Actor) -> UUID:
    assert actor.user_id is not None
    return actor.user_id
