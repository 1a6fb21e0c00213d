"""Custody moves: to the desk that answered, or that its member's rule answered for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.core import bulk, due
from apps.core.actor import Actor
from apps.core.events import emit
from apps.duty.models import Desk
from apps.handovers.events import HandoverAccepted
from apps.handovers.models import Asked, Handover
from apps.handovers.selecting import policy_of
from apps.handovers.services import asking
from apps.handovers.services.planning import plan_round
from apps.investigations import services as custody
from apps.investigations.models import Custody, Investigation
from apps.sharing import services as sharing
from apps.sharing.models import Grant

# What taking a case sets, with the receiver's words.
TAKEN = (
    "state",
    "to_desk_id",
    "to_member_id",
    "grant_id",
    "decided_by",
    "decided_at",
    "overlap_until",
    "undo_until",
    "read_back",
    "answers",
    "return_reasons",
    "question_answers",
    "override_reason",
    "is_automatic",
)


def take(
    investigation: Investigation,
    handover: Handover,
    asked: Asked,
    desk: Desk,
    *,
    others: Sequence[Asked],
    actor: Actor,
    at: datetime,
) -> None:
    """Move custody to the desk: the only way it moves forward. The caller holds both locks.

    The `others` that wait for an answer lose their view and their dormant grants with it.
    """
    _answered(asked, actor=actor, at=at)
    asking.release(handover, others, state=Asked.State.TAKEN, actor=actor, at=at)
    custody.pass_to_desk(
        investigation,
        desk=desk,
        cause=Custody.Cause.HANDOVER,
        handover_id=handover.pk,
        actor=actor,
        at=at,
    )
    _open_for_holder(investigation, asked, actor=actor, at=at)
    overlap = policy_of(handover.member_id).overlap or desk.overlap
    handover.state = Handover.State.ACCEPTED
    handover.to_desk_id, handover.to_member_id = desk.pk, desk.member_id
    handover.grant_id = asked.grant_id
    handover.decided_by, handover.decided_at = actor.user_id, at
    handover.overlap_until = at + overlap
    bulk.update([handover], TAKEN)
    due.cancel(handover.pk)
    due.plan(
        "handover.complete",
        handover.pk,
        at=handover.overlap_until,
        member_id=handover.member_id,
        token=f"handover.complete:{handover.token}",
    )
    _announce(investigation, handover, actor=actor, at=at)
    # What pended was this very handover.
    plan_round(investigation, desk=desk, actor=actor, at=at)


def _answered(asked: Asked, *, actor: Actor, at: datetime) -> None:
    asked.state = Asked.State.ACCEPTED
    asked.answered_at, asked.answered_by = at, actor.user_id
    bulk.update([asked], ["state", "answered_at", "answered_by"])


def _announce(
    investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime
) -> None:
    assert handover.to_desk_id is not None  # noqa: S101 - it has just been taken
    emit(
        HandoverAccepted(
            subject_id=investigation.pk,
            handover_id=handover.pk,
            from_desk_id=handover.from_desk_id,
            to_desk_id=handover.to_desk_id,
            automatic=handover.is_automatic,
        ),
        actor=actor,
        at=at,
        also=[("handover", handover.pk)],
    )


def _open_for_holder(
    investigation: Investigation, asked: Asked, *, actor: Actor, at: datetime
) -> None:
    """The grant that came with the offer becomes active; the last holder's ends."""
    if asked.grant_id is not None:
        given = Grant.objects.select_for_update().get(pk=asked.grant_id)
        sharing.activate(given, actor=actor, at=at)
    end_custody_grants(investigation, keep=asked.grant_id, actor=actor, at=at)


def end_custody_grants(
    investigation: Investigation, *, keep: UUID | None, actor: Actor, at: datetime
) -> None:
    """Grants that came with custody end with it: own work and a tombstone remain."""
    grants = Grant.objects.select_for_update().filter(
        subject_type="investigation",
        subject_id=investigation.pk,
        for_custody=True,
        state=Grant.State.ACTIVE,
    )
    for given in grants.exclude(pk__in=[keep] if keep else []).order_by("pk"):
        sharing.end(given, actor=actor, at=at, state=Grant.State.ENDED, reason="custody_moved")
