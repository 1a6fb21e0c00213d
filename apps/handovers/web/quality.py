"""The handovers' part of the quality report."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core import clock, scope
from apps.handovers import measuring
from apps.members.web.access import signed_in

_WEEKS = timedelta(days=28)


@require_GET
@signed_in
def quality(request: HttpRequest) -> HttpResponse:
    """How often the member's cases travelled in the range, and how fast offers were answered."""
    b = _instant(request, "to") or clock.now()
    a = _instant(request, "from") or b - _WEEKS
    found = measuring.travel(scope.current(), a, b)
    return render(request, "handovers/_quality.html", {"travel": found, "starts_at": a})


def _instant(request: HttpRequest, name: str) -> datetime | None:
    """An instant as seconds since 1970, or nothing."""
    text = request.GET.get(name, "")
    if not (text.isdecimal() and text.isascii() and len(text) <= 10):
        return None
    return datetime.fromtimestamp(int(text), UTC)
