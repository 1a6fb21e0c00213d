"""Cover over the partner API: asked, offered, accepted, withdrawn."""

from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.duty import selectors, services
from apps.duty.models import CoverOffer, CoverRequest


class AskCoverSerializer(serializers.Serializer[Any]):
    """The circle whose members are asked, and for which instants."""

    circle_id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    note = serializers.CharField(max_length=500, allow_blank=True, default="")


class CoverRequestSerializer(serializers.Serializer[Any]):
    """A request as who asked and its circle read it, with what no promised cover fills yet."""

    id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    circle_id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    note = serializers.CharField()
    state = serializers.CharField()
    asked_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    left = serializers.SerializerMethodField()

    def get_left(self, request: CoverRequest) -> list[tuple[datetime, datetime]]:
        # Row-level security leaves the offers that the reader may see.
        return selectors.left_of(request, request.offers.all())


class AnswerSerializer(serializers.Serializer[Any]):
    """The desk that answers a request; the whole of it where no instants are named."""

    desk_id = serializers.UUIDField()
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False)


class OfferSerializer(serializers.Serializer[Any]):
    """A desk offered unasked to everybody in a circle."""

    desk_id = serializers.UUIDField()
    circle_id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class CoverOfferSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    desk_id = serializers.UUIDField()
    request_id = serializers.UUIDField(allow_null=True)
    circle_id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    state = serializers.CharField()
    offered_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class CoverRequestsView(ApiView):
    """What your member and its circles ask for."""

    @extend_schema(operation_id="cover_requests_list", responses=CoverRequestSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.cover_requests(self.actor).prefetch_related("offers")
        return self.page(rows, CoverRequestSerializer, ordering=("starts_at", "id"))

    @extend_schema(request=AskCoverSerializer, responses={201: CoverRequestSerializer})
    def post(self, request: Request) -> Response:
        asked = self.parsed(AskCoverSerializer)
        made = services.ask_cover(**asked, actor=self.actor, at=clock.now())
        return Response(CoverRequestSerializer(made).data, status=201)


class CoverRequestView(ApiView):
    """One request."""

    @extend_schema(responses=CoverRequestSerializer)
    def get(self, request: Request, cover_request_id: UUID) -> Response:
        found = selectors.cover_request(self.actor, cover_request_id)
        return Response(CoverRequestSerializer(found).data)


class WithdrawRequestView(ApiView):
    """Ask no longer."""

    @extend_schema(request=None, responses=CoverRequestSerializer)
    def post(self, request: Request, cover_request_id: UUID) -> Response:
        found = services.withdraw_request(cover_request_id, actor=self.actor, at=clock.now())
        return Response(CoverRequestSerializer(found).data)


class AnswerRequestView(ApiView):
    """Offer one of your desks to who asks."""

    @extend_schema(request=AnswerSerializer, responses={201: CoverOfferSerializer})
    def post(self, request: Request, cover_request_id: UUID) -> Response:
        asked = self.parsed(AnswerSerializer)
        made = services.answer_request(cover_request_id, **asked, actor=self.actor, at=clock.now())
        return Response(CoverOfferSerializer(made).data, status=201)


class CoverOffersView(ApiView):
    """The offers that your member made, and those that were made to it."""

    @extend_schema(operation_id="cover_offers_list", responses=CoverOfferSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.cover_offers(self.actor)
        return self.page(rows, CoverOfferSerializer, ordering=("starts_at", "id"))

    @extend_schema(request=OfferSerializer, responses={201: CoverOfferSerializer})
    def post(self, request: Request) -> Response:
        asked = self.parsed(OfferSerializer)
        made = services.offer_cover(**asked, actor=self.actor, at=clock.now())
        return Response(CoverOfferSerializer(made).data, status=201)


class AcceptOfferView(ApiView):
    @extend_schema(request=None, responses=CoverOfferSerializer)
    def post(self, request: Request, cover_offer_id: UUID) -> Response:
        """Take an offer: the desk is on duty then."""
        return _shown(services.accept_offer(cover_offer_id, actor=self.actor, at=clock.now()))


class DeclineOfferView(ApiView):
    @extend_schema(request=ReasonSerializer, responses=CoverOfferSerializer)
    def post(self, request: Request, cover_offer_id: UUID) -> Response:
        """Say no to an offer that answers your request."""
        asked = self.parsed(ReasonSerializer)
        return _shown(
            services.decline_offer(cover_offer_id, **asked, actor=self.actor, at=clock.now())
        )


class WithdrawOfferView(ApiView):
    @extend_schema(request=ReasonSerializer, responses=CoverOfferSerializer)
    def post(self, request: Request, cover_offer_id: UUID) -> Response:
        """Take your own offer back; once accepted with a reason, and before its start."""
        asked = self.parsed(ReasonSerializer)
        return _shown(
            services.withdraw_offer(cover_offer_id, **asked, actor=self.actor, at=clock.now())
        )


def _shown(offer: CoverOffer) -> Response:
    return Response(CoverOfferSerializer(offer).data)
