"""What lies ahead over the partner API: gaps with their causes, and how many are on duty."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.views import ApiView
from apps.core.errors import Invalid
from apps.duty import selectors
from apps.duty.api.ranges import RANGE, asked_range
from apps.duty.planning import Cause, Line
from apps.duty.selectors import Outlook

AHEAD = timedelta(days=400)
_MOST_HOURS = timedelta(days=62)
_HOUR = timedelta(hours=1)
SCOPE = OpenApiParameter(
    "scope",
    str,
    description="all (also when absent), mine, desk:ID, member:ID or circle:ID.",
)


class CauseSerializer(serializers.Serializer[Any]):
    """Without this the gap would close or shrink."""

    kind = serializers.CharField()
    desk_ids = serializers.ListField(child=serializers.UUIDField())
    tz = serializers.CharField(help_text="Of the clocks that changed.")
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    by_minutes = serializers.IntegerField()
    on = serializers.DateField(allow_null=True, help_text="The holiday.")
    name = serializers.CharField(help_text="Of the holiday.")
    closure = serializers.ListField(child=serializers.DateTimeField(), allow_null=True)


class LineSerializer(serializers.Serializer[Any]):
    """The same gap by the same causes, once or again and again."""

    causes = CauseSerializer(many=True)
    count = serializers.IntegerField()
    minutes = serializers.IntegerField()
    occurrences = serializers.ListField(
        child=serializers.ListField(child=serializers.DateTimeField())
    )


class ForecastSerializer(serializers.Serializer[Any]):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    uncovered_minutes = serializers.IntegerField()
    uncovered_by_cause = serializers.DictField(child=serializers.IntegerField())
    lines = LineSerializer(many=True)


class StaffingSerializer(serializers.Serializer[Any]):
    """The fewest desks on duty in each hour from the start on."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    fewest = serializers.ListField(child=serializers.IntegerField())


class ForecastView(ApiView):
    """When nobody will be on duty, at most 400 days, and why."""

    @extend_schema(parameters=[SCOPE, *RANGE], responses=ForecastSerializer)
    def get(self, request: Request) -> Response:
        a, b = asked_range(request, longest=AHEAD, default=AHEAD)
        scope = selectors.scoped(self.actor, request.query_params.get("scope", ""))
        return Response(ForecastSerializer(_forecast(selectors.outlook(scope, a, b))).data)


def _forecast(found: Outlook) -> dict[str, Any]:
    minute = timedelta(minutes=1)
    return {
        "start": found.starts_at,
        "end": found.ends_at,
        "minutes": found.total // minute,
        "uncovered_minutes": found.uncovered // minute,
        "uncovered_by_cause": {k.value: v // minute for k, v in found.by_cause.items()},
        "lines": [_line(line, found) for line in found.lines],
    }


def _line(line: Line, found: Outlook) -> dict[str, Any]:
    return {
        "causes": [_cause(cause, found) for cause in line.causes],
        "count": line.count,
        "minutes": line.pieces[0].minutes,
        "occurrences": [(piece.starts_at, piece.ends_at) for piece in line.pieces],
    }


def _cause(cause: Cause, found: Outlook) -> dict[str, Any]:
    names = [found.holiday_names.get((d, cause.on), "") for d in cause.desks if cause.on]
    return {
        "kind": cause.kind.value,
        "desk_ids": cause.desks,
        "tz": cause.tz,
        "since": cause.since,
        "until": cause.until,
        "by_minutes": cause.by,
        "on": cause.on,
        "name": next(filter(None, names), ""),
        "closure": cause.closure,
    }


class StaffingView(ApiView):
    """How many desks are on duty, hour by hour."""

    @extend_schema(parameters=[SCOPE, *RANGE], responses=StaffingSerializer)
    def get(self, request: Request) -> Response:
        a, b = asked_range(request)
        if b - a > _MOST_HOURS:
            raise Invalid(
                {"to": [_("A range is at most %(days)d days.") % {"days": _MOST_HOURS.days}]}
            )
        a = a.replace(minute=0, second=0, microsecond=0)
        scope = selectors.scoped(self.actor, request.query_params.get("scope", ""))
        edges = [a + k * _HOUR for k in range((b - a) // _HOUR + 1)]
        found = selectors.outlook(scope, a, edges[-1])
        answer = {"start": a, "end": edges[-1], "fewest": found.fewest(edges)}
        return Response(StaffingSerializer(answer).data)
