"""Asking allies for cover and offering it: what is promised is written by `covering`."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.core.events import emit
from apps.core.models import Level
from apps.duty import policies, selectors
from apps.duty.events import CoverAsked, CoverOffered
from apps.duty.models import CoverOffer, CoverRequest, Desk
from apps.duty.services.checking import check_stretch
from apps.duty.services.desks import locked
from apps.sharing import selectors as circles
from apps.sharing import services as sharing

AHEAD = timedelta(days=400)
_MINUTE = timedelta(minutes=1)


def ask_cover(
    circle_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> CoverRequest:
    """Ask the members of a circle to be on duty; who sits there reads it, nobody else."""
    policies.may_ask_cover(actor).require()
    circle = circles.circle(actor, circle_id)
    starts_at, ends_at = _checked(starts_at, ends_at, at=at)
    if len(note) > 500:
        raise Invalid({"note": [_("At most %(count)s characters.") % {"count": 500}]})
    request = CoverRequest(
        member_id=actor.member_id,
        circle_id=circle.pk,
        starts_at=starts_at,
        ends_at=ends_at,
        note=note.strip(),
        asked_by=actor.user_id,
        asked_at=at,
    )
    _refuse_a_second(request)
    ref = ("cover_request", request.pk)
    sharing.own_subject(ref, member_id=actor.member_id, at=at)
    request.save(force_insert=True)
    for fellow_id in selectors.seated_ids(circle.pk) - {actor.member_id}:
        show_cover(ref, owner_id=actor.member_id, viewer_id=fellow_id, at=at)
    plan_closing(request)
    emit(CoverAsked(subject_id=request.pk, circle_id=circle.pk), actor=actor, at=at)
    return request


def _refuse_a_second(request: CoverRequest) -> None:
    same = CoverRequest.objects.filter(
        member_id=request.member_id,
        circle_id=request.circle_id,
        starts_at=request.starts_at,
        ends_at=request.ends_at,
        state=CoverRequest.State.OPEN,
    )
    if same.exists():
        raise DomainError("cover.asked_already", _("Your member asks for these hours already."))


def plan_closing(request: CoverRequest) -> None:
    """What nobody covered passes with its end."""
    due.plan(
        "cover.close",
        request.pk,
        at=request.ends_at,
        member_id=request.member_id,
    )


def offer_cover(
    desk_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    circle_id: UUID,
    actor: Actor,
    at: datetime,
) -> CoverOffer:
    """Offer one of one's desks unasked: everybody in the circle reads it, the first takes it."""
    policies.may_offer_cover(actor).require()
    circle = circles.circle(actor, circle_id)
    desk = _offered_desk(desk_id, actor=actor)
    starts_at, ends_at = _checked(starts_at, ends_at, at=at)
    offer = CoverOffer(circle_id=circle.pk, starts_at=starts_at, ends_at=ends_at)
    readers = selectors.seated_ids(circle.pk) - {actor.member_id}
    return _offered(offer, desk, readers, actor=actor, at=at)


def answer_request(
    request_id: UUID,
    desk_id: UUID,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> CoverOffer:
    """Offer one of one's desks to who asks for cover: for the whole of it, or a part."""
    policies.may_offer_cover(actor).require()
    asked = selectors.cover_request(actor, request_id)
    with scope.as_owner(asked, actor):
        request = CoverRequest.objects.select_for_update().get(pk=asked.pk)
    if request.member_id == actor.member_id:
        raise DomainError(
            "cover.own_request",
            _("Your own member asks: give its desk extra cover, no ally has to agree."),
        )
    if not request.is_open:
        raise DomainError("cover.request_closed", _("Cover is no longer asked for these hours."))
    desk = _offered_desk(desk_id, actor=actor)
    starts_at, ends_at = _checked(
        starts_at or max(request.starts_at, _next_minute(at)), ends_at or request.ends_at, at=at
    )
    if starts_at < request.starts_at or ends_at > request.ends_at:
        raise Invalid({"starts_at": [_("Offer hours within those that are asked for.")]})
    offer = CoverOffer(
        request=request, circle_id=request.circle_id, starts_at=starts_at, ends_at=ends_at
    )
    return _offered(offer, desk, {request.member_id}, actor=actor, at=at)


def _offered_desk(desk_id: UUID, *, actor: Actor) -> Desk:
    desk = locked(desk_id, actor=actor)
    if not desk.is_active:
        raise DomainError("cover.desk_closed", _("This desk is closed: open it first."))
    return desk


def _offered(
    offer: CoverOffer, desk: Desk, readers: set[UUID], *, actor: Actor, at: datetime
) -> CoverOffer:
    offer.member_id, offer.desk = desk.member_id, desk
    offer.offered_by, offer.offered_at = actor.user_id, at
    same = CoverOffer.objects.filter(
        desk=desk,
        request=offer.request,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        state=CoverOffer.State.OFFERED,
    )
    if same.exists():
        raise DomainError("cover.offered_already", _("This desk offers these hours already."))
    ref = ("cover_offer", offer.pk)
    sharing.own_subject(ref, member_id=offer.member_id, at=at)
    offer.save(force_insert=True)
    for reader_id in readers:
        show_cover(ref, owner_id=offer.member_id, viewer_id=reader_id, at=at)
    due.plan("cover.expire", offer.pk, at=offer.starts_at, member_id=offer.member_id)
    to = offer.request.member_id if offer.request else None
    emit(CoverOffered(subject_id=offer.pk, desk_id=desk.pk, to_member_id=to), actor=actor, at=at)
    return offer


def show_cover(ref: tuple[str, UUID], *, owner_id: UUID, viewer_id: UUID, at: datetime) -> None:
    """Let an ally read a request or an offer; the owner's stamp is the caller's business."""
    sharing.give_access(ref, owner_id=owner_id, viewer_id=viewer_id, level=Level.TEASER, at=at)


def _checked(starts_at: datetime, ends_at: datetime, *, at: datetime) -> tuple[datetime, datetime]:
    """Whole minutes, forward, still to come and within the horizon. Raises Invalid."""
    check_stretch(starts_at, ends_at)
    starts_at = starts_at.replace(second=0, microsecond=0)
    ends_at = _next_minute(ends_at)
    if starts_at < at.replace(second=0, microsecond=0):
        raise Invalid({"starts_at": [_("These hours have begun: name hours still to come.")]})
    if ends_at > at + AHEAD:
        raise Invalid({"ends_at": [_("Name hours within %(days)d days.") % {"days": AHEAD.days}]})
    return starts_at, ends_at


def _next_minute(instant: datetime) -> datetime:
    whole = instant.replace(second=0, microsecond=0)
    return whole if whole == instant else whole + _MINUTE
