"""How well custody travels, over the partner API."""

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.duty.api.ranges import RANGE, asked_range
from apps.handovers import measuring

_WEEKS = timedelta(days=28)


class TravelSerializer(serializers.Serializer[Any]):
    """Of the offers of your own cases that were made in the range."""

    offered = serializers.IntegerField()
    accepted = serializers.IntegerField()
    accepted_percent = serializers.FloatField()
    declined = serializers.IntegerField()
    expired = serializers.IntegerField()
    bounced = serializers.IntegerField()
    cases = serializers.IntegerField()
    per_case = serializers.FloatField()
    middle = serializers.DurationField(allow_null=True, help_text="The median time to accept.")
    slow = serializers.DurationField(allow_null=True, help_text="Nine of ten are within.")


class HandoverQualityView(ApiView):
    """Handovers for each case and how fast they were accepted; the last four weeks when absent."""

    @extend_schema(parameters=RANGE, responses=TravelSerializer)
    def get(self, request: Request) -> Response:
        if request.query_params.get("from"):
            a, b = asked_range(request, default=_WEEKS)
        else:
            b = clock.now()
            a = b - _WEEKS
        return Response(TravelSerializer(measuring.travel(self.actor, a, b)).data)
