"""The handover history of a case, as the ribbon draws it."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.handovers import ribbon
from apps.investigations import selectors as investigations


class CustodyStretchSerializer(serializers.Serializer[Any]):
    """One desk's custody; `until` is null while it goes on."""

    desk_id = serializers.UUIDField()
    name = serializers.CharField()
    member = serializers.CharField()
    cause = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class CustodyHoldSerializer(serializers.Serializer[Any]):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class AnswerMarkSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["accepted", "declined", "expired", "bounced"])
    at = serializers.DateTimeField()
    desk_id = serializers.UUIDField(source="desk.id", default=None, allow_null=True)


class RibbonSerializer(serializers.Serializer[Any]):
    stretches = CustodyStretchSerializer(many=True)
    holds = CustodyHoldSerializer(many=True)
    marks = AnswerMarkSerializer(many=True)


class RibbonView(ApiView):
    """Who held the case when, when it was held, and how each handover was answered."""

    @extend_schema(responses=RibbonSerializer)
    def get(self, request: Request, investigation_id: UUID) -> Response:
        case = investigations.find(self.actor, investigation_id)
        found = ribbon.read(self.actor, case, clock.now(), zone="UTC")
        return Response(RibbonSerializer(found).data)
