"""Asking those who know the same seller for more, without learning who they are.

What the requester sees is the same whether nobody was asked, nobody answered, all declined or all
have gone: pending, and at one instant not available. The fan-out happens in due work, so that no
answer's time tells how many were asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core import access, due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.duty.selectors.working import answer_by
from apps.leads import policies
from apps.leads.correlating import showing
from apps.leads.correlating.holders import Holder, holders_of
from apps.leads.correlating.models import Signal
from apps.leads.models import Lead, LeadSelector
from apps.members import selectors as members
from apps.notifications import services as notifications
from apps.sharing import policies as sharing_policies
from apps.sharing.events import AccessAnswered, AccessAsked
from apps.sharing.models import AccessQuestion, AccessRequest, Grant, Tlp
from apps.sharing.services import Owner

FAN_OUT: Final = "leads.ask_holders"
EXPIRE: Final = "leads.expire_question"
RELEASE: Final = "leads.release_request"
LONGEST_PURPOSE: Final = 500
LONGEST_BRAND: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Why somebody asks, and what of the own lead is offered in return."""

    purpose: str
    offered_level: int
    brand: str = ""


def ask_access(signal_id: UUID, ask: Ask, *, actor: Actor, at: datetime) -> AccessRequest:
    """Ask whoever stands behind a signal; nothing in the answer tells whether anybody does."""
    signal = showing.find_signal(actor, signal_id)
    policies.may_add(actor).require()
    _check(ask)
    if not signal.is_active:
        raise DomainError("signal.ended", _("This signal is no longer available."))
    lead = Lead.objects.select_for_update().get(pk=signal.lead_id)
    sharing_policies.may_share(
        actor, to_kind=Grant.Grantee.MEMBER, level=ask.offered_level, tlp=lead.tlp
    ).require()
    keys = _keys(signal)
    _refuse_repetition(keys, actor=actor, at=at)
    request = AccessRequest.objects.create(
        member_id=actor.member_id,
        signal_id=signal.pk,
        lead_id=lead.pk,
        selector_keys=keys,
        purpose=ask.purpose.strip(),
        brand=ask.brand.strip(),
        offered_level=ask.offered_level,
        created_at=at,
        created_by=actor.user_id,
    )
    due.plan(FAN_OUT, request.pk, at=at, member_id=actor.member_id)
    return request


def _check(ask: Ask) -> None:
    wrong: dict[str, list[str]] = {}
    purpose = ask.purpose.strip()
    if not purpose or len(purpose) > LONGEST_PURPOSE or "\x00" in purpose:
        wrong["purpose"] = [
            _("Say in 1 to %(count)s characters what it is for.") % {"count": LONGEST_PURPOSE}
        ]
    if len(ask.brand) > LONGEST_BRAND or "\x00" in ask.brand:
        wrong["brand"] = [_("At most %(count)s characters.") % {"count": LONGEST_BRAND}]
    if not 1 <= ask.offered_level <= 4:
        wrong["offered_level"] = [_("Choose how much of your own lead you offer in return.")]
    if wrong:
        raise Invalid(wrong)


def _keys(signal: Signal) -> list[UUID]:
    rows = LeadSelector.objects.filter(lead_id=signal.lead_id, kind__in=signal.kinds)
    return [key for key in rows.values_list("key", flat=True).distinct() if key]


def _refuse_repetition(keys: list[UUID], *, actor: Actor, at: datetime) -> None:
    """The same value is asked about seldom, whether the earlier request was withdrawn or not."""
    since = at - timedelta(days=settings.ACCESS_REQUEST_PER_SELECTOR_DAYS)
    earlier = AccessRequest.objects.filter(
        member_id=actor.member_id, created_at__gt=since, selector_keys__overlap=keys
    )
    if earlier.exists():
        raise DomainError(
            "access.asked_already",
            _("Your member has asked about this within the last %(days)s days.")
            % {"days": settings.ACCESS_REQUEST_PER_SELECTOR_DAYS},
            status=429,
        )


def ask_holders(request_id: UUID, at: datetime) -> None:
    """Due service: a question for each holder, under its own stamp, and the one instant of release.

    The release is a whole day of UTC, so that it tells nobody's calendar.
    """
    actor = scope.current()
    request = AccessRequest.objects.select_for_update().filter(pk=request_id).first()
    if request is None or request.state != AccessRequest.State.PENDING or request.release_at:
        return
    signal = Signal.objects.filter(pk=request.signal_id).first()
    ends = [answer_by(actor, at, working_days=settings.ACCESS_ANSWER_WORKING_DAYS)]
    for holder in holders_of(signal) if signal else []:
        with scope.as_owner(Owner(holder.member_id), actor):
            end = _question(request, holder, actor=actor, at=at)
        ends += [end] if end else []
    whole_day = max(ends).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    request.release_at = whole_day
    request.save(update_fields=["release_at"])
    due.plan(RELEASE, request.pk, at=whole_day, member_id=request.member_id)


def _question(
    request: AccessRequest, holder: Holder, *, actor: Actor, at: datetime
) -> datetime | None:
    """Ask one holder; one who was asked too often by this member is spared, which nobody learns."""
    since = at - timedelta(days=settings.ACCESS_REQUESTS_PER_PAIR_DAYS)
    asked = AccessQuestion.objects.filter(
        member_id=holder.member_id, requester_id=request.member_id, created_at__gt=since
    )
    if asked.count() >= settings.ACCESS_REQUESTS_PER_PAIR:
        return None
    lead = Lead.objects.filter(pk=holder.lead_id, member_id=holder.member_id).first()
    known = access.level_of(request.member_id, "lead", holder.lead_id)
    if lead is None or lead.tlp == Tlp.RED or known >= 4:
        return None
    theirs = Actor.system(holder.member_id)
    expires_at = answer_by(theirs, at, working_days=settings.ACCESS_ANSWER_WORKING_DAYS)
    question = AccessQuestion.objects.create(
        member_id=holder.member_id,
        request_id=request.pk,
        requester_id=request.member_id,
        lead_id=lead.pk,
        offered_lead_id=request.lead_id,
        offered_level=request.offered_level,
        purpose=request.purpose,
        brand=request.brand,
        created_at=at,
        expires_at=expires_at,
    )
    due.plan(EXPIRE, question.pk, at=expires_at, member_id=holder.member_id)
    emit(AccessAsked(subject_id=question.pk), actor=theirs, at=at)
    people = members.people_with_role(holder.member_id, "analyst", "manager", "admin")
    notifications.notify(
        [(holder.member_id, user_id) for user_id in people],
        kind="access.asked",
        subject=("question", question.pk),
        token=f"access.asked:{question.pk}",
        at=at,
        answer_by=expires_at,
    )
    return expires_at


def expire_question(question_id: UUID, at: datetime) -> None:
    """Due service: the holder's time to answer is over."""
    question = AccessQuestion.objects.select_for_update().filter(pk=question_id).first()
    if question and question.state == AccessQuestion.State.PENDING and question.expires_at <= at:
        question.state = AccessQuestion.State.EXPIRED
        question.save(update_fields=["state"])


def release_request(request_id: UUID, at: datetime) -> None:
    """Due service: what nobody granted is not available, for whichever reason."""
    request = AccessRequest.objects.select_for_update().filter(pk=request_id).first()
    if request and request.state == AccessRequest.State.PENDING:
        settle(request, AccessRequest.State.UNAVAILABLE, actor=scope.current(), at=at)


def settle(request: AccessRequest, state: str, *, actor: Actor, at: datetime) -> None:
    """Give the requester its one answer, under its own stamp."""
    request.state, request.settled_at = state, at
    request.save(update_fields=["state", "settled_at"])
    emit(AccessAnswered(subject_id=request.pk, state=state), actor=actor, at=at)
    people = set(members.people_with_role(request.member_id, "manager", "admin"))
    people |= {request.created_by} if request.created_by else set()
    notifications.notify(
        [(request.member_id, user_id) for user_id in people],
        kind="access.answered",
        subject=("request", request.pk),
        token=f"access.answered:{request.pk}",
        at=at,
    )


def withdraw_request(request_id: UUID, *, actor: Actor, at: datetime) -> AccessRequest:
    """The requester asks no longer; its questions end with it, and it may not ask again at once."""
    request = (
        AccessRequest.objects.select_for_update()
        .filter(pk=request_id, member_id=actor.member_id)
        .first()
    )
    if request is None:
        raise NotFound
    policies.may_add(actor).require()
    if request.state != AccessRequest.State.PENDING:
        raise DomainError("access.settled", _("This request has already been answered."))
    request.state, request.settled_at = AccessRequest.State.WITHDRAWN, at
    request.save(update_fields=["state", "settled_at"])
    due.cancel(request.pk)
    # The questions are told in due work, as they were asked: how many there are shows in no time.
    due.plan(WITHDRAW, request.pk, at=at, member_id=request.member_id)
    return request


WITHDRAW: Final = "leads.withdraw_questions"


def withdraw_questions(request_id: UUID, at: datetime) -> None:
    """Due service: holders need not answer a request that was withdrawn."""
    actor = scope.current()
    request = AccessRequest.objects.filter(pk=request_id).first()
    signal = Signal.objects.filter(pk=request.signal_id).first() if request else None
    for holder in holders_of(signal) if signal else []:
        with scope.as_owner(Owner(holder.member_id), actor):
            waiting = AccessQuestion.objects.filter(
                request_id=request_id, state=AccessQuestion.State.PENDING
            )
            waiting.update(state=AccessQuestion.State.WITHDRAWN, answered_at=at)
