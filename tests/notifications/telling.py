"""What tests of notifications share: telling, letting time pass, what workers do."""

from datetime import datetime
from uuid import UUID

from apps.core import clock, due, outbox, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.notifications import selectors, services
from apps.notifications.models import Notification
from tests.factories.world import NOON

SUBJECT = ("test.thing", uuid7())
# The people who may not see the thing any more.
HIDDEN: set[UUID | None] = set()


def tell(
    *people: Actor,
    by: Actor | None = None,
    kind: str = "test.rings",
    token: str = "offer 1",
    at: datetime = NOON,
    answer_by: datetime | None = None,
    other_zone: str = "",
) -> list[Notification]:
    teller = by or people[0]
    with scope.acting(Actor.system(teller.member_id)):
        return services.notify(
            [(p.member_id, p.user_id or UUID(int=0)) for p in people],
            kind=kind,
            subject=SUBJECT,
            token=token,
            at=at,
            answer_by=answer_by,
            other_zone=other_zone,
        )


def told(actor: Actor) -> list[Notification]:
    with scope.acting(actor):
        return list(selectors.newest(actor))


def work(at: datetime | None = None) -> None:
    """What beat and workers do at an instant."""
    if at is not None:
        clock.move_to(at)
    outbox.drain()
    due.run()
    services.deliver()


def rest(actor: Actor, starts: str, ends: str, *, days: object = range(7)) -> None:
    with scope.acting(actor):
        services.set_quiet_hours(starts, ends, days, actor=actor, at=clock.now())


def wish(actor: Actor, group: str, mail: str, *, push: bool = True) -> None:
    with scope.acting(actor):
        choice = services.Choice(mail=mail, push=push)
        services.choose({group: choice}, actor=actor, at=clock.now())
