"""Who an offer asks: a row, a dormant grant and a view of the briefing for each desk."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from apps.core import scope
from apps.core.actor import Actor
from apps.duty.models import Desk
from apps.handovers.models import Asked, Handover
from apps.handovers.selecting import on_duty_from, policy_of
from apps.investigations.models import Investigation
from apps.sharing import services as sharing
from apps.sharing.models import Capability, Grant

HOLDING = (Capability.COMMENT.value, Capability.ACT.value)


def ask(
    investigation: Investigation,
    handover: Handover,
    desks: Sequence[Desk],
    *,
    level: int,
    actor: Actor,
    at: datetime,
) -> list[Asked]:
    """Ask the desks, the best first; an ally sees the briefing at `level` and nothing else."""
    rows = [
        Asked(
            member_id=investigation.member_id,
            handover=handover,
            desk_id=desk.pk,
            desk_member_id=desk.member_id,
            position=position,
            asked_at=at,
        )
        for position, desk in enumerate(desks)
    ]
    for row in rows:
        if row.desk_member_id != investigation.member_id:
            given = propose_custody_grant(
                investigation, row.desk_member_id, level=level, actor=actor, at=at
            )
            row.grant_id = given.pk
    Asked.objects.bulk_create(rows)
    for member_id in sorted({row.desk_member_id for row in rows} - {investigation.member_id}):
        sharing.give_access(
            ("handover", handover.pk),
            owner_id=investigation.member_id,
            viewer_id=member_id,
            level=level,
            at=at,
        )
    return rows


def propose_custody_grant(
    investigation: Investigation, grantee_id: UUID, *, level: int, actor: Actor, at: datetime
) -> Grant:
    """The dormant grant that lets an ally hold the case once custody is there."""
    return sharing.propose_grant(
        ("investigation", investigation.pk),
        owner_id=investigation.member_id,
        grantee_id=grantee_id,
        terms=sharing.Terms(level=level, purpose="custody", capabilities=HOLDING, for_custody=True),
        actor=actor,
        at=at,
    )


def waiting(handover: Handover) -> list[Asked]:
    """Who has not answered yet, the best candidate first; the caller holds the lock."""
    rows = Asked.objects.filter(handover=handover, state=Asked.State.WAITING)
    return list(rows.order_by("position"))


def release(
    handover: Handover, rows: Iterable[Asked], *, state: str, actor: Actor, at: datetime
) -> None:
    """These desks are asked no longer: their dormant grants end, and their members' view of it.

    A member that sends the case, or has another desk among those asked, keeps its view.
    """
    gone = list(rows)
    if not gone:
        return
    ids = [row.pk for row in gone]
    Asked.objects.filter(pk__in=ids).update(state=state, answered_at=at, answered_by=actor.user_id)
    _end_dormant({row.grant_id for row in gone if row.grant_id}, actor=actor, at=at)
    staying = {handover.member_id, handover.from_member_id}
    leaving = {row.desk_member_id for row in gone} - staying
    if leaving:
        still = [Asked.State.WAITING, Asked.State.ACCEPTED]
        others = Asked.objects.filter(handover=handover, state__in=still)
        leaving -= set(others.values_list("desk_member_id", flat=True))
    for member_id in sorted(leaving):
        sharing.take_access(("handover", handover.pk), viewer_id=member_id)


def _end_dormant(grant_ids: Collection[UUID], *, actor: Actor, at: datetime) -> None:
    if not grant_ids:
        return
    grants = Grant.objects.select_for_update().filter(pk__in=grant_ids, state=Grant.State.DORMANT)
    for given in grants.order_by("pk"):
        sharing.end(given, actor=actor, at=at, state=Grant.State.ENDED, reason="offer_withdrawn")


def asked_desk_ids(handover: Handover) -> list[UUID]:
    """Every desk that this attempt has asked, whatever came of it."""
    return list(Asked.objects.filter(handover=handover).values_list("desk_id", flat=True))


def silence_of(member_id: UUID) -> timedelta | None:
    """After how long the member's silence is a yes; None, as long as it has not said so."""
    with scope.as_owner(sharing.Owner(member_id), scope.current()):
        return policy_of(member_id).auto_accept_after


def counts_from(handover: Handover, desk: Desk) -> datetime | None:
    """Since when the desk could have answered: since it was asked, or its duty began."""
    assert handover.offered_at is not None  # noqa: S101 - an offer has its instant
    return on_duty_from(desk, handover.offered_at)
