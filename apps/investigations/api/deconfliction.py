"""Holds on targets over the partner API."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.authentication import IsStaff
from apps.core.api.views import ApiView
from apps.investigations import services
from apps.investigations.deconflicting import holding
from apps.investigations.deconflicting.models import Encounter, Mode, TargetHold


class HoldSerializer(serializers.Serializer[TargetHold]):
    """A hold of one's own."""

    id = serializers.UUIDField()
    lead_id = serializers.UUIDField()
    mode = serializers.ChoiceField(choices=Mode.choices)
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=TargetHold.State.choices)
    created_at = serializers.DateTimeField()
    hold_until = serializers.DateTimeField()
    reviewed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class NewHoldSerializer(serializers.Serializer[Any]):
    """The own lead whose target others shall leave alone, at most 30 days."""

    lead_id = serializers.UUIDField()
    hold_until = serializers.DateTimeField()
    mode = serializers.ChoiceField(choices=Mode.choices, default=Mode.WARN)
    reason = serializers.CharField(max_length=holding.LONGEST_REASON)


class EncounterSerializer(serializers.Serializer[Encounter]):
    """A planned measure met a hold; neither side is named to the other."""

    id = serializers.UUIDField()
    side = serializers.ChoiceField(choices=Encounter.Side.choices)
    hold_id = serializers.UUIDField(allow_null=True)
    investigation_id = serializers.UUIDField(allow_null=True)
    measure = serializers.CharField()
    mode = serializers.ChoiceField(choices=Mode.choices)
    met_at = serializers.DateTimeField()
    hold_until = serializers.DateTimeField()


class HoldsView(ApiView):
    """The member's own holds, and the way to one more."""

    @extend_schema(responses=HoldSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = holding.holds(self.actor)
        return self.page(rows, HoldSerializer, ordering=("-created_at", "-id"))

    @extend_schema(request=NewHoldSerializer, responses={201: HoldSerializer})
    def post(self, request: Request) -> Response:
        told = self.parsed(NewHoldSerializer)
        lead_id = told.pop("lead_id")
        wish = services.Wish(**told)
        made = services.hold_target(lead_id, wish, actor=self.actor, at=clock.now())
        return Response(HoldSerializer(made).data, status=201)


class HoldReleaseView(ApiView):
    """Let others at the target again."""

    @extend_schema(request=None, responses=HoldSerializer)
    def post(self, request: Request, hold_id: UUID) -> Response:
        held = services.release_hold(hold_id, actor=self.actor, at=clock.now())
        return Response(HoldSerializer(held).data)


class EncountersView(ApiView):
    """Where the member met a hold, or its own was met."""

    @extend_schema(responses=EncounterSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = holding.encounters(self.actor)
        return self.page(rows, EncounterSerializer, ordering=("-met_at", "-id"))


class ReviewedHoldSerializer(serializers.Serializer[holding.Reviewed]):
    """A hold as the staff see it: never of what or why."""

    hold_id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    mode = serializers.ChoiceField(choices=Mode.choices)
    in_force = serializers.BooleanField()
    held_at = serializers.DateTimeField()
    hold_until = serializers.DateTimeField()


class HoldVerdictSerializer(serializers.Serializer[Any]):
    """Whether the hold stands or is lifted."""

    verdict = serializers.ChoiceField(choices=["keep", "lift"])


class HoldReviewsView(ApiView):
    """For the alliance's staff: every hold whose time is not over, the ones that wait first."""

    permission_classes = [IsStaff]

    @extend_schema(responses=ReviewedHoldSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows: Any = holding.under_review(clock.now())
        return Response(ReviewedHoldSerializer(rows, many=True).data)


class HoldReviewView(ApiView):
    """For the alliance's staff: let a hold stand, or lift it; its member sees that, and who."""

    permission_classes = [IsStaff]

    @extend_schema(request=HoldVerdictSerializer, responses={204: None})
    def post(self, request: Request, hold_id: UUID) -> Response:
        is_kept = self.parsed(HoldVerdictSerializer)["verdict"] == "keep"
        by: Any = self.actor.user_id
        services.review_hold(hold_id, is_kept=is_kept, by=by, actor=self.actor, at=clock.now())
        return Response(status=204)
