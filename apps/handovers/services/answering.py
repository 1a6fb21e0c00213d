"""Answering an offer: accepted with read-back, declined, expired, withdrawn, completed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core import bulk, due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers import briefing, policies, selectors
from apps.handovers.events import (
    HandoverCompleted,
    HandoverDeclined,
    HandoverExpired,
    tell_all,
)
from apps.handovers.models import Asked, Handover
from apps.handovers.services import asking
from apps.handovers.services.offering import Ended, offer_next, offer_next_all
from apps.handovers.services.planning import drop, locked, locked_all
from apps.handovers.services.reading_back import (
    ReadBack,
    check_read_back,
    keep_read_back,
    settle_actions,
)
from apps.handovers.services.taking import take
from apps.investigations.models import Investigation

UNDO_FOR = timedelta(seconds=60)
REASON_LIMIT = 4000


def _locked_offer(handover_id: UUID) -> tuple[Investigation, Handover]:
    found = locked(handover_id)
    if found is None:
        raise NotFound
    if found[1].state != Handover.State.OFFERED:
        raise _not_open(found[1])
    return found


def _not_open(handover: Handover) -> DomainError:
    taken = {Handover.State.ACCEPTED, Handover.State.COMPLETED}
    if handover.is_emergency and handover.state in taken:
        return DomainError("handover.taken", _("Another desk has taken this case."))
    return DomainError("handover.not_open", _("This handover has been answered already."))


def _places(
    waiting: Sequence[Asked], actor: Actor, desk_id: UUID | None
) -> list[tuple[Asked, Desk]]:
    """The desks of the actor's member that are asked, or the one that it names."""
    rows = [row for row in waiting if row.desk_member_id == actor.member_id]
    desks = Desk.objects.in_bulk([row.desk_id for row in rows])
    found = [(row, desks[row.desk_id]) for row in rows if desk_id in {None, row.desk_id}]
    if desk_id is not None and not found:
        raise Invalid({"desk_id": [_("This desk is not asked.")]})
    return found


def _place(
    handover: Handover,
    places: list[tuple[Asked, Desk]],
    *,
    actor: Actor,
    at: datetime,
    override: str,
) -> tuple[Asked, Desk]:
    """The asked desk for which the actor may answer. Raises Refused when there is none.

    Under the actor's own stamp: who sits where is the member's own to know.
    """
    refusal = policies.not_asked()
    for row, desk in places:
        said = policies.may_answer(actor, handover, desk, at=at, override=override)
        if said:
            return row, desk
        refusal = said
    refusal.require()
    raise NotFound


def accept_handover(
    handover_id: UUID,
    *,
    read_back: ReadBack,
    desk_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Handover:
    """Take the case: the only way custody moves. Raises Refused, Invalid, Stale, DomainError.

    The first acceptance wins by the lock; where several desks of the actor's member are asked,
    `desk_id` names one, else it is the first for which the actor may answer.
    """
    seen = selectors.find(actor, handover_id)
    with scope.as_owner(seen, actor):
        investigation, handover = _locked_offer(handover_id)
        waiting = asking.waiting(handover)
        places = _places(waiting, actor, desk_id)
    said = read_back.override_reason
    asked, desk = _place(handover, places, actor=actor, at=at, override=said)
    with scope.as_owner(seen, actor):
        check_read_back(selectors.read_briefing(actor, handover), read_back)
        handover.undo_until = at + UNDO_FOR
        keep_read_back(handover, read_back)
        others = [row for row in waiting if row.pk != asked.pk]
        take(investigation, handover, asked, desk, others=others, actor=actor, at=at)
        settle_actions(investigation, handover, actor=actor, at=at)
    return handover


def auto_accept(asked_id: UUID, at: datetime) -> None:
    """Due service: the receiving member has said that its silence is a yes.

    Only for a desk on duty and a whole briefing; there is no read-back, and the record says so.
    """
    asked = Asked.objects.filter(pk=asked_id).first()
    found = locked(asked.handover_id) if asked else None
    if asked is None or found is None or found[1].state != Handover.State.OFFERED:
        return
    investigation, handover = found
    asked = Asked.objects.get(pk=asked_id)
    desk = Desk.objects.get(pk=asked.desk_id)
    last = briefing.latest(handover)
    if not asked.is_waiting or last is None or briefing.missing(last.content):
        return
    after = asking.silence_of(asked.desk_member_id)
    starts_at = asking.counts_from(handover, desk)
    if (
        after is None
        or starts_at is None
        or starts_at + after > at
        or not duty.is_on_duty(desk, at)
    ):
        return
    handover.is_automatic = True
    others = [row for row in asking.waiting(handover) if row.pk != asked.pk]
    take(investigation, handover, asked, desk, others=others, actor=scope.current(), at=at)


def decline_handover(
    handover_id: UUID,
    *,
    reason_code: str,
    reason: str,
    desk_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Handover:
    """Refuse with a reason; the next candidate is asked in the same transaction.

    Where several desks are asked at once the others go on being asked.
    """
    seen = selectors.find(actor, handover_id)
    if reason_code not in Handover.Refusal.values:
        raise Invalid({"reason_code": [_("Choose a reason.")]})
    if len(reason) > REASON_LIMIT:
        raise Invalid({"reason": [_("At most %(count)s characters.") % {"count": "4,000"}]})
    with scope.as_owner(seen, actor):
        investigation, handover = _locked_offer(handover_id)
        places = _places(asking.waiting(handover), actor, desk_id)
    asked, desk = _place(handover, places, actor=actor, at=at, override=policies.DECLINING)
    with scope.as_owner(seen, actor):
        Asked.objects.filter(pk=asked.pk).update(reason_code=reason_code, reason=reason)
        asking.release(handover, [asked], state=Asked.State.DECLINED, actor=actor, at=at)
        is_last = not asking.waiting(handover)
        if is_last:
            handover.reason_code, handover.reason = reason_code, reason
            _end_offers([handover], Handover.State.DECLINED, actor=actor, at=at)
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
        if is_last:
            offer_next(investigation, handover, due_at=at, actor=actor, at=at)
    return handover


def expire_handovers(handover_ids: Sequence[UUID], at: datetime) -> None:
    """Due service: silence is not acceptance; the next candidate is asked."""
    actor = scope.current()
    silent = [
        Ended(investigation, handover, handover.ack_deadline)
        for investigation, handover in locked_all(handover_ids)
        if handover.state == Handover.State.OFFERED
        and handover.ack_deadline is not None
        and handover.ack_deadline <= at
    ]
    handovers = [one.handover for one in silent]
    asked = asking.waiting_of(handovers)
    released = [(handover, asked[handover.pk]) for handover in handovers]
    asking.release_all(released, state=Asked.State.EXPIRED, actor=actor, at=at)
    _end_offers(handovers, Handover.State.EXPIRED, actor=actor, at=at)
    facts = [
        HandoverExpired(
            subject_id=handover.investigation_id,
            handover_id=handover.pk,
            to_desk_id=handover.to_desk_id,
            to_desk_ids=tuple(row.desk_id for row in rows),
        )
        for handover, rows in released
    ]
    tell_all(facts, actor=actor, at=at)
    offer_next_all(silent, actor=actor, at=at)


def _end_offers(handovers: Sequence[Handover], state: str, *, actor: Actor, at: datetime) -> None:
    for handover in handovers:
        handover.state = state
        handover.decided_at = at
        handover.decided_by = actor.user_id
    bulk.update(handovers, ["state", "decided_at", "decided_by", "reason_code", "reason"])
    due.cancel_many([handover.pk for handover in handovers])


def withdraw_asked(
    handover_id: UUID, *, asked: Q, reason_code: str, actor: Actor, at: datetime
) -> None:
    """These desks may no longer be asked; when nobody is left the next candidate is."""
    found = locked(handover_id)
    if found is None or found[1].state != Handover.State.OFFERED:
        return
    investigation, handover = found
    rows = list(Asked.objects.filter(asked, handover=handover, state=Asked.State.WAITING))
    if rows:
        withdraw_rows(investigation, handover, rows, reason_code=reason_code, actor=actor, at=at)


def withdraw_rows(
    investigation: Investigation,
    handover: Handover,
    rows: list[Asked],
    *,
    reason_code: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Ask these desks no longer; the caller holds both locks."""
    asking.release(handover, rows, state=Asked.State.WITHDRAWN, actor=actor, at=at)
    if asking.waiting(handover):
        return
    drop(handover, reason_code=reason_code, actor=actor, at=at)
    offer_next(investigation, handover, due_at=at, actor=actor, at=at)


def complete_handovers(handover_ids: Sequence[UUID], at: datetime) -> None:
    """Due service: the overlap is over, the acceptance stands."""
    standing = [h for _case, h in locked_all(handover_ids) if h.state == Handover.State.ACCEPTED]
    for handover in standing:
        handover.state = Handover.State.COMPLETED
    bulk.update(standing, ["state"])
    facts = [HandoverCompleted(subject_id=h.investigation_id, handover_id=h.pk) for h in standing]
    tell_all(facts, actor=scope.current(), at=at)
