"""Passing on by the owner alone: a grantee asks, the owner answers."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import access, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound, Refused
from apps.core.events import emit
from apps.leads import selectors
from apps.leads.services.sharing import own_locked
from apps.sharing import policies
from apps.sharing import selectors as grants
from apps.sharing import services as sharing
from apps.sharing.events import ReshareAsked, ReshareDecided
from apps.sharing.models import Capability, Grant, ReshareRequest
from apps.sharing.services import Grantee, Terms


def ask_reshare(
    lead_id: UUID, target_id: UUID, *, level: int, purpose: str, actor: Actor, at: datetime
) -> ReshareRequest:
    """Ask the owner to share a lead with one of one's own allies; nothing is shared by it."""
    lead = selectors.find(actor, lead_id)
    if lead.member_id == actor.member_id:
        raise NotFound
    policies.may_work(actor).require()
    sharing.check_terms(Terms(level=level, purpose=purpose), at=at)
    row = access.row(actor, "lead", lead.pk)
    if row is None or Capability.RESHARE not in row.capabilities or level > row.level:
        raise Refused("reshare.no_capability", _("Your access does not let you ask for this."))
    if target_id not in grants.fellow_ids(actor) - {lead.member_id}:
        raise DomainError(
            "grant.not_allied", _("You can share with members of your circles only."), status=400
        )
    asked, is_new = ReshareRequest.objects.get_or_create(
        member_id=actor.member_id,
        subject_type="lead",
        subject_id=lead.pk,
        target_id=target_id,
        state=ReshareRequest.State.OPEN,
        defaults={
            "owner_id": lead.member_id,
            "level": level,
            "purpose": purpose.strip(),
            "created_at": at,
            "created_by": actor.user_id,
        },
    )
    if is_new:
        emit(ReshareAsked(subject_id=asked.pk, owner_id=asked.owner_id), actor=actor, at=at)
    return asked


def approve_reshare(request_id: UUID, *, actor: Actor, at: datetime) -> Grant:
    """Share as asked, as the owner's own grant: the owner's circles and lights decide."""
    found = _asked_of(request_id, actor)
    lead = own_locked(found.subject_id, actor=actor)
    with scope.as_owner(found, actor):
        asked = _open(found)
        _decide(asked, ReshareRequest.State.APPROVED, actor=actor, at=at)
    return sharing.share(
        ("lead", lead.pk),
        [Grantee(kind=Grant.Grantee.MEMBER, id=asked.target_id)],
        Terms(level=asked.level, purpose=asked.purpose),
        tlp=lead.tlp,
        actor=actor,
        at=at,
    )[0]


def decline_reshare(request_id: UUID, *, actor: Actor, at: datetime) -> ReshareRequest:
    found = _asked_of(request_id, actor)
    policies.may_answer(actor).require()
    with scope.as_owner(found, actor):
        asked = _open(found)
        _decide(asked, ReshareRequest.State.DECLINED, actor=actor, at=at)
    return asked


def withdraw_reshare(request_id: UUID, *, actor: Actor, at: datetime) -> ReshareRequest:
    """The grantee asks no longer."""
    found = ReshareRequest.objects.filter(pk=request_id, member_id=actor.member_id).first()
    if found is None:
        raise NotFound
    policies.may_work(actor).require()
    asked = _open(found)
    _decide(asked, ReshareRequest.State.WITHDRAWN, actor=actor, at=at)
    return asked


def _asked_of(request_id: UUID, actor: Actor) -> ReshareRequest:
    found = ReshareRequest.objects.filter(pk=request_id, owner_id=actor.member_id).first()
    if found is None:
        raise NotFound
    return found


def _open(found: ReshareRequest) -> ReshareRequest:
    over = DomainError("reshare.answered", _("This request has already been answered."))
    return sharing.undecided(found, ReshareRequest.State.OPEN, otherwise=over)


def _decide(asked: ReshareRequest, state: str, *, actor: Actor, at: datetime) -> None:
    sharing.decide(asked, state, actor=actor, at=at)
    fact = ReshareDecided(subject_id=asked.pk, owner_id=asked.owner_id, state=state)
    emit(fact, actor=actor, at=at)
