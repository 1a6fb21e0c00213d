"""The board, the inbox, the read-back: each view parses, calls one service, renders."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core import clock, scope
from apps.core.errors import DomainError, NotFound
from apps.handovers import selectors, services
from apps.handovers.models import Handover
from apps.handovers.services import ReadBack
from apps.handovers.web import board as board_page
from apps.handovers.web import briefing as briefing_page
from apps.investigations import selectors as investigations
from apps.members.web.access import signed_in


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
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for my answer, what my desks hand over, what was answered."""
    return render(request, "handovers/inbox.html", _inbox(request))


@require_safe
@signed_in
def inbox_live(request: HttpRequest) -> HttpResponse:
    return render(request, "handovers/_inbox.html", _inbox(request))


def _inbox(request: HttpRequest) -> dict[str, Any]:
    actor = scope.current()
    waiting = list(selectors.inbox(actor)[:100])
    leaving = list(selectors.outbox(actor)[:100])
    answered = list(selectors.answered(actor)[:20])
    return {
        "nav": "handovers",
        "waiting": briefing_page.lines(actor, waiting),
        "leaving": briefing_page.lines(actor, leaving),
        "answered": briefing_page.lines(actor, answered),
    }


@require_safe
@signed_in
def detail(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """The briefing, and the answer beside it."""
    handover = selectors.find(scope.current(), handover_id)
    context = briefing_page.context(request, handover, clock.now())
    return render(request, "handovers/detail.html", context)


@require_POST
@signed_in
def accept(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Take custody; a refusal shows the form again with everything typed."""
    try:
        version = int(request.POST.get("version", "0"))
    except ValueError:
        version = 0
    read_back = ReadBack(
        text=request.POST.get("read_back", ""),
        answers={
            key.removeprefix("answer-"): str(value)
            for key, value in request.POST.items()
            if key.startswith("answer-")
        },
        version=version,
        override_reason=request.POST.get("override_reason", "").strip(),
    )
    try:
        # What was begun before the refusal is undone: the page that says why is no error.
        with transaction.atomic():
            handover = services.accept_handover(
                handover_id, read_back=read_back, actor=scope.current(), at=clock.now()
            )
    except NotFound:
        raise
    except DomainError as refusal:
        return _again(request, handover_id, refusal, read_back)
    messages.success(request, _("You hold this case now. You can undo this for 60 seconds."))
    return redirect("handovers:detail", handover_id=handover.pk)


def _again(
    request: HttpRequest, handover_id: UUID, refusal: DomainError, read_back: ReadBack
) -> HttpResponse:
    handover = selectors.find(scope.current(), handover_id)
    context = briefing_page.context(request, handover, clock.now())
    context |= {"refusal": refusal, "typed": read_back, "answers": dict(read_back.answers)}
    return render(request, "handovers/detail.html", context, status=refusal.status)


@require_POST
@signed_in
def decline(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    services.decline_handover(
        handover_id,
        reason_code=request.POST.get("reason_code", ""),
        reason=request.POST.get("reason", "").strip(),
        actor=scope.current(),
        at=clock.now(),
    )
    messages.success(request, _("Declined. The next desk is asked."))
    return redirect("handovers:inbox")


@require_POST
@signed_in
def undo(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    services.undo_acceptance(handover_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("Undone. The sending desk holds the case again."))
    return redirect("handovers:inbox")


@require_POST
@signed_in
def cancel(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    services.cancel_handover(handover_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("The offer is taken back."))
    return redirect("handovers:inbox")


@require_POST
@signed_in
def amend(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """The sender's words in the briefing."""
    changes: dict[str, Any] = {
        name: request.POST[name].strip()
        for name in ("severity", "severity_reason", "summary", "note")
        if name in request.POST
    }
    if request.POST.get("contingency", "").strip():
        changes["contingencies"] = briefing_page.contingencies(request.POST["contingency"])
    try:
        version = int(request.POST.get("version", "0"))
    except ValueError:
        version = 0
    services.amend_briefing(
        handover_id, changes=changes, version=version, actor=scope.current(), at=clock.now()
    )
    messages.success(request, _("The briefing is kept as a new version."))
    return redirect("handovers:detail", handover_id=handover_id)


@require_safe
@signed_in
def panel(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """The handover panel of the investigation room."""
    found = investigations.find(scope.current(), investigation_id, min_level=3)
    return render(
        request,
        "handovers/_panel.html",
        briefing_page.panel(scope.current(), found, clock.now()),
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
