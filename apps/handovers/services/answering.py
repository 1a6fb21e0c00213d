"""Answering an offer: accepted with read-back, declined, expired, undone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Stale
from apps.core.events import emit
from apps.duty.models import Desk
from apps.handovers import briefing, policies, selectors
from apps.handovers.events import (
    HandoverAccepted,
    HandoverCompleted,
    HandoverDeclined,
    HandoverExpired,
)
from apps.handovers.models import Briefing, Handover
from apps.handovers.services.offering import offer_next
from apps.handovers.services.planning import drop, locked, plan_next, withdraw_offer
from apps.investigations import services as custody
from apps.investigations.models import Custody, Investigation
from apps.sharing import services as sharing
from apps.sharing.models import Grant

UNDO_FOR = timedelta(seconds=60)
READ_BACK_LENGTH = 20
READ_BACK_LIMIT = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """The receiver's own words, an answer per action, and which briefing was read."""

    text: str
    answers: Mapping[str, str] = field(default_factory=dict)
    version: int
    override_reason: str = ""


def _locked_offer(handover_id: UUID) -> tuple[Investigation, Handover]:
    found = locked(handover_id)
    if found is None:
        raise NotFound
    if found[1].state != Handover.State.OFFERED:
        raise DomainError("handover.not_open", _("This handover has been answered already."))
    return found


def _offered_desk(handover: Handover) -> Desk:
    assert handover.to_desk_id is not None  # noqa: S101 - an offer has a receiver, by constraint
    return Desk.objects.get(pk=handover.to_desk_id)


def accept_handover(
    handover_id: UUID, *, read_back: ReadBack, actor: Actor, at: datetime
) -> Handover:
    """Take the case: the only way custody moves. Raises Refused, Invalid, Stale, DomainError."""
    seen = selectors.find(actor, handover_id)
    with scope.as_owner(seen, actor):
        investigation, handover = _locked_offer(handover_id)
        desk = _offered_desk(handover)
    policies.may_answer(actor, handover, desk, at=at, override=read_back.override_reason).require()
    with scope.as_owner(seen, actor):
        last = briefing.latest(handover)
        _check(last, read_back)
        custody.pass_to_desk(
            investigation,
            desk=desk,
            cause=Custody.Cause.HANDOVER,
            handover_id=handover.pk,
            actor=actor,
            at=at,
        )
        _open_for_holder(investigation, handover, actor=actor, at=at)
        handover.state = Handover.State.ACCEPTED
        handover.decided_by = actor.user_id
        handover.decided_at = at
        handover.undo_until = at + UNDO_FOR
        handover.read_back = read_back.text.strip()
        handover.answers = dict(read_back.answers)
        handover.override_reason = read_back.override_reason
        handover.save()
        due.cancel(handover.pk)
        due.plan(
            "handover.complete",
            handover.pk,
            at=at + desk.overlap,
            member_id=handover.member_id,
            token=f"handover.complete:{handover.token}",
        )
        emit(
            HandoverAccepted(
                subject_id=investigation.pk,
                handover_id=handover.pk,
                from_desk_id=handover.from_desk_id,
                to_desk_id=desk.pk,
            ),
            actor=actor,
            at=at,
            also=[("handover", handover.pk)],
        )
        plan_next(investigation, actor=actor, at=at)
    return handover


def _check(last: Briefing | None, read_back: ReadBack) -> None:
    """Nothing is accepted unread: the latest briefing, whole, every action answered."""
    if last is None or last.version != read_back.version:
        raise Stale
    lacking = briefing.missing(last.content)
    if lacking:
        raise DomainError(
            "handover.briefing_incomplete",
            _("The briefing lacks required parts: ask the sending desk to complete it."),
            extra={"missing": lacking},
        )
    fields: dict[str, list[Any]] = {}
    text = read_back.text.strip()
    if not READ_BACK_LENGTH <= len(text) <= READ_BACK_LIMIT:
        fields["read_back"] = [
            _("Read it back in your own words: at least 20 and at most 4,000 characters.")
        ]
    for action in last.content.get("actions", []):
        if read_back.answers.get(action["id"]) not in {"take", "return"}:
            fields[f"answers.{action['id']}"] = [_("Take this action or return it.")]
    known = {action["id"] for action in last.content.get("actions", [])}
    for unknown in set(read_back.answers) - known:
        fields[f"answers.{unknown[:64]}"] = [_("The briefing has no such action.")]
    if fields:
        raise Invalid(fields)


def _open_for_holder(
    investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime
) -> None:
    """The grant that came with the offer becomes active; the last holder's ends."""
    if handover.grant_id is not None:
        given = Grant.objects.select_for_update().get(pk=handover.grant_id)
        sharing.activate(given, actor=actor, at=at)
    end_custody_grants(investigation, keep=handover.grant_id, actor=actor, at=at)


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


def decline_handover(
    handover_id: UUID, *, reason_code: str, reason: str, actor: Actor, at: datetime
) -> Handover:
    """Refuse with a reason; the next candidate is asked in the same transaction."""
    seen = selectors.find(actor, handover_id)
    if reason_code not in Handover.Refusal.values:
        raise Invalid({"reason_code": [_("Choose a reason.")]})
    if len(reason) > READ_BACK_LIMIT:
        raise Invalid({"reason": [_("At most 4,000 characters.")]})
    with scope.as_owner(seen, actor):
        investigation, handover = _locked_offer(handover_id)
        desk = _offered_desk(handover)
    policies.may_answer(actor, handover, desk, at=at, override=policies.DECLINING).require()
    with scope.as_owner(seen, actor):
        handover.reason_code = reason_code
        handover.reason = reason
        _end_offer(handover, Handover.State.DECLINED, actor=actor, at=at)
        emit(
            HandoverDeclined(
                subject_id=investigation.pk,
                handover_id=handover.pk,
                to_desk_id=desk.pk,
                reason_code=reason_code,
            ),
            actor=actor,
            at=at,
            also=[("handover", handover.pk)],
        )
        offer_next(investigation, handover, actor=actor, at=at)
    return handover


def expire_handover(handover_id: UUID, at: datetime) -> None:
    """Due service: silence is not acceptance; the next candidate is asked."""
    found = locked(handover_id)
    if found is None:
        return
    investigation, handover = found
    if handover.state != Handover.State.OFFERED or handover.ack_deadline is None:
        return
    if handover.ack_deadline > at or handover.to_desk_id is None:
        return
    actor = scope.current()
    _end_offer(handover, Handover.State.EXPIRED, actor=actor, at=at)
    emit(
        HandoverExpired(
            subject_id=investigation.pk,
            handover_id=handover.pk,
            to_desk_id=handover.to_desk_id,
        ),
        actor=actor,
        at=at,
        also=[("handover", handover.pk)],
    )
    offer_next(investigation, handover, actor=actor, at=at)


def _end_offer(handover: Handover, state: str, *, actor: Actor, at: datetime) -> None:
    withdraw_offer(handover, actor=actor, at=at)
    handover.state = state
    handover.decided_at = at
    handover.decided_by = actor.user_id
    handover.save()
    due.cancel(handover.pk, kinds=["handover.expire", "handover.offer", "handover.draft"])


def withdraw_and_ask_next(
    handover_id: UUID, *, reason_code: str, actor: Actor, at: datetime
) -> None:
    """The receiver may no longer be asked: its offer ends and the next candidate is asked."""
    found = locked(handover_id)
    if found is None or found[1].state != Handover.State.OFFERED:
        return
    investigation, handover = found
    drop(handover, reason_code=reason_code, actor=actor, at=at)
    offer_next(investigation, handover, actor=actor, at=at)


def complete_handover(handover_id: UUID, at: datetime) -> None:
    """Due service: the overlap is over, the acceptance stands."""
    found = locked(handover_id)
    if found is None or found[1].state != Handover.State.ACCEPTED:
        return
    investigation, handover = found
    handover.state = Handover.State.COMPLETED
    handover.save(update_fields=["state"])
    emit(
        HandoverCompleted(subject_id=investigation.pk, handover_id=handover.pk),
        actor=scope.current(),
        at=at,
        also=[("handover", handover.pk)],
    )
