"""What coverage would be if a desk's hours were others, over the partner API: nothing is kept."""

from datetime import date, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock, walltime
from apps.core.api.views import ApiView
from apps.core.errors import NotFound
from apps.duty import selectors, services
from apps.duty.api.serializers import StretchSerializer, WindowSerializer
from apps.duty.planning.spans import Interval
from apps.duty.selectors import Changes, WhatIf
from apps.duty.selectors.coverage import WeekView
from apps.duty.selectors.rules import window_of
from apps.duty.services import WindowFacts
from apps.duty.weeks import monday_of

_MINUTE = timedelta(minutes=1)
_MOST = 50


class WhatIfSerializer(serializers.Serializer[Any]):
    """Another week or other exceptions of one desk; what is absent stays as it is."""

    desk_id = serializers.UUIDField()
    scope = serializers.CharField(
        max_length=60,
        default="",
        help_text="all (also when absent), mine, desk:ID, member:ID or circle:ID.",
    )
    week = serializers.DateField(
        allow_null=True, default=None, help_text="Any day of the week to compare, at the desk."
    )
    windows = serializers.ListField(child=WindowSerializer(), allow_null=True, default=None)
    holidays = serializers.ListField(child=serializers.DateField(), default=list, max_length=_MOST)
    workdays = serializers.ListField(child=serializers.DateField(), default=list, max_length=_MOST)
    closures = serializers.ListField(child=StretchSerializer(), default=list, max_length=_MOST)
    extra_cover = serializers.ListField(child=StretchSerializer(), default=list, max_length=_MOST)


class WhatIfGapSerializer(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class WhatIfOutcomeSerializer(serializers.Serializer[Any]):
    """One week, and the coming 400 days in sum."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    covered_minutes = serializers.IntegerField()
    gaps = WhatIfGapSerializer(many=True)
    uncovered_minutes_ahead = serializers.IntegerField(help_text="Of the coming 400 days.")


class WhatIfComparisonSerializer(serializers.Serializer[Any]):
    before = WhatIfOutcomeSerializer()
    after = WhatIfOutcomeSerializer()


class WhatIfView(ApiView):
    """Try other hours of a desk: what a week and the coming 400 days would lack or gain."""

    @extend_schema(request=WhatIfSerializer, responses=WhatIfComparisonSerializer)
    def post(self, request: Request) -> Response:
        asked, at = self.parsed(WhatIfSerializer), clock.now()
        scope = selectors.scoped(self.actor, asked["scope"])
        desk = next((one for one in scope.desks if one.pk == asked["desk_id"]), None)
        if desk is None:
            raise NotFound
        day = asked["week"] or walltime.local(desk.tz, at).date()
        found = selectors.what_if(
            scope, desk, _changes(asked), first=monday_of(day), zone=desk.tz, at=at
        )
        return Response(WhatIfComparisonSerializer(_compared(found)).data)


def _changes(asked: dict[str, Any]) -> Changes:
    """What is asked, held to what could be kept. Raises Invalid."""
    windows = asked["windows"]
    if windows is not None:
        services.check_windows([WindowFacts(**window) for window in windows])
    for stretch in (*asked["closures"], *asked["extra_cover"]):
        services.check_stretch(stretch["starts_at"], stretch["ends_at"])
    return Changes(
        windows=None if windows is None else tuple(window_of(**window) for window in windows),
        holidays=tuple[date, ...](asked["holidays"]),
        workdays=tuple[date, ...](asked["workdays"]),
        closures=tuple(_stretch(one) for one in asked["closures"]),
        extra=tuple(_stretch(one) for one in asked["extra_cover"]),
    )


def _stretch(said: dict[str, Any]) -> Interval:
    return services.whole_minutes(said["starts_at"], said["ends_at"])


def _compared(found: WhatIf) -> dict[str, Any]:
    return {
        "before": _outcome(found.before, found.uncovered_before),
        "after": _outcome(found.after, found.uncovered_after),
    }


def _outcome(view: WeekView, uncovered: timedelta) -> dict[str, Any]:
    return {
        "starts_at": view.week.starts_at,
        "ends_at": view.week.ends_at,
        "covered_minutes": view.week.covered // _MINUTE,
        "gaps": view.week.gaps,
        "uncovered_minutes_ahead": uncovered // _MINUTE,
    }
