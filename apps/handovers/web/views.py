"""The board, the room's panel: each view parses, calls one service, renders."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core import clock, scope
from apps.core.errors import NotFound
from apps.handovers import services
from apps.handovers.models import Handover
from apps.handovers.web import board as board_page
from apps.handovers.web import briefing as briefing_page
from apps.investigations import selectors as investigations
from apps.members.web.access import signed_in, user_of


@require_safe
@signed_in
def board(request: HttpRequest) -> HttpResponse:
    """Who is on duty, what moves where next and is it accepted, is there a gap?"""
    return render(request, "handovers/board.html", board_page.context(request, clock.now()))


@require_safe
@signed_in
def board_live(request: HttpRequest) -> HttpResponse:
    return render(request, "handovers/_board.html", board_page.context(request, clock.now()))


@require_safe
@signed_in
def sky(request: HttpRequest) -> HttpResponse:
    """The ribbon under every top bar: who covers the coming 24 hours."""
    return render(request, "handovers/_sky.html", board_page.sky(request, clock.now()))


@require_safe
@signed_in
def panel(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """The handover panel of the investigation room."""
    found = investigations.find(scope.current(), investigation_id, min_level=3)
    return render(
        request,
        "handovers/_panel.html",
        briefing_page.panel(scope.current(), found, clock.now(), zone=user_of(request).time_zone),
    )


@require_POST
@signed_in
def emergency(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """Hand over now: to the desk asked for, or the best one."""
    wanted = request.POST.get("desk", "")
    try:
        desk_id = UUID(wanted) if wanted else None
    except ValueError:
        raise NotFound from None
    handover: Handover = services.hand_over_now(
        investigation_id,
        situation=request.POST.get("situation", "").strip(),
        desk_id=desk_id,
        actor=scope.current(),
        at=clock.now(),
    )
    messages.success(request, _("Offered. The desk has five minutes to answer."))
    return redirect("handovers:detail", handover_id=handover.pk)
