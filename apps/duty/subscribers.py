"""What desks do when circles change, somebody leaves, or their own clocks or duty change."""

from datetime import datetime

from apps.core import clock, due
from apps.core.actor import Actor
from apps.core.events import after_commit, inside
from apps.core.models import Event
from apps.duty import selectors, services
from apps.duty.events import DeskChanged, DutyChanged
from apps.members.events import MembershipEnded
from apps.sharing import selectors as circles
from apps.sharing.events import CircleJoined, CircleLeft


@inside(CircleJoined)
def share_on_joining(fact: CircleJoined, actor: Actor, at: datetime) -> None:
    """Who joins a circle and those who sit there read each other's desks from now on."""
    joined = fact.seated_member_id
    for fellow_id in circles.introduced_ids(fact.subject_id, joined):
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


@inside(MembershipEnded)
def withdraw_addresses(fact: MembershipEnded, actor: Actor, at: datetime) -> None:
    """Who leaves reads no duty at any secret address, not even until the next sweep."""
    services.revoke_feeds_of_person(fact.subject_id, fact.user_id, actor=actor, at=at)


@after_commit(DeskChanged)
def read_on_other_clocks(event: Event) -> None:
    """Whole days and times without a zone are the desk's own: in another zone they move."""
    if "tz" not in event.payload["fields"]:
        return
    desk = selectors.desk(Actor.system(event.member_id), event.subject_id)
    for calendar in selectors.calendars(desk):
        token = f"{services.READ_KIND}:{calendar.pk}:{event.pk}"
        due.plan(
            services.READ_KIND,
            calendar.pk,
            at=clock.now(),
            member_id=event.member_id,
            token=token,
        )


@inside(DutyChanged)
def keep_intervals(fact: DutyChanged, actor: Actor, at: datetime) -> None:
    """The cached duty of a desk is never older than the desk."""
    services.rebuild_intervals(fact.subject_id, at=at)
