"""The bell and its list."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import clock, scope
from apps.core.walltime import local
from apps.duty.templatetags.duty import long_day
from apps.members.web.access import signed_in, user_of
from apps.notifications import selectors, services
from apps.notifications.models import Notification, Step
from apps.notifications.wording import line_of, url_of

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Line:
    row: Notification
    text: str

    @property
    def is_undelivered(self) -> bool:
        return Step.FAILED in {self.row.mail, self.row.push}

    @property
    def waits(self) -> str:
        """Why a mail or a push has not gone out yet."""
        held = {Step.HELD, Step.DIGEST}
        steps = [Step(step) for step in (self.row.mail, self.row.push) if step in held]
        return str(steps[0].label) if steps and self.row.read_at is None else ""


@dataclass(frozen=True, slots=True)
class Day:
    """What a person was told on one day of her own calendar."""

    name: str
    lines: list[Line]


def days_of(rows: list[Notification], zone: str, at: datetime) -> list[Day]:
    """The rows by local day, in their order."""
    today = local(zone, at).date()
    grouped = groupby(rows, key=lambda row: local(zone, row.created_at).date())
    return [
        Day(_day_name(day, today), [Line(row, line_of(row)) for row in found])
        for day, found in grouped
    ]


def _day_name(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return long_day(day)


@require_GET
@signed_in
def bell(request: HttpRequest) -> HttpResponse:
    """The bell's inside: how many wait."""
    context = {"unread": selectors.unread_count(scope.current())}
    return render(request, "notifications/bell.html", context)


@require_GET
@signed_in
def listing(request: HttpRequest) -> HttpResponse:
    """What I was told, by day, newest first; `show=unread` leaves out what I have read."""
    return _listing(request, is_unread=request.GET.get("show") == "unread")


def _listing(request: HttpRequest, *, is_unread: bool) -> HttpResponse:
    actor = scope.current()
    rows = list(selectors.newest(actor, is_unread=is_unread)[:SHOWN])
    context = {
        "days": days_of(rows, user_of(request).time_zone, clock.now()),
        "unread": selectors.unread_count(actor),
        "is_unread": is_unread,
        "is_cut": len(rows) == SHOWN,
    }
    name = "_list.html" if request.headers.get("HX-Request") else "list.html"
    return render(request, f"notifications/{name}", context)


@require_POST
@signed_in
def read_all(request: HttpRequest) -> HttpResponseBase:
    services.mark_all_read(actor=scope.current(), at=clock.now())
    return redirect("notifications:list")


@require_POST
@signed_in
def read_one(request: HttpRequest, notification_id: UUID) -> HttpResponseBase:
    """It is read without having been opened; the list comes back without its mark."""
    services.mark_read(notification_id, actor=scope.current(), at=clock.now())
    if not request.headers.get("HX-Request"):
        return redirect("notifications:list")
    return _listing(request, is_unread=request.POST.get("show") == "unread")


@require_GET
@signed_in
def open_one(request: HttpRequest, notification_id: UUID) -> HttpResponseBase:
    """Go to what it is about; having been opened, it is read."""
    row = services.mark_read(notification_id, actor=scope.current(), at=clock.now())
    return redirect(url_of(row))
