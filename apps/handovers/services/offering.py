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
from apps.duty.models import Desk
from apps.handovers import briefing, policies, selecting, selectors
from apps.handovers.events import BriefingFoundIncomplete, HandoverDrafted, HandoverOffered
from apps.handovers.models import Asked, Briefing, Handover
from apps.handovers.selecting import Candidate, Survey
from apps.handovers.services import asking
from apps.handovers.services.holding import hold
from apps.handovers.services.planning import (
    create_attempt,
    drop,
    holder_of,
    locked,
    plan_next,
    wanted,
)
from apps.investigations import selectors as investigations
from apps.investigations import services as custody
from apps.investigations.models import Investigation

EMERGENCY_ACK = timedelta(minutes=5)
# A handover that fires later than this records it.
PUNCTUAL = timedelta(seconds=30)
# What an offer sets.
OFFERED = (
    "state",
    "to_desk_id",
    "to_member_id",
    "offered_at",
    "late_by",
    "ack_deadline",
    "grant_id",
)


def draft_handover(handover_id: UUID, at: datetime) -> None:
    """Due service: write the first briefing, so that the sender can still improve it."""
    found = locked(handover_id)
    if found is None or found[1].state != Handover.State.PLANNED:
        return
    draft(*found, actor=scope.current(), at=at)


def draft(
    investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime
) -> Briefing:
    """Write the first briefing from the log, under the investigation's lock."""
    content = briefing.draft(handover, investigation, at=at)
    handover.state = Handover.State.DRAFTED
    written = briefing.write(handover, content, by=None, at=at)
    announcedraft(investigation, handover, written, actor=actor, at=at)
    return written


def announcedraft(
    investigation: Investigation,
    handover: Handover,
    written: Briefing,
    *,
    actor: Actor,
    at: datetime,
) -> None:
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
        last = briefing.latest(handover) or draft(investigation, handover, actor=actor, at=at)
        if last.version != version:
            raise Stale
        content = briefing.amend(last.content, changes, actor=actor)
        written = briefing.write(handover, content, by=actor.user_id, at=at)
        announcedraft(investigation, handover, written, actor=actor, at=at)
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
        draft(investigation, handover, actor=actor, at=at)
    offer(investigation, handover, actor=actor, at=at)


def offer(investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime) -> bool:
    """Offer to the best candidate, in an emergency to all; False when nobody is asked.

    Stale targets are never fired: who is asked is decided now, for the instant it matters.
    """
    when = max(at, handover.planned_at)
    found = selecting.survey(investigation, when, refused=handover.refused_by)
    if handover.is_scheduled and found.holder_ends_at is not None:
        _stand_down(investigation, handover, actor=actor, at=at)
        return False
    chosen = _chosen(handover, found)
    if not chosen:
        _nobody(investigation, handover, found, actor=actor, at=at)
        return False
    _put(handover, chosen, found, at=at)
    desks = [candidate.desk for candidate in chosen]
    rows = asking.ask(
        investigation, handover, desks, level=found.policy.ally_level, actor=actor, at=at
    )
    handover.grant_id = rows[0].grant_id if len(rows) == 1 else None
    handover.save(update_fields=OFFERED)
    _plan_answers(handover, rows, at=at)
    _announce(investigation, handover, rows, actor=actor, at=at)
    _note_gaps(handover, actor=actor, at=at)
    _watch_holder(investigation, handover, found, actor=actor, at=at)
    return True


def _chosen(handover: Handover, found: Survey) -> list[Candidate]:
    """Who is asked: the desk that was wanted, in an emergency everybody, else the best."""
    fit = found.candidates
    if handover.wanted_desk_id:
        return [c for c in fit if c.desk.pk == handover.wanted_desk_id]
    return fit if handover.is_emergency else fit[:1]


def _put(handover: Handover, chosen: list[Candidate], found: Survey, *, at: datetime) -> None:
    """The offer's own fields."""
    desk = chosen[0].desk if len(chosen) == 1 else None
    handover.to_desk_id = desk.pk if desk else None
    handover.to_member_id = desk.member_id if desk else None
    handover.offered_at = at
    if at - handover.offer_at > PUNCTUAL:
        handover.late_by = at - handover.offer_at
    handover.ack_deadline = _ack_deadline(handover, chosen[0].desk, found, at=at)
    handover.state = Handover.State.OFFERED


def _ack_deadline(handover: Handover, desk: Desk, found: Survey, *, at: datetime) -> datetime:
    """Time to answer counts from when the desk is there to answer."""
    if handover.is_emergency:
        return at + EMERGENCY_ACK
    starts_at = selecting.on_duty_from(desk, at)
    return max(at, starts_at or at) + (found.policy.ack_within or desk.ack_within)


def _plan_answers(handover: Handover, rows: list[Asked], *, at: datetime) -> None:
    """When silence ends the offer, and when a member's own rule takes it for a yes."""
    assert handover.ack_deadline is not None  # noqa: S101 - set with the offer
    answers = [wanted("handover.expire", handover, handover.ack_deadline)]
    if handover.planned_at > at:
        # Unanswered at the end of the holder's duty is held.
        answers.append(wanted("handover.hold", handover, handover.planned_at))
    due.plan_many(answers)
    for row in rows:
        after = asking.silence_of(row.desk_member_id)
        if after is None:
            continue
        starts_at = asking.counts_from(handover, Desk.objects.get(pk=row.desk_id)) or at
        if starts_at + after < handover.ack_deadline:
            due.plan(
                "handover.auto_accept", row.pk, at=starts_at + after, member_id=handover.member_id
            )


def _announce(
    investigation: Investigation,
    handover: Handover,
    rows: list[Asked],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    assert handover.ack_deadline is not None  # noqa: S101 - set with the offer
    emit(
        HandoverOffered(
            subject_id=investigation.pk,
            handover_id=handover.pk,
            from_desk_id=handover.from_desk_id,
            to_desk_id=handover.to_desk_id,
            to_member_id=handover.to_member_id,
            to_desk_ids=tuple(row.desk_id for row in rows),
            ack_deadline=handover.ack_deadline,
            attempt=handover.attempt,
            emergency=handover.is_emergency,
        ),
        actor=actor,
        at=at,
        also=[("handover", handover.pk)],
    )


def _note_gaps(handover: Handover, *, actor: Actor, at: datetime) -> None:
    """An incomplete briefing is offered all the same; the case's record says so at once."""
    last = handover.briefing
    lacking = briefing.missing(last.content) if last else []
    if lacking:
        emit(
            BriefingFoundIncomplete(
                subject_id=handover.investigation_id,
                handover_id=handover.pk,
                missing=tuple(lacking),
            ),
            actor=actor,
            at=at,
            also=[("handover", handover.pk)],
        )


def _watch_holder(
    investigation: Investigation,
    handover: Handover,
    found: Survey,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Past the end of the holder's duty it is held now."""
    if handover.planned_at <= at and found.holder_ends_at is None:
        custody.hold(investigation, actor=actor, at=at)


def _stand_down(
    investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime
) -> None:
    """The holder is on duty after all: nobody is asked, and its next end of duty is planned."""
    drop(handover, reason_code="duty_changed", actor=actor, at=at)
    custody.resume(investigation, actor=actor, at=at)
    plan_next(investigation, actor=actor, at=at)


def _nobody(
    investigation: Investigation,
    handover: Handover,
    found: Survey,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """No desk can be asked: the attempt ends, and the holder holds from the end of its duty."""
    drop(handover, reason_code="no_candidate", actor=actor, at=at)
    if at < handover.planned_at:
        due.plan(
            "handover.retry",
            investigation.pk,
            at=handover.planned_at,
            member_id=investigation.member_id,
            token=f"handover.retry:{handover.token}",
        )
    elif found.holder_ends_at is None:
        hold(investigation, actor=actor, at=at)
    else:
        # Nobody took what a person offered: the holder is there and hands over at its end of duty.
        plan_next(investigation, actor=actor, at=at)


def offer_next(
    investigation: Investigation,
    refused: Handover,
    *,
    due_at: datetime,
    actor: Actor,
    at: datetime,
) -> bool:
    """The next attempt of a round, due since `due_at`: who refused is not asked again (I8)."""
    handover = create_attempt(
        investigation,
        desk=holder_of(investigation),
        planned_at=refused.planned_at,
        offer_at=due_at,
        kind=refused.kind,
        asked_by=refused.asked_by,
        previous=refused,
    )
    last = briefing.latest(refused)
    if last is not None:
        handover.state = Handover.State.DRAFTED
        briefing.write(handover, last.content, by=last.written_by, at=at)
    else:
        draft(investigation, handover, actor=actor, at=at)
    return offer(investigation, handover, actor=actor, at=at)
