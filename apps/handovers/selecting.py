"""Choosing the receiver: fewest handovers over any horizon, nobody asked twice in a round."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from apps.core.actor import Actor
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers.models import Policy
from apps.investigations import selectors as investigations
from apps.investigations.models import Investigation
from apps.members.models import Member
from apps.sharing.models import Tlp


@dataclass(frozen=True, slots=True)
class Candidate:
    """A desk that may be offered the case, with how long its duty still lasts."""

    desk: Desk
    remaining: timedelta
    load: int


def policy_of(member_id: UUID) -> Policy:
    """The member's handover policy; the defaults where it has set none."""
    return Policy.objects.filter(pk=member_id).first() or Policy(member_id=member_id)


def eligible(investigation: Investigation, *, refused: Collection[UUID] = ()) -> list[Desk]:
    """Desks that may hold the case at all: circle, TLP, jurisdiction, language, capacity.

    Runs under the owner's stamp. The holder is never its own receiver.
    """
    system = Actor.system(investigation.member_id)
    load = investigations.load_by_desk(system)
    holder = investigation.accountable_desk_id
    desks = list(duty.desks(system))
    suspended = _suspended({desk.member_id for desk in desks})
    holders_languages = next((d.languages for d in desks if d.pk == holder), [])
    policy = policy_of(investigation.member_id)
    return [
        desk
        for desk in desks
        if desk.pk != holder
        and desk.pk not in refused
        and desk.member_id not in suspended
        and _may_travel(investigation, desk, policy)
        and _shares_language(investigation, desk, holders_languages)
        and load.get(desk.pk, 0) < desk.capacity
    ]


def _suspended(member_ids: Collection[UUID]) -> set[UUID]:
    """Members for whom nobody acts at the moment: nobody would answer."""
    rows = Member.objects.filter(pk__in=member_ids).exclude(state=Member.State.ACTIVE)
    return set(rows.values_list("pk", flat=True))


def _may_travel(investigation: Investigation, desk: Desk, policy: Policy) -> bool:
    if investigation.jurisdiction and investigation.jurisdiction not in desk.jurisdictions:
        return False
    if desk.member_id == investigation.member_id:
        return True
    return policy.to_allies and investigation.tlp != Tlp.RED


def _shares_language(
    investigation: Investigation, desk: Desk, holders_languages: Collection[str]
) -> bool:
    team = {investigation.language, *holders_languages}
    return not team.isdisjoint(desk.languages)


def candidates(
    investigation: Investigation, at: datetime, *, refused: Collection[UUID] = ()
) -> list[Candidate]:
    """Desks on duty at `at`, the best first: longest remaining duty, then load, then order."""
    system = Actor.system(investigation.member_id)
    load = investigations.load_by_desk(system)
    desks = eligible(investigation, refused=refused)
    ends = duty.duty_ends(desks, at)
    found = [
        Candidate(desk, end - at, load.get(desk.pk, 0))
        for desk in desks
        if (end := ends.get(desk.pk)) is not None
    ]
    return sorted(
        found,
        key=lambda c: (-c.remaining, c.load / max(c.desk.capacity, 1), c.desk.order, c.desk.pk),
    )


def next_start(investigation: Investigation, at: datetime) -> datetime | None:
    """When the first eligible desk, the holder included, comes on duty after `at`."""
    system = Actor.system(investigation.member_id)
    desks = eligible(investigation)
    desks += [d for d in duty.desks(system) if d.pk == investigation.accountable_desk_id]
    starts = duty.next_starts(desks, at)
    return min((start for start in starts.values() if start), default=None)


def on_duty_from(desk: Desk, at: datetime) -> datetime | None:
    """`at` when the desk is on duty then, else its next start; None when it never comes."""
    if duty.is_on_duty(desk, at):
        return at
    return duty.next_start(desk, at)
