"""What rooms do when circles and desks change: who sits there is who is let in."""

from datetime import datetime
from uuid import UUID

from apps.chat import services
from apps.core.actor import Actor
from apps.core.events import after_commit, inside
from apps.core.models import Event
from apps.duty.events import DeskChanged
from apps.sharing.events import CircleJoined, CircleLeft


@inside(CircleJoined, CircleLeft)
def keep_circle_room(fact: CircleJoined | CircleLeft, actor: Actor, at: datetime) -> None:
    """Whoever takes a seat comes in, and whoever loses it is out, in the same transaction."""
    services.follow_seats(fact.subject_id, actor=actor, at=at)


@inside(CircleLeft)
def part_direct_rooms(fact: CircleLeft, actor: Actor, at: datetime) -> None:
    """People whose members no circle joins any longer talk no longer directly."""
    services.part_from(fact.subject_id, fact.seated_member_id, actor=actor)


@inside(DeskChanged)
def open_desk_room(fact: DeskChanged, actor: Actor, at: datetime) -> None:
    """A new desk has a room from the beginning."""
    if not fact.fields:
        services.keep_desk_room(fact.subject_id, member_id=actor.member_id, at=at)


@after_commit(CircleJoined, CircleLeft)
def say_who_came_or_went(event: Event) -> None:
    """The circle's room shows who reads along now and who no longer does."""
    services.say_who(
        event.subject_id,
        UUID(event.payload["seated_member_id"]),
        code="member.joined" if event.name == CircleJoined.name else "member.left",
        cid=event.pk,
        actor=Actor.system(event.member_id),
        at=event.occurred_at,
    )
