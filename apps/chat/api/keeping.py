"""Copies of rooms, and how long a member's texts stay, over the partner API."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.chat import selectors, services
from apps.core import clock
from apps.core.api.views import ApiView


class RangeSerializer(serializers.Serializer[Any]):
    """The numbers of the first and the last entry; the whole room without them."""

    first = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    last = serializers.IntegerField(required=False, allow_null=True, min_value=1)


class RoomCopySerializer(serializers.Serializer[Any]):
    """A copy that proves itself: each entry's digest covers the entry before it."""

    manifest = serializers.DictField()
    entries = serializers.ListField(child=serializers.DictField())


class RetentionSerializer(serializers.Serializer[Any]):
    """How long the member's texts stay; None for good. A hold of law wins."""

    days = serializers.IntegerField(allow_null=True)
    held_at = serializers.DateTimeField(allow_null=True)
    hold_reason = serializers.CharField()


class DaysSerializer(serializers.Serializer[Any]):
    days = serializers.IntegerField(allow_null=True)


class LegalHoldSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class ExportView(ApiView):
    @extend_schema(request=RangeSerializer, responses=RoomCopySerializer)
    def post(self, request: Request, room_id: UUID) -> Response:
        """Take a copy of what one may read; the owner finds it in the ledger of copies."""
        copy = services.export_room(
            room_id, actor=self.actor, at=clock.now(), **self.parsed(RangeSerializer)
        )
        return Response(copy)


class RetentionView(ApiView):
    """The rule of the own member."""

    @extend_schema(responses=RetentionSerializer)
    def get(self, request: Request) -> Response:
        return Response(RetentionSerializer(selectors.retention(self.actor)).data)

    @extend_schema(request=DaysSerializer, responses=RetentionSerializer)
    def put(self, request: Request) -> Response:
        """Keep texts for so many days, or for good; the purge begins a day later."""
        days = self.parsed(DaysSerializer)["days"]
        rule = services.set_retention(days=days, actor=self.actor, at=clock.now())
        return Response(RetentionSerializer(rule).data)


class HoldView(ApiView):
    @extend_schema(request=LegalHoldSerializer, responses=RetentionSerializer)
    def post(self, request: Request) -> Response:
        """Let nothing be purged until the hold is lifted."""
        reason = self.parsed(LegalHoldSerializer)["reason"]
        rule = services.place_hold(reason=reason, actor=self.actor, at=clock.now())
        return Response(RetentionSerializer(rule).data)

    @extend_schema(request=None, responses=RetentionSerializer)
    def delete(self, request: Request) -> Response:
        """Lift the hold; the rule goes on a day later."""
        rule = services.lift_hold(actor=self.actor, at=clock.now())
        return Response(RetentionSerializer(rule).data)
