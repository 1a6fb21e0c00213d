"""The quality report over the partner API, as JSON and as CSV."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.views import ApiView
from apps.duty import selectors
from apps.duty.api.forecast import AHEAD, SCOPE
from apps.duty.api.ranges import RANGE, asked_range
from apps.duty.reporting import csv_text
from apps.duty.selectors import Quality

_WEEKS = timedelta(days=28)


class BurdenSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField(source="person.pk")
    name = serializers.CharField(source="person.name")
    total = serializers.DurationField()
    night = serializers.DurationField(help_text="22:00 to 06:00 in the person's own zone.")
    weekend = serializers.DurationField(help_text="Saturday and Sunday in the person's own zone.")


class AloneSerializer(serializers.Serializer[Any]):
    desk_id = serializers.UUIDField()
    span = serializers.DurationField()


class QualitySerializer(serializers.Serializer[Any]):
    """Of people only the reader's own member's are told."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    covered_percent = serializers.FloatField()
    uncovered = serializers.DurationField()
    uncovered_by_cause = serializers.DictField(child=serializers.DurationField())
    one_desk = serializers.DurationField()
    alone = AloneSerializer(many=True)
    one_person = serializers.DurationField()
    on_duty_without_person = serializers.DurationField()
    people = BurdenSerializer(many=True)
    gini = serializers.FloatField()
    fairness = serializers.CharField()


def _quality(request: Request, view: ApiView) -> Quality:
    a, b = asked_range(request, longest=AHEAD, default=_WEEKS)
    scope = selectors.scoped(view.actor, request.query_params.get("scope", ""))
    return selectors.quality(view.actor, scope, a, b)


class QualityView(ApiView):
    """Hours covered, gaps by cause, what hangs on one desk or one person, and who carries it."""

    @extend_schema(parameters=[SCOPE, *RANGE], responses=QualitySerializer)
    def get(self, request: Request) -> Response:
        found = _quality(request, self)
        shown = {
            "start": found.outlook.starts_at,
            "end": found.outlook.ends_at,
            "covered_percent": found.percent,
            "uncovered": found.outlook.uncovered,
            "uncovered_by_cause": {kind.value: span for kind, span in found.by_cause},
            "one_desk": found.one_desk,
            "alone": [{"desk_id": desk.pk, "span": span} for desk, span in found.alone],
            "one_person": found.one_person,
            "on_duty_without_person": found.nobody_seated,
            "people": found.people,
            "gini": found.shares.gini,
            "fairness": found.shares.fairness.value,
        }
        return Response(QualitySerializer(shown).data)


class QualityCsvView(ApiView):
    """The same as a table."""

    @extend_schema(parameters=[SCOPE, *RANGE], responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponse:
        answer = HttpResponse(
            csv_text(_quality(request, self)), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = 'attachment; filename="coverage-quality.csv"'
        return answer
