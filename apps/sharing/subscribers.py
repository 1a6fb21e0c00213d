"""What circles do when something happens to a member."""

from datetime import datetime

from apps.core.actor import Actor
from apps.core.events import inside
from apps.members.events import MemberLeft
from apps.sharing import services


@inside(MemberLeft)
def end_seats(fact: MemberLeft, actor: Actor, at: datetime) -> None:
    """Who has left the alliance sits in no circle, keeps none, and reads nothing of others."""
    services.leave_all_circles(fact.subject_id, actor=actor, at=at)
    services.end_all_received(fact.subject_id, actor=actor, at=at)
