"""Offering: who is asked, what they see, and by when they must answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import prefetch_related_objects

from apps.core import bulk, due, scope
from apps.core.actor import Actor
from apps.duty.models import Desk
from apps.handovers import briefing, selecting
from apps.handovers.events import (
    BriefingFoundIncomplete,
    HandoverOffered,
    OfHandover,
    tell_all,
)
from apps.handovers.models import Asked, Handover
from apps.handovers.selecting import Candidate, Survey
from apps.handovers.services import asking
from apps.handovers.services.drafting import draft_all, is_planned
from apps.handovers.services.holding import hold
from apps.handovers.services.planning import (
    Attempt,
    Found,
    create_attempts,
    drop,
    holder_of,
    locked_all,
    plan_next,
    wanted,
)
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


@dataclass(frozen=True, slots=True)
class _Offer:
    """An offer about to be made: who is asked, of whom a survey has been made."""

    investigation: Investigation
    handover: Handover
    survey: Survey
    chosen: list[Candidate]


def offer_handovers(handover_ids: Sequence[UUID], at: datetime) -> None:
    """Due service: offer to the best desk on duty when the holder's duty ends."""
    ready = {Handover.State.PLANNED, Handover.State.DRAFTED}
    found = [one for one in locked_all(handover_ids) if one[1].state in ready]
    actor = scope.current()
    draft_all([one for one in found if is_planned(one[1])], actor=actor, at=at)
    offer_all(found, actor=actor, at=at)


def offer(investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime) -> bool:
    """Offer to the best candidate, in an emergency to all; False when nobody is asked."""
    return offer_all([(investigation, handover)], actor=actor, at=at) == 1


def offer_all(found: Sequence[Found], *, actor: Actor, at: datetime) -> int:
    """Offer one owner's cases, each to its best candidate; returns for how many anybody is asked.

    Stale targets are never fired: who is asked is decided now, for the instant it matters.
    """
    offers = []
    for investigation, handover in found:
        when = max(at, handover.planned_at)
        survey = selecting.survey(investigation, when, refused=handover.refused_by)
        chosen = _chosen(handover, survey)
        if handover.is_scheduled and survey.holder_ends_at is not None:
            _stand_down(investigation, handover, actor=actor, at=at)
        elif chosen:
            offers.append(_Offer(investigation, handover, survey, chosen))
        else:
            _nobody(investigation, handover, survey, actor=actor, at=at)
    _make(offers, actor=actor, at=at)
    return len(offers)


def _make(offers: Sequence[_Offer], *, actor: Actor, at: datetime) -> None:
    """Ask, and plan and announce what follows from it."""
    if not offers:
        return
    for one in offers:
        _put(one, at=at)
    asked = asking.ask_all(
        [
            asking.Asking(
                investigation=one.investigation,
                handover=one.handover,
                desks=[candidate.desk for candidate in one.chosen],
                level=one.survey.policy.ally_level,
            )
            for one in offers
        ],
        actor=actor,
        at=at,
    )
    for one, rows in zip(offers, asked, strict=True):
        one.handover.grant_id = rows[0].grant_id if len(rows) == 1 else None
    bulk.update([one.handover for one in offers], OFFERED)
    _plan_answers(asked, at=at)
    _announce(asked, actor=actor, at=at)
    # Past the end of the holder's duty it is held now.
    late = [one for one in offers if one.handover.planned_at <= at]
    absent = [one.investigation for one in late if one.survey.holder_ends_at is None]
    custody.hold_all(absent, actor=actor, at=at)


def _chosen(handover: Handover, found: Survey) -> list[Candidate]:
    """Who is asked: the desk that was wanted, in an emergency everybody, else the best."""
    fit = found.candidates
    if handover.wanted_desk_id:
        return [c for c in fit if c.desk.pk == handover.wanted_desk_id]
    return fit if handover.is_emergency else fit[:1]


def _put(one: _Offer, *, at: datetime) -> None:
    """The offer's own fields."""
    handover = one.handover
    desk = one.chosen[0].desk if len(one.chosen) == 1 else None
    handover.to_desk_id = desk.pk if desk else None
    handover.to_member_id = desk.member_id if desk else None
    handover.offered_at = at
    if at - handover.offer_at > PUNCTUAL:
        handover.late_by = at - handover.offer_at
    handover.ack_deadline = _ack_deadline(handover, one.chosen[0].desk, one.survey, at=at)
    handover.state = Handover.State.OFFERED


def _ack_deadline(handover: Handover, desk: Desk, found: Survey, *, at: datetime) -> datetime:
    """Time to answer counts from when the desk is there to answer."""
    if handover.is_emergency:
        return at + EMERGENCY_ACK
    starts_at = selecting.on_duty_from(desk, at)
    return max(at, starts_at or at) + (found.policy.ack_within or desk.ack_within)


def _plan_answers(asked: Sequence[Sequence[Asked]], *, at: datetime) -> None:
    """When silence ends each offer, and when a member's own rule takes it for a yes."""
    answers = []
    for rows in asked:
        handover = rows[0].handover
        assert handover.ack_deadline is not None  # noqa: S101 - set with the offer
        answers.append(wanted("handover.expire", handover, handover.ack_deadline))
        if handover.planned_at > at:
            # Unanswered at the end of the holder's duty is held.
            answers.append(wanted("handover.hold", handover, handover.planned_at))
        for row in rows:
            taken_at = _taken_at(row, at=at)
            if taken_at is not None and taken_at < handover.ack_deadline:
                answers.append(_auto_accept(row, taken_at))
    due.plan_many(answers)


def _taken_at(row: Asked, *, at: datetime) -> datetime | None:
    """When the asked member's silence is a yes; None, as long as it has not said so."""
    after = asking.silence_of(row.desk_member_id)
    if after is None:
        return None
    starts_at = asking.counts_from(row.handover, Desk.objects.get(pk=row.desk_id)) or at
    return starts_at + after


def _auto_accept(row: Asked, at: datetime) -> due.Wanted:
    kind = "handover.auto_accept"
    return due.Wanted(kind, row.pk, at, row.member_id, f"{kind}:{row.pk}:{at.isoformat()}")


def _announce(asked: Sequence[Sequence[Asked]], *, actor: Actor, at: datetime) -> None:
    """Each offer; an incomplete briefing is offered all the same, and the record says so."""
    facts: list[OfHandover] = []
    handovers = [rows[0].handover for rows in asked]
    incomplete = _gaps(handovers)
    for handover, rows in zip(handovers, asked, strict=True):
        facts.append(_offered(handover, rows))
        if lacking := incomplete[handover.pk]:
            facts.append(
                BriefingFoundIncomplete(
                    subject_id=handover.investigation_id,
                    handover_id=handover.pk,
                    missing=tuple(lacking),
                )
            )
    tell_all(facts, actor=actor, at=at)


def _offered(handover: Handover, rows: Sequence[Asked]) -> HandoverOffered:
    assert handover.ack_deadline is not None  # noqa: S101 - set with the offer
    return HandoverOffered(
        subject_id=handover.investigation_id,
        handover_id=handover.pk,
        from_desk_id=handover.from_desk_id,
        to_desk_id=handover.to_desk_id,
        to_member_id=handover.to_member_id,
        to_desk_ids=tuple(row.desk_id for row in rows),
        ack_deadline=handover.ack_deadline,
        attempt=handover.attempt,
        emergency=handover.is_emergency,
    )


def _gaps(handovers: Sequence[Handover]) -> dict[UUID, list[str]]:
    """Which required parts each handover's briefing lacks."""
    prefetch_related_objects(handovers, "briefing")
    return {h.pk: briefing.missing(h.briefing.content) if h.briefing else [] for h in handovers}


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
) -> None:
    """The next attempt of a round, due since `due_at`: who refused is not asked again (I8)."""
    offer_next_all([Ended(investigation, refused, due_at)], actor=actor, at=at)


class Ended(NamedTuple):
    """An attempt that has come to nothing; the next one is due since `due_at`."""

    investigation: Investigation
    handover: Handover
    due_at: datetime


def offer_next_all(ended: Sequence[Ended], *, actor: Actor, at: datetime) -> None:
    """The next attempts of one owner's rounds, each with the briefing as it was."""
    attempts = create_attempts([_next_attempt(one) for one in ended])
    prefetch_related_objects([one.handover for one in ended], "briefing")
    following = list(zip(attempts, [one.handover.briefing for one in ended], strict=True))
    for handover, last in following:
        handover.state = Handover.State.DRAFTED if last else handover.state
    briefing.write_all(
        [
            briefing.Writing(handover, last.content, last.written_by)
            for handover, last in following
            if last
        ],
        at=at,
    )
    found = [(handover.investigation, handover) for handover in attempts]
    draft_all([one for one in found if is_planned(one[1])], actor=actor, at=at)
    offer_all(found, actor=actor, at=at)


def _next_attempt(ended: Ended) -> Attempt:
    return Attempt(
        investigation=ended.investigation,
        desk=holder_of(ended.investigation),
        planned_at=ended.handover.planned_at,
        offer_at=ended.due_at,
        kind=ended.handover.kind,
        asked_by=ended.handover.asked_by,
        previous=ended.handover,
    )
