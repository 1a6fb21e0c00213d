"""What desks do when a circle grows or shrinks, somebody leaves, or their duty changes."""

from datetime import datetime

from apps.core.actor import Actor
from apps.core.events import inside
from apps.duty import selectors, services
from apps.duty.events import DutyChanged
from apps.members.events import MembershipEnded
from apps.sharing.events import CircleJoined, CircleLeft


@inside(CircleJoined)
def share_on_joining(fact: CircleJoined, actor: Actor, at: datetime) -> None:
    """Who joins a circle and those who sit there read each other's desks from now on."""
    joined = fact.seated_member_id
    for fellow_id in selectors.seated_ids(fact.subject_id) - {joined}:
        services.share_desks(joined, fellow_id, actor=actor, at=at)
    services.share_cover(fact.subject_id, joined, actor=actor, at=at)


@inside(CircleLeft)
def hide_on_leaving(fact: CircleLeft, actor: Actor, at: datetime) -> None:
    """Who leaves reads the others' desks no longer, nor they its, unless otherwise allied."""
    left = fact.seated_member_id
    stayed = selectors.seated_ids(fact.subject_id) - {left}
    services.part_cover(fact.subject_id, left, stayed, actor=actor, at=at)
    for fellow_id in stayed:
        services.unshare_desks(left, fellow_id, actor=actor)


@inside(MembershipEnded)
def end_seats_of_leaver(fact: MembershipEnded, actor: Actor, at: datetime) -> None:
    """Who no longer works for a member sits at none of its desks, and has no shift there."""
    services.end_seats(fact.user_id, actor=actor, at=at)


@inside(DutyChanged)
def keep_intervals(fact: DutyChanged, actor: Actor, at: datetime) -> None:
    """The cached duty of a desk is never older than the desk."""
    services.rebuild_intervals(fact.subject_id, at=at)
