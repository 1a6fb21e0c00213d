"""When custody should next move: derived from the holder's duty, kept as due rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from apps.core import bulk, due, memo
from apps.core.actor import Actor
from apps.core.events import emit
from apps.core.ids import uuid7
from apps.core.models import Level
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers.events import HandoverCancelled, HandoverPlanned
from apps.handovers.models import Asked, Handover
from apps.handovers.selecting import next_start, policy_of
from apps.handovers.services import asking
from apps.investigations.models import Investigation
from apps.sharing import services as sharing

DRAFT_AHEAD = timedelta(minutes=15)


Found = tuple[Investigation, Handover]


def locked(handover_id: UUID) -> Found | None:
    """The investigation, then the handover, both locked; None when it is gone."""
    return next(iter(locked_all([handover_id])), None)


def locked_all(handover_ids: Sequence[UUID]) -> list[Found]:
    """Each handover behind its investigation, all locked; those that are gone are left out.

    Roots first, always, and several in the order of their ids: every path takes the locks so.
    """
    own = Handover.objects.filter(pk__in=handover_ids).values("investigation_id")
    cases = Investigation.objects.select_for_update().filter(pk__in=own).order_by("pk")
    roots = {case.pk: case for case in cases}
    if not roots:
        return []
    handovers = Handover.objects.select_for_update().filter(pk__in=handover_ids).order_by("pk")
    found = [(roots[h.investigation_id], h) for h in handovers if h.investigation_id in roots]
    for investigation, handover in found:
        handover.investigation = investigation
    return found


def holder_of(investigation: Investigation) -> Desk:
    """The accountable desk, as the owner sees it."""
    desk_id = investigation.accountable_desk_id
    return memo.of(("handovers.desk", desk_id), lambda: Desk.objects.get(pk=desk_id))


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
    return plan_round(investigation, desk=holder_of(investigation), actor=actor, at=at)


def plan_round(
    investigation: Investigation, *, desk: Desk, actor: Actor, at: datetime
) -> Handover | None:
    """The same of an open case whose holder is known, and of which nothing pends."""
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
    attempt = Attempt(
        investigation=investigation,
        desk=desk,
        planned_at=planned_at,
        offer_at=max(at, planned_at - (policy.offer_lead or desk.offer_lead)),
        kind=kind,
        wanted_desk_id=wanted_desk_id,
        asked_by=None if kind == Handover.Kind.PLANNED else actor.user_id,
    )
    handover = create_attempts([attempt])[0]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt to be made; after a `previous` one it goes on with that one's round."""

    investigation: Investigation
    desk: Desk
    planned_at: datetime
    offer_at: datetime
    kind: str
    wanted_desk_id: UUID | None = None
    asked_by: UUID | None = None
    previous: Handover | None = None


def create_attempts(attempts: Sequence[Attempt]) -> list[Handover]:
    """A handover row for each attempt of one owner, who may read it written first."""
    asked = asking.asked_desk_ids([one.previous for one in attempts if one.previous])
    made = [_handover(one, asked) for one in attempts]
    sharing.give_all(
        view for one, handover in zip(attempts, made, strict=True) for view in _views(one, handover)
    )
    Handover.objects.bulk_create(made)
    return made


def _handover(attempt: Attempt, asked: Mapping[UUID, list[UUID]]) -> Handover:
    handover = Handover(
        member_id=attempt.investigation.member_id,
        investigation=attempt.investigation,
        kind=attempt.kind,
        from_desk_id=attempt.desk.pk,
        from_member_id=attempt.desk.member_id,
        planned_at=attempt.planned_at,
        offer_at=attempt.offer_at,
        wanted_desk_id=attempt.wanted_desk_id,
        asked_by=attempt.asked_by,
    )
    previous = attempt.previous
    if previous is not None:
        handover.round_id = previous.round_id
        handover.attempt = previous.attempt + 1
        handover.refused_by = list(dict.fromkeys([*previous.refused_by, *asked[previous.pk]]))
    handover.token = f"{handover.round_id}:{handover.attempt}"
    return handover


def _views(attempt: Attempt, handover: Handover) -> list[sharing.View]:
    """The owner's, and that of an ally that holds the case: it briefs what leaves its desk."""
    subject, owner_id = ("handover", handover.pk), handover.member_id
    views = [sharing.View(subject, owner_id, owner_id, Level.FULL, attempt.offer_at)]
    if handover.from_member_id != owner_id:
        level = policy_of(owner_id).ally_level
        holder_id = handover.from_member_id
        views.append(sharing.View(subject, owner_id, holder_id, level, attempt.offer_at))
    return views


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
    bulk.update([handover], ["state", "reason_code", "decided_at"])
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
