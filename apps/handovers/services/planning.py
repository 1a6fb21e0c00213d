"""When custody should next move: derived from the holder's duty, kept as due rows."""

from datetime import datetime, timedelta
from uuid import UUID

from apps.core import due
from apps.core.actor import Actor
from apps.core.events import emit
from apps.core.ids import uuid7
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers.events import HandoverCancelled, HandoverPlanned
from apps.handovers.models import Asked, Handover
from apps.handovers.selecting import next_start, policy_of
from apps.handovers.services import asking
from apps.investigations.models import Investigation
from apps.sharing import services as sharing
from apps.sharing.services import own_subject

DRAFT_AHEAD = timedelta(minutes=15)


def locked(handover_id: UUID) -> tuple[Investigation, Handover] | None:
    """The investigation, then the handover, both locked; None when it is gone.

    Root first, always: every path takes the locks in this order.
    """
    own = Handover.objects.filter(pk=handover_id).values("investigation_id")
    investigation = Investigation.objects.select_for_update().filter(pk__in=own).first()
    if investigation is None:
        return None
    handover = Handover.objects.select_for_update().get(pk=handover_id)
    handover.investigation = investigation
    return investigation, handover


def holder_of(investigation: Investigation) -> Desk:
    """The accountable desk, as the owner sees it."""
    return Desk.objects.get(pk=investigation.accountable_desk_id)


def pending(investigation: Investigation) -> Handover | None:
    """The one handover that is planned, drafted or offered, if any."""
    return (
        Handover.objects.select_for_update()
        .filter(investigation=investigation, state__in=Handover.PENDING)
        .first()
    )


def plan_next(investigation: Investigation, *, actor: Actor, at: datetime) -> Handover | None:
    """Plan the handover at the end of the holder's duty; off duty: look for a receiver now.

    A desk that is always on keeps the case until somebody hands it over.
    The caller holds the investigation's lock, under its owner's stamp.
    """
    if not investigation.is_open or pending(investigation):
        return None
    desk = holder_of(investigation)
    ends_at = duty.duty_end(desk, at)
    if ends_at == duty.FOREVER:
        return None
    if ends_at is None:
        due.plan(
            "handover.retry",
            investigation.pk,
            at=at,
            member_id=investigation.member_id,
            token=f"handover.retry:{uuid7()}",
        )
        return None
    return start_round(investigation, desk=desk, planned_at=ends_at, actor=actor, at=at)


def start_round(
    investigation: Investigation,
    *,
    desk: Desk,
    planned_at: datetime,
    actor: Actor,
    at: datetime,
    kind: str = Handover.Kind.PLANNED,
    wanted_desk_id: UUID | None = None,
) -> Handover:
    """The first attempt of a round, with its due rows."""
    policy = policy_of(investigation.member_id)
    handover = create_attempt(
        investigation,
        desk=desk,
        planned_at=planned_at,
        offer_at=max(at, planned_at - (policy.offer_lead or desk.offer_lead)),
        kind=kind,
        wanted_desk_id=wanted_desk_id,
        asked_by=None if kind == Handover.Kind.PLANNED else actor.user_id,
    )
    if kind == Handover.Kind.PLANNED:
        plan_due(handover, at=at)
        emit(
            HandoverPlanned(
                subject_id=investigation.pk,
                handover_id=handover.pk,
                from_desk_id=desk.pk,
                planned_at=planned_at,
            ),
            actor=actor,
            at=at,
        )
    return handover


def create_attempt(
    investigation: Investigation,
    *,
    desk: Desk,
    planned_at: datetime,
    offer_at: datetime,
    kind: str,
    wanted_desk_id: UUID | None = None,
    asked_by: UUID | None = None,
    previous: Handover | None = None,
) -> Handover:
    """A handover row with its owner's access row, written first."""
    handover = Handover(
        member_id=investigation.member_id,
        investigation=investigation,
        kind=kind,
        from_desk_id=desk.pk,
        from_member_id=desk.member_id,
        planned_at=planned_at,
        offer_at=offer_at,
        wanted_desk_id=wanted_desk_id,
        asked_by=asked_by,
    )
    if previous is not None:
        handover.round_id = previous.round_id
        handover.attempt = previous.attempt + 1
        asked = [*previous.refused_by, *asking.asked_desk_ids(previous)]
        handover.refused_by = list(dict.fromkeys(asked))
    handover.token = f"{handover.round_id}:{handover.attempt}"
    own_subject(("handover", handover.pk), member_id=investigation.member_id, at=offer_at)
    handover.save(force_insert=True)
    if desk.member_id != investigation.member_id:
        # The ally that holds the case sees, and briefs, what leaves its desk.
        sharing.give_access(
            ("handover", handover.pk),
            owner_id=investigation.member_id,
            viewer_id=desk.member_id,
            level=policy_of(investigation.member_id).ally_level,
            at=offer_at,
        )
    return handover


def plan_due(handover: Handover, *, at: datetime) -> None:
    """Draft, offer and the hold check as due rows, each with the handover's own token."""
    times = {
        "handover.draft": max(at, handover.offer_at - DRAFT_AHEAD),
        "handover.offer": handover.offer_at,
        "handover.hold": handover.planned_at,
    }
    due.plan_many([wanted(kind, handover, due_at) for kind, due_at in times.items()])


def wanted(kind: str, handover: Handover, due_at: datetime) -> due.Wanted:
    """Work of the handover with its own token: planned twice it is one row."""
    token = f"{kind}:{handover.token}"
    return due.Wanted(kind, handover.pk, due_at, handover.member_id, token)


def plan_retry(investigation: Investigation, *, at: datetime, on: datetime | None = None) -> None:
    """While held: look again on an instant, else when the first desk that may hold it starts."""
    starts_at = on or next_start(investigation, at) or at + timedelta(hours=1)
    due.cancel(investigation.pk, kinds=["handover.retry"])
    due.plan(
        "handover.retry",
        investigation.pk,
        at=starts_at,
        member_id=investigation.member_id,
        token=f"handover.retry:{investigation.pk}:{uuid7()}",
    )


def drop(handover: Handover, *, reason_code: str, actor: Actor, at: datetime) -> None:
    """Cancel a pending handover: its due rows, its dormant grants, the allies' view of it."""
    rows = asking.waiting(handover)
    asking.release(handover, rows, state=Asked.State.WITHDRAWN, actor=actor, at=at)
    handover.state = Handover.State.CANCELLED
    handover.reason_code = reason_code
    handover.decided_at = at
    handover.save()
    due.cancel(handover.pk)
    emit(
        HandoverCancelled(
            subject_id=handover.investigation_id,
            handover_id=handover.pk,
            reason_code=reason_code,
        ),
        actor=actor,
        at=at,
        also=[("handover", handover.pk)],
    )
