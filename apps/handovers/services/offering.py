"""Drafting and offering: who is asked, what they see, and by when they must answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound, Stale
from apps.core.events import emit
from apps.core.models import Level
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers import briefing, policies, selecting, selectors
from apps.handovers.events import HandoverDrafted, HandoverOffered
from apps.handovers.models import Briefing, Handover
from apps.handovers.services.holding import hold
from apps.handovers.services.planning import (
    create_attempt,
    drop,
    holder_of,
    locked,
    pending,
    plan_next,
    start_round,
)
from apps.investigations import selectors as investigations
from apps.investigations.models import Investigation
from apps.sharing import services as sharing
from apps.sharing.models import Capability

EMERGENCY_ACK = timedelta(minutes=5)
# A handover that fires later than this records it.
PUNCTUAL = timedelta(seconds=30)
HOLDING = (Capability.COMMENT.value, Capability.ACT.value)


def draft_handover(handover_id: UUID, at: datetime) -> None:
    """Due service: write the first briefing, so that the sender can still improve it."""
    found = locked(handover_id)
    if found is None or found[1].state != Handover.State.PLANNED:
        return
    _draft(*found, actor=scope.current(), at=at)


def _draft(
    investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime
) -> Briefing:
    content = briefing.draft(handover, investigation, at=at)
    written = briefing.write(handover, content, by=None, at=at)
    handover.state = Handover.State.DRAFTED
    handover.save(update_fields=["state"])
    emit(
        HandoverDrafted(
            subject_id=investigation.pk,
            handover_id=handover.pk,
            briefing_version=written.version,
        ),
        actor=actor,
        at=at,
        also=[("handover", handover.pk)],
    )
    return written


def amend_briefing(
    handover_id: UUID, *, changes: Mapping[str, Any], version: int, actor: Actor, at: datetime
) -> Briefing:
    """The sender improves the briefing until it is answered. Raises Stale on an old version."""
    seen = selectors.find(actor, handover_id)
    investigation = investigations.find(actor, seen.investigation_id, min_level=Level.CASE)
    policies.may_offer(actor, investigation).require()
    with scope.as_owner(seen, actor):
        found = locked(handover_id)
        if found is None:
            raise NotFound
        investigation, handover = found
        if not handover.is_pending:
            raise DomainError("handover.not_open", _("This handover has been answered already."))
        last = briefing.latest(handover) or _draft(investigation, handover, actor=actor, at=at)
        if last.version != version:
            raise Stale
        content = briefing.amend(last.content, changes)
        written = briefing.write(handover, content, by=actor.user_id, at=at)
        emit(
            HandoverDrafted(
                subject_id=investigation.pk,
                handover_id=handover.pk,
                briefing_version=written.version,
            ),
            actor=actor,
            at=at,
            also=[("handover", handover.pk)],
        )
    return written


def offer_handover(handover_id: UUID, at: datetime) -> None:
    """Due service: offer to the best desk on duty when the holder's duty ends."""
    found = locked(handover_id)
    if found is None:
        return
    investigation, handover = found
    if handover.state not in {Handover.State.PLANNED, Handover.State.DRAFTED}:
        return
    actor = scope.current()
    if handover.state == Handover.State.PLANNED:
        _draft(investigation, handover, actor=actor, at=at)
    offer(investigation, handover, actor=actor, at=at)


def offer(investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime) -> bool:
    """Offer to the best candidate; False when there is none and custody is (or will be) held.

    Stale targets are never fired: who is asked is decided now, for the instant it matters.
    """
    when = max(at, handover.planned_at)
    found = selecting.candidates(investigation, when, refused=handover.refused_by)
    if handover.wanted_desk_id:
        found = [c for c in found if c.desk.pk == handover.wanted_desk_id]
    if not found:
        _nobody(investigation, handover, actor=actor, at=at)
        return False
    desk = found[0].desk
    handover.to_desk_id = desk.pk
    handover.to_member_id = desk.member_id
    handover.offered_at = at
    if handover.attempt == 1 and at - handover.offer_at > PUNCTUAL:
        handover.late_by = at - handover.offer_at
    handover.ack_deadline = _ack_deadline(handover, desk, at=at)
    handover.state = Handover.State.OFFERED
    if desk.member_id != investigation.member_id:
        _show_to_ally(investigation, handover, actor=actor, at=at)
    handover.save()
    due.plan(
        "handover.expire",
        handover.pk,
        at=handover.ack_deadline,
        member_id=handover.member_id,
        token=f"handover.expire:{handover.token}",
    )
    emit(
        HandoverOffered(
            subject_id=investigation.pk,
            handover_id=handover.pk,
            from_desk_id=handover.from_desk_id,
            to_desk_id=desk.pk,
            to_member_id=desk.member_id,
            ack_deadline=handover.ack_deadline,
            attempt=handover.attempt,
            emergency=handover.is_emergency,
        ),
        actor=actor,
        at=at,
        also=[("handover", handover.pk)],
    )
    return True


def _ack_deadline(handover: Handover, desk: Desk, *, at: datetime) -> datetime:
    """Time to answer counts from when the desk is there to answer."""
    if handover.is_emergency:
        return at + EMERGENCY_ACK
    starts_at = selecting.on_duty_from(desk, at)
    return max(at, starts_at or at) + desk.ack_within


def _show_to_ally(
    investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime
) -> None:
    """Before acceptance the ally sees the briefing at the grant's level, and nothing else."""
    assert handover.to_member_id is not None  # noqa: S101 - set by the caller
    level = selecting.policy_of(investigation.member_id).ally_level
    given = sharing.propose_grant(
        ("investigation", investigation.pk),
        owner_id=investigation.member_id,
        grantee_id=handover.to_member_id,
        terms=sharing.Terms(level=level, purpose="custody", capabilities=HOLDING, for_custody=True),
        actor=actor,
        at=at,
    )
    handover.grant_id = given.pk
    sharing.give_access(
        ("handover", handover.pk),
        owner_id=investigation.member_id,
        viewer_id=handover.to_member_id,
        level=level,
        at=at,
    )


def _nobody(
    investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime
) -> None:
    """No desk can be asked: the attempt ends, and the holder holds from the end of its duty."""
    drop(handover, reason_code="no_candidate", actor=actor, at=at)
    if at >= handover.planned_at:
        if duty.is_on_duty(holder_of(investigation), at):
            # An emergency that nobody took: the holder is there and hands over at its end of duty.
            plan_next(investigation, actor=actor, at=at)
        else:
            hold(investigation, actor=actor, at=at)
        return
    due.plan(
        "handover.retry",
        investigation.pk,
        at=handover.planned_at,
        member_id=investigation.member_id,
        token=f"handover.retry:{handover.token}",
    )


def offer_next(
    investigation: Investigation, refused: Handover, *, actor: Actor, at: datetime
) -> bool:
    """The next attempt of a round: those who refused are not asked again (I8)."""
    desk = holder_of(investigation)
    handover = create_attempt(
        investigation,
        desk=desk,
        planned_at=refused.planned_at,
        offer_at=at,
        kind=refused.kind,
        asked_by=refused.asked_by,
        previous=refused,
    )
    last = briefing.latest(refused)
    if last is not None:
        briefing.write(handover, last.content, by=last.written_by, at=at)
        handover.state = Handover.State.DRAFTED
        handover.save(update_fields=["state"])
    else:
        _draft(investigation, handover, actor=actor, at=at)
    return offer(investigation, handover, actor=actor, at=at)


def hand_over_now(
    investigation_id: UUID,
    *,
    situation: str,
    desk_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Handover:
    """Emergency: offer at once, five minutes to answer; replaces what was planned."""
    seen = investigations.find(actor, investigation_id, min_level=Level.CASE)
    policies.may_offer(actor, seen).require()
    with scope.as_owner(seen, actor):
        investigation = Investigation.objects.select_for_update().get(pk=investigation_id)
        policies.may_offer(actor, investigation).require()
        planned = pending(investigation)
        if planned is not None:
            drop(planned, reason_code="emergency", actor=actor, at=at)
        handover = start_round(
            investigation,
            desk=holder_of(investigation),
            planned_at=at,
            kind=Handover.Kind.EMERGENCY,
            wanted_desk_id=desk_id,
            actor=actor,
            at=at,
        )
        draft = _draft(investigation, handover, actor=actor, at=at)
        if situation:
            content = briefing.amend(draft.content, {"note": situation})
            briefing.write(handover, content, by=actor.user_id, at=at)
        if not offer(investigation, handover, actor=actor, at=at):
            raise DomainError(
                "handover.nobody_on_duty",
                _("Nobody who may take this case is on duty now. Your desk still holds it."),
            )
    return handover


def cancel_handover(handover_id: UUID, *, actor: Actor, at: datetime) -> Handover:
    """Take an offer back before it is answered; the next one is planned at once."""
    seen = selectors.find(actor, handover_id)
    policies.may_cancel(actor, seen).require()
    with scope.as_owner(seen, actor):
        found = locked(handover_id)
        if found is None:
            raise NotFound
        investigation, handover = found
        if not handover.is_pending:
            raise DomainError("handover.not_open", _("This handover has been answered already."))
        drop(handover, reason_code="taken_back", actor=actor, at=at)
        plan_next(investigation, actor=actor, at=at)
    return handover
