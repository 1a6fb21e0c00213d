"""Answering offers of cover: accepted, the desk is on duty then, and nothing else is shared."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import Ref, emit
from apps.duty import policies, selectors
from apps.duty.events import (
    CoverAccepted,
    CoverDeclined,
    CoverExpired,
    CoverRequestClosed,
    CoverRequestReopened,
    CoverWithdrawn,
    DutyChanged,
)
from apps.duty.models import CoverOffer, CoverRequest, ExtraCover
from apps.duty.services.cover import plan_closing, show_cover
from apps.sharing import services as sharing


def accept_offer(offer_id: UUID, *, actor: Actor, at: datetime) -> CoverOffer:
    """Take an offer: the first to take it has it, and the desk is on duty in one transaction."""
    seen = selectors.cover_offer(actor, offer_id)
    policies.may_answer_cover(actor, seen).require()
    request, offer = _locked(seen, actor=actor)
    _require_open(offer, at=at)
    if request is not None and not _is_needed(request, offer):
        raise DomainError("cover.already_covered", _("Other cover came first for these hours."))
    with scope.as_owner(offer, actor):
        offer.cover = ExtraCover.objects.create(
            member_id=offer.member_id,
            desk_id=offer.desk_id,
            starts_at=offer.starts_at,
            ends_at=offer.ends_at,
        )
        _decide(offer, CoverOffer.State.ACCEPTED, actor=actor, at=at)
        _show_circle(offer, at=at)
        emit(CoverAccepted(subject_id=offer.pk, **_facts(offer)), actor=actor, at=at)
        emit(DutyChanged(subject_id=offer.desk_id), actor=actor, at=at)
    due.cancel(offer.pk, kinds=["cover.expire"])
    if request is not None and not selectors.left_of(request, _offers_of(request)):
        _close(request, CoverRequest.State.COVERED, actor=actor, at=at)
    return offer


def decline_offer(offer_id: UUID, *, reason: str = "", actor: Actor, at: datetime) -> CoverOffer:
    """Say no to an offer that answers one's own request."""
    seen = selectors.cover_offer(actor, offer_id)
    policies.may_decline_cover(actor, seen).require()
    _request, offer = _locked(seen, actor=actor)
    _require_open(offer, at=at)
    _declined(offer, reason=_short(reason), actor=actor, at=at)
    return offer


def withdraw_offer(offer_id: UUID, *, reason: str = "", actor: Actor, at: datetime) -> CoverOffer:
    """Take back one's own offer; once accepted only before its start, and with a reason."""
    seen = selectors.cover_offer(actor, offer_id)
    if seen.member_id != actor.member_id:
        raise NotFound
    policies.may_offer_cover(actor).require()
    request, offer = _locked(seen, actor=actor)
    if offer.is_promised:
        if not reason.strip():
            raise Invalid({"reason": [_("An ally counts on this cover: say why it ends.")]})
        if offer.starts_at <= at:
            raise DomainError(
                "cover.begun", _("This cover has begun: close the desk if nobody can be there.")
            )
    elif not offer.is_open:
        raise DomainError("cover.not_open", _("This offer is no longer open."))
    _withdrawn(offer, request, reason=_short(reason), actor=actor, at=at)
    return offer


def _withdrawn(
    offer: CoverOffer,
    request: CoverRequest | None,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    cover, was_accepted = offer.cover, offer.is_promised
    with scope.as_owner(offer, actor):
        offer.cover, offer.reason = None, reason
        _decide(offer, CoverOffer.State.WITHDRAWN, actor=actor, at=at)
        emit(
            CoverWithdrawn(subject_id=offer.pk, was_accepted=was_accepted, **_facts(offer)),
            actor=actor,
            at=at,
        )
        if cover is not None:
            cover.delete()
            emit(DutyChanged(subject_id=offer.desk_id), actor=actor, at=at)
    due.cancel(offer.pk, kinds=["cover.expire"])
    if was_accepted and request is not None:
        _reopen(request, actor=actor, at=at)


def _reopen(request: CoverRequest, *, actor: Actor, at: datetime) -> None:
    if request.state != CoverRequest.State.COVERED or request.ends_at <= at:
        return
    with scope.as_owner(request, actor):
        request.state, request.closed_at = CoverRequest.State.OPEN, None
        request.save(update_fields=["state", "closed_at"])
        plan_closing(request)
        emit(CoverRequestReopened(subject_id=request.pk), actor=actor, at=at)


def withdraw_request(request_id: UUID, *, actor: Actor, at: datetime) -> CoverRequest:
    """Ask no longer; what was promised stays promised, what was offered is answered with no."""
    seen = selectors.cover_request(actor, request_id)
    if seen.member_id != actor.member_id:
        raise NotFound
    policies.may_ask_cover(actor).require()
    request = CoverRequest.objects.select_for_update().get(pk=seen.pk)
    if not request.is_open:
        raise DomainError("cover.request_closed", _("Cover is no longer asked for these hours."))
    _close(request, CoverRequest.State.WITHDRAWN, actor=actor, at=at)
    return request


def expire_offer(offer_id: UUID, at: datetime) -> None:
    """At its start an offer that nobody answered passes; a decided one stays as it is."""
    offer = CoverOffer.objects.select_for_update(of=["self"]).filter(pk=offer_id).first()
    if offer is None or not offer.is_open or offer.starts_at > at:
        return
    system = Actor.system(offer.member_id)
    _decide(offer, CoverOffer.State.EXPIRED, actor=system, at=at)
    emit(CoverExpired(subject_id=offer.pk, **_facts(offer)), actor=system, at=at)


def close_request(request_id: UUID, at: datetime) -> None:
    """At its end a request that is still open passes."""
    request = CoverRequest.objects.select_for_update().filter(pk=request_id).first()
    if request is not None and request.is_open and request.ends_at <= at:
        system = Actor.system(request.member_id)
        _close(request, CoverRequest.State.EXPIRED, actor=system, at=at)


def share_cover(circle_id: UUID, joined_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Who joins a circle reads what is asked and offered there to everybody."""
    for owner_id in selectors.seated_ids(circle_id) - {joined_id}:
        with scope.as_owner(sharing.Owner(owner_id), actor):
            for ref in _shared_there(circle_id, owner_id):
                show_cover(ref, owner_id=owner_id, viewer_id=joined_id, at=at)


def part_cover(
    circle_id: UUID, left_id: UUID, stayed: set[UUID], *, actor: Actor, at: datetime
) -> None:
    """Who leaves a circle asks and offers there no longer, and reads nothing of it."""
    with scope.as_owner(sharing.Owner(left_id), actor):
        own = {"member_id": left_id, "circle_id": circle_id}
        for asked in CoverRequest.objects.select_for_update().filter(**own, state="open"):
            _close(asked, CoverRequest.State.WITHDRAWN, actor=actor, at=at)
        waiting = [CoverOffer.State.OFFERED, CoverOffer.State.ACCEPTED]
        offers = CoverOffer.objects.filter(**own, state__in=waiting, starts_at__gt=at)
        for seen in offers.select_related("request").order_by("request_id", "id"):
            request, offer = _locked(seen, actor=actor)
            _withdrawn(offer, request, reason="", actor=actor, at=at)
        _hide(circle_id, left_id, from_ids=stayed)
    for owner_id in stayed:
        with scope.as_owner(sharing.Owner(owner_id), actor):
            _hide(circle_id, owner_id, from_ids={left_id})


def _hide(circle_id: UUID, owner_id: UUID, *, from_ids: set[UUID]) -> None:
    own = {"member_id": owner_id, "circle_id": circle_id}
    refs = [("cover_request", pk) for pk in _ids(CoverRequest.objects.filter(**own))]
    refs += [("cover_offer", pk) for pk in _ids(CoverOffer.objects.filter(**own))]
    for ref in refs:
        for viewer_id in from_ids:
            sharing.take_access(ref, viewer_id=viewer_id)


def _ids(rows: "QuerySet[CoverRequest] | QuerySet[CoverOffer]") -> list[UUID]:
    return list(rows.values_list("pk", flat=True))


def _shared_there(circle_id: UUID, owner_id: UUID) -> list[Ref]:
    """What a member asks or offers in a circle to everybody there."""
    own = {"member_id": owner_id, "circle_id": circle_id}
    asked = CoverRequest.objects.filter(**own, state=CoverRequest.State.OPEN)
    unasked = CoverOffer.objects.filter(**own, request__isnull=True, state=CoverOffer.State.OFFERED)
    found = [("cover_request", pk) for pk in _ids(asked)]
    return found + [("cover_offer", pk) for pk in _ids(unasked)]


def _locked(seen: CoverOffer, *, actor: Actor) -> tuple[CoverRequest | None, CoverOffer]:
    """The request, then its offer, locked under the stamps of their own members."""
    request = None
    if seen.request is not None:
        with scope.as_owner(seen.request, actor):
            request = CoverRequest.objects.select_for_update().get(pk=seen.request.pk)
    with scope.as_owner(seen, actor):
        offer = CoverOffer.objects.select_for_update().get(pk=seen.pk)
    offer.request = request
    return request, offer


def _require_open(offer: CoverOffer, *, at: datetime) -> None:
    if not offer.is_open:
        raise DomainError("cover.not_open", _("This offer is no longer open."))
    if offer.starts_at <= at:
        raise DomainError("cover.begun", _("The hours of this offer have begun."))


def _is_needed(request: CoverRequest, offer: CoverOffer) -> bool:
    """Whether some minute of the offer is still uncovered."""
    if not request.is_open:
        return False
    left = selectors.left_of(request, _offers_of(request))
    return any(start < offer.ends_at and end > offer.starts_at for start, end in left)


def _offers_of(request: CoverRequest) -> list[CoverOffer]:
    return list(CoverOffer.objects.filter(request=request))


def _close(request: CoverRequest, state: CoverRequest.State, *, actor: Actor, at: datetime) -> None:
    """Close a request, and answer with no whoever still waits for an answer."""
    with scope.as_owner(request, actor):
        request.state, request.closed_at = state, at
        request.save(update_fields=["state", "closed_at"])
        emit(CoverRequestClosed(subject_id=request.pk, state=str(state)), actor=actor, at=at)
        waiting = list(
            CoverOffer.objects.filter(request=request, state=CoverOffer.State.OFFERED).order_by(
                "pk"
            )
        )
    for seen in waiting:
        with scope.as_owner(seen, actor):
            offer = CoverOffer.objects.select_for_update().get(pk=seen.pk)
        if offer.is_open:
            _declined(offer, reason="", actor=actor, at=at)


def _declined(offer: CoverOffer, *, reason: str, actor: Actor, at: datetime) -> None:
    with scope.as_owner(offer, actor):
        offer.reason = reason
        _decide(offer, CoverOffer.State.DECLINED, actor=actor, at=at)
        emit(CoverDeclined(subject_id=offer.pk, **_facts(offer)), actor=actor, at=at)
    due.cancel(offer.pk, kinds=["cover.expire"])


def _decide(offer: CoverOffer, state: CoverOffer.State, *, actor: Actor, at: datetime) -> None:
    offer.state = state
    offer.decided_by_member, offer.decided_by = actor.member_id, actor.user_id
    offer.decided_at = at
    offer.save()


def _show_circle(offer: CoverOffer, *, at: datetime) -> None:
    """Promised cover is everybody's in the circle to see: it closes what they counted as open."""
    for reader_id in selectors.seated_ids(offer.circle_id) - {offer.member_id}:
        ref = ("cover_offer", offer.pk)
        show_cover(ref, owner_id=offer.member_id, viewer_id=reader_id, at=at)


def _facts(offer: CoverOffer) -> dict[str, Any]:
    to = offer.request.member_id if offer.request else None
    return {"desk_id": offer.desk_id, "to_member_id": to}


def _short(reason: str) -> str:
    if len(reason) > 500:
        raise Invalid({"reason": [_("At most %(count)s characters.") % {"count": 500}]})
    return reason.strip()
