"""Coverage as pages: the week, the coming 400 days, and what would be if hours were others."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core import clock, scope, walltime
from apps.duty import policies, selectors
from apps.duty.closing import Suggestion, window_query
from apps.duty.selectors import Scope
from apps.duty.web.views import zone_of
from apps.duty.weeks import monday_of
from apps.members.web.access import signed_in

_SHOWN_WEEKS = 520
_MOST_LINES = 60


@require_GET
@signed_in
def coverage(request: HttpRequest) -> HttpResponse:
    """Is every hour covered, where not, why, and what would close it?"""
    at, zone = clock.now(), zone_of(request)
    this_week = monday_of(walltime.local(zone, at).date())
    first = asked_week(request.GET.get("week", ""), this_week)
    chosen = selectors.scoped(scope.current(), request.GET.get("scope", ""))
    view = selectors.week_view(chosen, first, zone, at)
    context = {
        **page_of(chosen),
        "view": view,
        "week": view.week,
        "holiday_names": view.holiday_names,
        "ideas": [(idea, _try(idea, first, chosen)) for idea in view.suggestions],
        "previous": first - timedelta(days=7),
        "next": first + timedelta(days=7),
        "is_this_week": first == this_week,
        "asked": selectors.open_cover(scope.current(), view.week.starts_at, view.week.ends_at),
        "now_minute": at,
    }
    return render(request, "duty/coverage.html", context)


def page_of(chosen: Scope) -> dict[str, Any]:
    """What every page of coverage shows: whose it is, and what the reader may do."""
    actor = scope.current()
    circles = selectors.own_circles(actor)
    return {
        "nav": "coverage",
        "scope": chosen,
        "circles": circles,
        "choices": selectors.scope_choices(actor, chosen.seen, circles),
        "desks_by_id": {str(desk.pk): desk for desk in chosen.desks},
        "may_keep": policies.may_keep_desks(actor),
        "may_ask": policies.may_ask_cover(actor),
    }


def asked_week(text: str, this_week: date) -> date:
    """The Monday of the week of a date, within ten years of now; anything else: this week."""
    try:
        monday = monday_of(date.fromisoformat(text))
    except (ValueError, OverflowError):
        return this_week
    if abs(monday - this_week) > timedelta(weeks=_SHOWN_WEEKS):
        return this_week
    return monday


def _try(idea: Suggestion, first: date, chosen: Scope) -> str:
    """The query that shows an idea as if it were so; a desk that is not there has none."""
    if idea.desk is None:
        return ""
    query = [("scope", chosen.key), ("week", first.isoformat()), ("desk", str(idea.desk.pk))]
    return urlencode([*query, *window_query(idea.windows)])


@require_GET
@signed_in
def year(request: HttpRequest) -> HttpResponse:
    """When will nobody be on duty in the coming 400 days, and why?"""
    at, zone = clock.now(), zone_of(request)
    actor = scope.current()
    chosen = selectors.scoped(actor, request.GET.get("scope", ""))
    view = selectors.year_view(chosen, zone, at)
    ahead = [line for line in view.outlook.lines if line.last[1] > at]
    context = {
        **page_of(chosen),
        "view": view,
        "outlook": view.outlook,
        "holiday_names": view.outlook.holiday_names,
        "zone": zone,
        "rows": [(line, next_time(line.pieces, at)) for line in ahead[:_MOST_LINES]],
        "more_count": max(0, len(ahead) - _MOST_LINES),
        "next_change": next((line for line in ahead if line.cause.since), None),
        "own_desks": [desk for desk in chosen.desks if desk.member_id == actor.member_id],
    }
    return render(request, "duty/coverage_year.html", context)


def next_time(pieces: Any, at: datetime) -> tuple[datetime, datetime]:
    """The first time of a line that is not over."""
    piece = next(piece for piece in pieces if piece.ends_at > at)
    return piece.starts_at, piece.ends_at
