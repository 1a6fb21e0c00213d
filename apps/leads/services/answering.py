"""A holder's answer to a question: an analyst recommends, a manager grants or declines."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.leads.models import Lead
from apps.leads.services import asking
from apps.sharing import policies, selectors
from apps.sharing import services as sharing
from apps.sharing.models import AccessQuestion, AccessRequest, Grant, Tlp
from apps.sharing.services import Grantee, Owner, Terms

LONGEST_WORD: Final = 2_000


def recommend(question_id: UUID, text: str, *, actor: Actor, at: datetime) -> AccessQuestion:
    """Tell the managers what one would answer; it stays with the member."""
    question = _open(question_id, actor=actor, at=at)
    policies.may_work(actor).require()
    if not text.strip() or len(text) > LONGEST_WORD or "\x00" in text:
        raise Invalid({"text": [_("Say in 1 to %(count)s characters.") % {"count": LONGEST_WORD}]})
    question.recommendation, question.recommended_by = text.strip(), actor.user_id
    question.save(update_fields=["recommendation", "recommended_by"])
    return question


def decline(question_id: UUID, *, actor: Actor, at: datetime) -> AccessQuestion:
    """Give nothing. The requester learns no sooner than if nobody had answered."""
    question = _open(question_id, actor=actor, at=at)
    policies.may_answer(actor).require()
    _close(question, AccessQuestion.State.DECLINED, actor=actor, at=at)
    return question


def grant_access(question_id: UUID, terms: Terms, *, actor: Actor, at: datetime) -> AccessQuestion:
    """Give access to the own lead, and get what was offered in return, in one transaction."""
    found = _open(question_id, actor=actor, at=at)
    policies.may_answer(actor).require()
    lead = Lead.objects.select_for_update().filter(pk=found.lead_id).first()
    if lead is None or lead.member_id != actor.member_id:
        raise NotFound
    question = _open(question_id, actor=actor, at=at)
    if question.requester_id not in set().union(*selectors.seated_by_circle(actor).values()):
        raise DomainError("access.parted", _("You no longer share a circle with this member."))
    terms = replace(terms, purpose=terms.purpose or question.purpose)
    sharing.check_terms(terms, at=at)
    given = sharing.share_with(
        ("lead", lead.pk),
        Grantee(kind=Grant.Grantee.MEMBER, id=question.requester_id),
        sharing.lasting(terms, at=at),
        tlp=lead.tlp,
        actor=actor,
        at=at,
        is_introduced=True,
    )
    question.grant_id = given.pk
    _close(question, AccessQuestion.State.GRANTED, actor=actor, at=at)
    _take_offer(question, actor=actor, at=at)
    return question


def _take_offer(question: AccessQuestion, *, actor: Actor, at: datetime) -> None:
    """What the requester offered becomes the holder's to read, as it was promised."""
    theirs = Actor.system(question.requester_id)
    with scope.as_owner(Owner(question.requester_id), actor):
        request = AccessRequest.objects.select_for_update().filter(pk=question.request_id).first()
        lead = Lead.objects.select_for_update().filter(pk=question.offered_lead_id).first()
        is_asked = request and request.state in {
            AccessRequest.State.PENDING,
            AccessRequest.State.GRANTED,
        }
        if request is None or not is_asked or lead is None or lead.tlp == Tlp.RED:
            raise DomainError(
                "access.offer_gone", _("What was offered in return is no longer available.")
            )
        terms = Terms(level=question.offered_level, purpose=question.purpose)
        sharing.share_with(
            ("lead", lead.pk),
            Grantee(kind=Grant.Grantee.MEMBER, id=question.member_id),
            sharing.lasting(terms, at=at),
            tlp=lead.tlp,
            actor=theirs,
            at=at,
            is_introduced=True,
        )
        if request.state == AccessRequest.State.PENDING:
            asking.settle(request, AccessRequest.State.GRANTED, actor=theirs, at=at)


def _open(question_id: UUID, *, actor: Actor, at: datetime) -> AccessQuestion:
    question = (
        AccessQuestion.objects.select_for_update()
        .filter(pk=question_id, member_id=actor.member_id)
        .first()
    )
    if question is None:
        raise NotFound
    if question.state != AccessQuestion.State.PENDING or question.expires_at <= at:
        raise DomainError("access.settled", _("This request has already been answered."))
    return question


def _close(question: AccessQuestion, state: str, *, actor: Actor, at: datetime) -> None:
    question.state = state
    question.answered_at, question.answered_by = at, actor.user_id
    question.save(update_fields=["state", "answered_at", "answered_by", "grant_id"])
    due.cancel(question.pk)
