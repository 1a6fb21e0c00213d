"""Who an offer asks: a row, a dormant grant and a view of the briefing for each desk."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from apps.core import bulk, scope
from apps.core.actor import Actor
from apps.duty.models import Desk
from apps.handovers.models import Asked, Handover
from apps.handovers.selecting import on_duty_from, policy_of
from apps.investigations.models import Investigation
from apps.sharing import services as sharing
from apps.sharing.models import Capability, Grant

HOLDING = (Capability.COMMENT.value, Capability.ACT.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """An offer to be made: the desks that are asked, the best first, and what an ally sees."""

    investigation: Investigation
    handover: Handover
    desks: Sequence[Desk]
    level: int


def ask_all(offers: Sequence[Asking], *, actor: Actor, at: datetime) -> list[list[Asked]]:
    """Ask the desks of each offer; an ally sees the briefing at its `level` and nothing else."""
    asked = [_rows(offer, at=at) for offer in offers]
    grants: list[Grant] = []
    views: list[sharing.View] = []
    for offer, rows in zip(offers, asked, strict=True):
        owner_id = offer.investigation.member_id
        allies = [row for row in rows if row.desk_member_id != owner_id]
        for row in allies:
            given = _custody_grant(
                offer.investigation, row.desk_member_id, level=offer.level, actor=actor, at=at
            )
            row.grant_id = given.pk
            grants.append(given)
        views += [
            sharing.View(("handover", offer.handover.pk), owner_id, member_id, offer.level, at)
            for member_id in sorted({row.desk_member_id for row in allies})
        ]
    sharing.propose_all(grants)
    Asked.objects.bulk_create([row for rows in asked for row in rows])
    sharing.give_all(views)
    return asked


def _rows(offer: Asking, *, at: datetime) -> list[Asked]:
    return [
        Asked(
            member_id=offer.investigation.member_id,
            handover=offer.handover,
            desk_id=desk.pk,
            desk_member_id=desk.member_id,
            position=position,
            asked_at=at,
        )
        for position, desk in enumerate(offer.desks)
    ]


def propose_custody_grant(
    investigation: Investigation, grantee_id: UUID, *, level: int, actor: Actor, at: datetime
) -> Grant:
    """The dormant grant that lets an ally hold the case once custody is there."""
    given = _custody_grant(investigation, grantee_id, level=level, actor=actor, at=at)
    sharing.propose_all([given])
    return given


def _custody_grant(
    investigation: Investigation, grantee_id: UUID, *, level: int, actor: Actor, at: datetime
) -> Grant:
    return sharing.unsaved(
        ("investigation", investigation.pk),
        owner_id=investigation.member_id,
        to=sharing.Grantee(kind=Grant.Grantee.MEMBER, id=grantee_id),
        terms=sharing.Terms(level=level, purpose="custody", capabilities=HOLDING, for_custody=True),
        actor=actor,
        at=at,
    )


def waiting(handover: Handover) -> list[Asked]:
    """Who has not answered yet, the best candidate first; the caller holds the lock."""
    return waiting_of([handover])[handover.pk]


def waiting_of(handovers: Sequence[Handover]) -> dict[UUID, list[Asked]]:
    """Who has not answered each of the handovers yet, the best candidate first."""
    rows = Asked.objects.filter(handover__in=handovers, state=Asked.State.WAITING)
    found: dict[UUID, list[Asked]] = {handover.pk: [] for handover in handovers}
    for row in rows.order_by("position"):
        found[row.handover_id].append(row)
    return found


def release(
    handover: Handover, rows: Iterable[Asked], *, state: str, actor: Actor, at: datetime
) -> None:
    """These desks are asked no longer: their dormant grants end, and their members' view of it."""
    release_all([(handover, list(rows))], state=state, actor=actor, at=at)


def release_all(
    released: Sequence[tuple[Handover, Sequence[Asked]]],
    *,
    state: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Desks of several handovers are asked no longer.

    A member that sends the case, or has another desk among those asked, keeps its view.
    """
    gone = [row for _handover, rows in released for row in rows]
    if not gone:
        return
    for row in gone:
        row.state, row.answered_at, row.answered_by = state, at, actor.user_id
    bulk.update(gone, ["state", "answered_at", "answered_by"])
    _end_dormant({row.grant_id for row in gone if row.grant_id}, actor=actor, at=at)
    leaving = {
        (handover.pk, row.desk_member_id)
        for handover, rows in released
        for row in rows
        if row.desk_member_id not in {handover.member_id, handover.from_member_id}
    }
    if leaving:
        still = [Asked.State.WAITING, Asked.State.ACCEPTED]
        others = Asked.objects.filter(
            handover_id__in={handover for handover, _member in leaving}, state__in=still
        )
        leaving -= set(others.values_list("handover_id", "desk_member_id"))
    sharing.take_all([(("handover", handover), member) for handover, member in sorted(leaving)])


def _end_dormant(grant_ids: Collection[UUID], *, actor: Actor, at: datetime) -> None:
    if not grant_ids:
        return
    grants = Grant.objects.select_for_update().filter(pk__in=grant_ids, state=Grant.State.DORMANT)
    dormant = list(grants.order_by("pk"))
    sharing.end_dormant(dormant, actor=actor, at=at, reason="offer_withdrawn")


def asked_desk_ids(handovers: Sequence[Handover]) -> dict[UUID, list[UUID]]:
    """Every desk that each of these attempts has asked, whatever came of it."""
    found: dict[UUID, list[UUID]] = {handover.pk: [] for handover in handovers}
    rows = Asked.objects.filter(handover__in=handovers).values_list("handover_id", "desk_id")
    for handover_id, desk_id in rows if handovers else ():
        found[handover_id].append(desk_id)
    return found


def silence_of(member_id: UUID) -> timedelta | None:
    """After how long the member's silence is a yes; None, as long as it has not said so."""
    with scope.as_owner(sharing.Owner(member_id), scope.current()):
        return policy_of(member_id).auto_accept_after


def counts_from(handover: Handover, desk: Desk) -> datetime | None:
    """Since when the desk could have answered: since it was asked, or its duty began."""
    assert handover.offered_at is not None  # noqa: S101 - an offer has its instant
    return on_duty_from(desk, handover.offered_at)
