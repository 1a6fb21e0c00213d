"""Choosing the receiver: fewest handovers over any horizon, nobody asked twice in a round."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext, gettext_noop

from apps.core import memo
from apps.core.actor import Actor
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers.models import Policy
from apps.investigations import selectors as investigations
from apps.investigations.models import Investigation
from apps.members.models import Member
from apps.sharing.models import Tlp

NONE = timedelta(0)
OFF_DUTY = "off_duty"
# Why a desk is not asked; the first that holds is said.
WHY_NOT = {
    "holder": gettext_noop("%(desk)s holds the case."),
    "refused": gettext_noop("%(desk)s has been asked in this round already."),
    "pinned": gettext_noop("The case is pinned to another desk."),
    "outside_country": gettext_noop(
        "The law keeps custody of the evidence in %(country)s; %(desk)s is elsewhere."
    ),
    "member_inactive": gettext_noop("Nobody acts for the member of %(desk)s at the moment."),
    "unstaffed": gettext_noop("Nobody sits at %(desk)s."),
    "jurisdiction": gettext_noop("%(desk)s may not act under the law of %(jurisdiction)s."),
    "own_desks_only": gettext_noop("Your member lets its cases travel between its own desks only."),
    "tlp_red": gettext_noop("A case marked TLP:RED does not leave its own member."),
    "language": gettext_noop("%(desk)s shares no language with the case."),
    "capacity": gettext_noop("%(desk)s holds as many cases as it can."),
    OFF_DUTY: gettext_noop("%(desk)s is off duty then."),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A desk with how long its duty still lasts; `code` says why it is not asked, if so."""

    desk: Desk
    remaining: timedelta
    load: int
    code: str = ""

    @property
    def is_fit(self) -> bool:
        """Whether it may hold the case, whenever it is on duty."""
        return self.code in {"", OFF_DUTY}


@dataclass(frozen=True, slots=True)
class Survey:
    """Every desk that the owner sees, judged for one case at one instant; the holder's end."""

    policy: Policy
    desks: list[Candidate]
    holder: Desk | None
    holder_ends_at: datetime | None
    holder_is_vacant: bool

    @property
    def candidates(self) -> list[Candidate]:
        """Who may be asked, the best first: longest remaining duty, then load, then order."""
        return sorted(
            (found for found in self.desks if not found.code),
            key=lambda c: (-c.remaining, c.load / max(c.desk.capacity, 1), c.desk.order, c.desk.pk),
        )


@dataclass(frozen=True, slots=True)
class _Shared:
    """What decides about every desk, whichever case of the owner it is: a batch reads it once."""

    policy: Policy
    desks: tuple[Desk, ...]
    ends: dict[UUID, datetime | None]
    load: dict[UUID, int]
    inactive: set[UUID]
    staffed: set[UUID]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What decides about the desks for one case."""

    shared: _Shared
    spoken: set[str]
    pinned_to: UUID | None
    refused: Collection[UUID]


def policy_of(member_id: UUID) -> Policy:
    """The member's handover policy; the defaults where it has set none."""
    return memo.of(("handovers.policy", member_id), lambda: _policy_of(member_id))


def _policy_of(member_id: UUID) -> Policy:
    return Policy.objects.filter(pk=member_id).first() or Policy(member_id=member_id)


def _shared(owner_id: UUID, at: datetime) -> _Shared:
    """The desks that the owner sees at an instant; every reader is the owner's system."""
    system = Actor.system(owner_id)
    desks = tuple(duty.desks(system))
    return _Shared(
        policy=policy_of(owner_id),
        desks=desks,
        ends=duty.duty_ends(desks, at),
        load=investigations.load_by_desk(system),
        inactive=_inactive({desk.member_id for desk in desks}),
        staffed=staffed([desk.pk for desk in desks]),
    )


def survey(investigation: Investigation, at: datetime, *, refused: Collection[UUID] = ()) -> Survey:
    """Judge every desk that the owner sees, under the owner's stamp, in a constant number of reads.

    The holder is never its own receiver.
    """
    owner_id = investigation.member_id
    shared = memo.of(("handovers.desks", owner_id, at), lambda: _shared(owner_id, at))
    desks, ends = shared.desks, shared.ends
    holder = next((d for d in desks if d.pk == investigation.accountable_desk_id), None)
    facts = _Facts(
        shared=shared,
        spoken={investigation.language, *(holder.languages if holder else ())},
        pinned_to=investigation.pinned_to(at),
        refused=refused,
    )
    found = [
        Candidate(
            desk,
            (end - at) if (end := ends.get(desk.pk)) else NONE,
            shared.load.get(desk.pk, 0),
            _bar(investigation, desk, facts) or ("" if end else OFF_DUTY),
        )
        for desk in desks
    ]
    return Survey(
        policy=shared.policy,
        desks=found,
        holder=holder,
        holder_ends_at=ends.get(holder.pk) if holder else None,
        holder_is_vacant=holder is None
        or holder.pk not in shared.staffed
        or holder.member_id in shared.inactive,
    )


def _bar(investigation: Investigation, desk: Desk, facts: _Facts) -> str:
    """Why the desk may not hold the case at all; empty when it may."""
    shared = facts.shared
    bars = {
        "holder": desk.pk == investigation.accountable_desk_id,
        "refused": desk.pk in facts.refused,
        "pinned": facts.pinned_to is not None and desk.pk != facts.pinned_to,
        "outside_country": is_outside(investigation, desk),
        "member_inactive": desk.member_id in shared.inactive,
        "unstaffed": desk.pk not in shared.staffed,
        "jurisdiction": bool(investigation.jurisdiction)
        and investigation.jurisdiction not in desk.jurisdictions,
        **_ally_bars(investigation, desk, shared.policy),
        "language": not shared.policy.allow_translation and facts.spoken.isdisjoint(desk.languages),
        "capacity": shared.load.get(desk.pk, 0) >= desk.capacity,
    }
    return next((code for code, holds in bars.items() if holds), "")


def _ally_bars(investigation: Investigation, desk: Desk, policy: Policy) -> dict[str, bool]:
    is_ally = desk.member_id != investigation.member_id
    return {
        "own_desks_only": is_ally and not policy.to_allies,
        "tlp_red": is_ally and investigation.tlp == Tlp.RED,
    }


def is_outside(investigation: Investigation, desk: Desk) -> bool:
    """Whether the legal lock keeps custody away from the desk."""
    country = investigation.custody_country
    return bool(country) and desk.country != country


def _inactive(member_ids: Collection[UUID]) -> set[UUID]:
    """Members for whom nobody acts at the moment: nobody would answer."""
    rows = Member.objects.filter(pk__in=member_ids).exclude(state=Member.State.ACTIVE)
    return set(rows.values_list("pk", flat=True))


def staffed(desk_ids: Collection[UUID]) -> set[UUID]:
    """Those of the desks at which somebody sits who still works for their member."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT alliance_staffed(%s::uuid[])", [list(desk_ids)])
        return {row[0] for row in cursor.fetchall()}


def candidates(
    investigation: Investigation, at: datetime, *, refused: Collection[UUID] = ()
) -> list[Candidate]:
    """Desks that may be asked at `at`, the best first."""
    return survey(investigation, at, refused=refused).candidates


def reasons(investigation: Investigation, at: datetime) -> list[tuple[Desk, str, str]]:
    """Why each of the other desks is not asked, as a code and in the reader's language."""
    return [
        (found.desk, found.code, why_not(investigation, found))
        for found in survey(investigation, at).desks
        if found.code
    ]


def why_not(investigation: Investigation, found: Candidate) -> str:
    """The sentence of one desk that is not asked."""
    return gettext(WHY_NOT[found.code]) % {
        "desk": found.desk.name,
        "country": investigation.custody_country,
        "jurisdiction": investigation.jurisdiction,
    }


def next_start(investigation: Investigation, at: datetime) -> datetime | None:
    """When the first desk that may hold the case, the holder included, comes on duty."""
    return first_start(survey(investigation, at), at)


def first_start(found: Survey, at: datetime) -> datetime | None:
    """The first start of duty after `at` among the desks that may hold the case."""
    fit = [judged.desk for judged in found.desks if judged.is_fit or judged.code == "holder"]
    starts = duty.next_starts(fit, at)
    return min((start for start in starts.values() if start), default=None)


def is_on_duty(desk_id: UUID, at: datetime) -> bool:
    """Whether the desk, as the stamp sees it, is on duty at the instant."""
    return memo.of(
        ("handovers.is_on_duty", desk_id, at),
        lambda: duty.is_on_duty(Desk.objects.get(pk=desk_id), at),
    )


def on_duty_from(desk: Desk, at: datetime) -> datetime | None:
    """`at` when the desk is on duty then, else its next start; None when it never comes."""
    return memo.of(("handovers.on_duty_from", desk.pk, at), lambda: _on_duty_from(desk, at))


def _on_duty_from(desk: Desk, at: datetime) -> datetime | None:
    return at if duty.is_on_duty(desk, at) else duty.next_start(desk, at)
