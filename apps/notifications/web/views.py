"""The bell and its list."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.core import clock, scope
from apps.members.web.access import signed_in
from apps.notifications import selectors, services
from apps.notifications.models import Notification
from apps.notifications.wording import line_of, url_of

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Line:
    row: Notification
    text: str


@require_GET
@signed_in
def bell(request: HttpRequest) -> HttpResponse:
    """The bell's inside: how many wait."""
    context = {"unread": selectors.unread_count(scope.current())}
    return render(request, "notifications/bell.html", context)


@require_GET
@signed_in
def listing(request: HttpRequest) -> HttpResponse:
    """What I was told, newest first."""
    rows = selectors.newest(scope.current())[:SHOWN]
    context = {
        "lines": [Line(row, line_of(row)) for row in rows],
        "unread": selectors.unread_count(scope.current()),
    }
    name = "_list.html" if request.headers.get("HX-Request") else "list.html"
    return render(request, f"notifications/{name}", context)


@require_POST
@signed_in
def read_all(request: HttpRequest) -> HttpResponseBase:
    services.mark_all_read(actor=scope.current(), at=clock.now())
    return redirect("notifications:list")


@require_GET
@signed_in
def open_one(request: HttpRequest, notification_id: UUID) -> HttpResponseBase:
    """Go to what it is about; having been opened, it is read."""
    row = services.mark_read(notification_id, actor=scope.current(), at=clock.now())
    return redirect(url_of(row))
