"""What news means for leads: for signals, for the order of the inbox, for kept searches."""

from datetime import datetime
from uuid import UUID

from apps.core import clock
from apps.core.actor import Actor
from apps.core.events import after_commit, inside
from apps.core.models import Event
from apps.core.scope import bound
from apps.evidence.events import EvidenceAdded
from apps.leads import services
from apps.leads.correlating import postings
from apps.leads.events import LeadChanged, LeadCreated, LeadRestored, LeadsImported
from apps.members import selectors as members
from apps.members.events import MemberLeft
from apps.notifications import services as notifications
from apps.sharing.events import GrantActivated


@inside(EvidenceAdded)
def let_take_part(fact: EvidenceAdded, actor: Actor, at: datetime) -> None:
    """With its first evidence a lead takes part in signals, in the next batch.

    The file of an ally changes nothing: the lead is not under its stamp.
    """
    here = bound()
    if fact.subject[0] == "lead" and here is not None:
        postings.settle(here.stamp, [fact.subject_id])


@inside(MemberLeft)
def retire_postings(fact: MemberLeft, actor: Actor, at: datetime) -> None:
    """Nobody is told of a member that has left."""
    postings.retire(fact.subject_id)


@after_commit(GrantActivated)
def tell_of_share(event: Event) -> None:
    """Who is given a lead is told so, at most once an hour by one owner: nothing of its content."""
    grantee_id = UUID(event.payload["grantee_id"])
    if event.root_type != "lead" or grantee_id == event.member_id:
        return
    people = members.people_with_role(grantee_id, "analyst", "manager", "admin")
    hour = f"{event.occurred_at:%Y%m%d%H}"
    notifications.notify(
        [(grantee_id, user_id) for user_id in people],
        kind="lead.shared",
        subject=("lead", event.root_id),
        token=f"lead.shared:{event.member_id}:{grantee_id}:{hour}",
        at=clock.now(),
    )


@after_commit(LeadCreated, LeadChanged, LeadRestored, LeadsImported)
def score(event: Event) -> None:
    """What has just come in, or come back, is scored with what others add to it."""
    services.rescore(event.member_id, clock.now())


@after_commit(LeadCreated, LeadChanged, LeadsImported)
def look_through_searches(event: Event) -> None:
    services.plan_telling(event.member_id, at=clock.now())


@after_commit(GrantActivated)
def look_through_searches_of_ally(event: Event) -> None:
    """A lead that an ally shares comes in for those with whom it is shared."""
    if event.root_type == "lead":
        services.plan_telling(UUID(event.payload["grantee_id"]), at=clock.now())
