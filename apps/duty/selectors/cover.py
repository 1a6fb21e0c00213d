"""Requests and offers of cover, as the actor may read them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.walltime import instant_at, minute_after, minute_of
from apps.duty.models import CoverOffer, CoverRequest, Desk
from apps.duty.planning.spans import Interval, merged, without
from apps.members.models import Member
from apps.sharing.models import Circle

SHOWN = 100


def cover_requests(actor: Actor) -> QuerySet[CoverRequest]:
    """The requests of the actor's member and of its circles."""
    seen = access.subject_ids(actor, "cover_request")
    return CoverRequest.objects.filter(id__in=seen).order_by("starts_at", "id")


def cover_request(actor: Actor, request_id: UUID) -> CoverRequest:
    """One request that the actor may see. Raises NotFound."""
    found = cover_requests(actor).filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def cover_offers(actor: Actor) -> QuerySet[CoverOffer]:
    """The offers that the actor's member made, and those that were made to it."""
    seen = access.subject_ids(actor, "cover_offer")
    found = CoverOffer.objects.filter(id__in=seen).select_related("desk", "request")
    return found.order_by("starts_at", "id")


def cover_offer(actor: Actor, offer_id: UUID) -> CoverOffer:
    """One offer that the actor may see. Raises NotFound."""
    found = cover_offers(actor).filter(pk=offer_id).first()
    if found is None:
        raise NotFound
    return found


def left_of(request: CoverRequest, offers: Iterable[CoverOffer]) -> list[Interval]:
    """What of a request no accepted offer covers, in order."""
    asked = [(minute_of(request.starts_at), minute_after(request.ends_at))]
    covered = merged(
        (minute_of(offer.starts_at), minute_after(offer.ends_at))
        for offer in offers
        if offer.is_promised
    )
    return [(instant_at(start), instant_at(end)) for start, end in without(asked, covered)]


@dataclass(frozen=True, slots=True)
class AskedCover:
    """A request with its circle, who asks, what was offered and what is left of it."""

    request: CoverRequest
    circle_name: str
    member_name: str
    is_own: bool
    offers: list[CoverOffer]
    left: list[Interval]


@dataclass(frozen=True, slots=True)
class CoverBook:
    """Everything about cover that the actor's member may read and that still matters."""

    asked: list[AskedCover]
    given: list[CoverOffer]
    unasked: list[CoverOffer]
    members: dict[UUID, str]

    @property
    def waiting_count(self) -> int:
        """How many offers wait for the member's own answer."""
        to_own = (o for row in self.asked if row.is_own for o in row.offers if o.is_open)
        return sum(1 for _offer in to_own) + sum(1 for o in self.unasked if o.is_open)


def cover_book(actor: Actor, at: datetime) -> CoverBook:
    """Requests and offers that are not over, and the offers of the member's own desks."""
    requests = list(cover_requests(actor).filter(ends_at__gt=at)[:SHOWN])
    offers = list(cover_offers(actor).filter(ends_at__gt=at)[: 5 * SHOWN])
    of_request: defaultdict[UUID, list[CoverOffer]] = defaultdict(list)
    for offer in offers:
        if offer.request_id is not None:
            of_request[offer.request_id].append(offer)
    ids = {row.member_id for row in requests} | {row.member_id for row in offers}
    ids |= {row.decided_by_member for row in offers if row.decided_by_member}
    members = dict(Member.objects.filter(pk__in=ids).values_list("pk", "name"))
    seated = Circle.objects.filter(pk__in={row.circle_id for row in requests})
    circles = dict(seated.values_list("pk", "name"))
    return CoverBook(
        asked=[
            AskedCover(
                request=row,
                circle_name=circles.get(row.circle_id, ""),
                member_name=members.get(row.member_id, ""),
                is_own=row.member_id == actor.member_id,
                offers=of_request[row.pk],
                left=left_of(row, of_request[row.pk]),
            )
            for row in requests
        ],
        given=[offer for offer in offers if offer.member_id == actor.member_id],
        unasked=[
            offer
            for offer in offers
            if offer.request_id is None and offer.member_id != actor.member_id
        ],
        members=members,
    )


def promised_cover(desk: Desk) -> dict[UUID, CoverOffer]:
    """The accepted offers behind a desk's extra cover, by the extra cover's id."""
    rows = CoverOffer.objects.filter(desk=desk, cover__isnull=False)
    return {offer.cover_id: offer for offer in rows if offer.cover_id}


def open_cover(actor: Actor, a: datetime, b: datetime) -> list[CoverRequest]:
    """The open requests that touch [a, b)."""
    touching = Q(starts_at__lt=b, ends_at__gt=a)
    return list(
        cover_requests(actor).filter(touching, state=CoverRequest.State.OPEN).order_by("starts_at")
    )
