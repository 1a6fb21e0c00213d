"""Answering an offer on its page, undoing, giving back, correcting: parse, one service, render."""

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
from apps.handovers.web import reading as page
from apps.members.web.access import signed_in


@require_safe
@signed_in
def detail(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """The briefing, and the answer beside it."""
    actor, at = scope.current(), clock.now()
    handover = selectors.find(actor, handover_id)
    since = request.GET.get("since", "")
    number = int(since) if since.isascii() and since.isdigit() and len(since) < 7 else None
    context = page.context(request, handover, at, since=number)
    if request.method == "GET" and context["b"]:
        services.note_reading(handover, context["b"].version, actor=actor, at=at)
    return render(request, "handovers/detail.html", context)


@require_safe
@signed_in
def news(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Whether the handover has moved on while it is being read; what is typed stays."""
    handover = selectors.find(scope.current(), handover_id)
    reading = selectors.read_briefing(scope.current(), handover)
    version = reading.briefing.version if reading else 0
    context = {
        "handover": handover,
        "is_newer": str(version) != request.GET.get("version", ""),
        "has_moved": handover.state != request.GET.get("state", ""),
    }
    return render(request, "handovers/_news.html", context)


@require_safe
@signed_in
def printed(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """The briefing on paper: whose level it shows, its version and digest at the foot."""
    handover = selectors.find(scope.current(), handover_id)
    context = page.context(request, handover, clock.now(), since=0)
    return render(request, "handovers/print.html", context)


@require_POST
@signed_in
def accept(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Take custody; a refusal shows the form again with everything typed."""
    read_back = page.typed(request.POST)
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
    """The page with the latest briefing, what changed since the one read, and the typed text."""
    handover = selectors.find(scope.current(), handover_id)
    context = page.context(request, handover, clock.now(), since=read_back.version)
    context |= {
        "refusal": refusal,
        "typed": read_back,
        "answers": dict(read_back.answers),
        "reasons": dict(read_back.reasons),
        "replies": dict(read_back.questions),
    }
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
def give_back(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Until the overlap ends, with a reason; a refusal keeps the reason."""
    reason = request.POST.get("reason", "")
    try:
        with transaction.atomic():
            services.bounce_handover(
                handover_id, reason=reason, actor=scope.current(), at=clock.now()
            )
    except NotFound:
        raise
    except DomainError as refusal:
        return _shown_again(request, handover_id, refusal, {"typed_reason": reason})
    messages.success(request, _("Given back. Another desk is asked."))
    return redirect("handovers:inbox")


@require_POST
@signed_in
def cancel(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    services.cancel_handover(handover_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("The offer is taken back."))
    return redirect("handovers:inbox")


@require_POST
@signed_in
def correct(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """The sender says what was meant; a refusal keeps the words."""
    text = request.POST.get("text", "")
    try:
        with transaction.atomic():
            services.correct_read_back(
                handover_id, text=text, actor=scope.current(), at=clock.now()
            )
    except NotFound:
        raise
    except DomainError as refusal:
        return _shown_again(request, handover_id, refusal, {"typed_correction": text})
    messages.success(request, _("The receiving desk is told."))
    return redirect("handovers:detail", handover_id=handover_id)


def _shown_again(
    request: HttpRequest, handover_id: UUID, refusal: DomainError, typed: dict[str, str]
) -> HttpResponse:
    handover: Handover = selectors.find(scope.current(), handover_id)
    context = page.context(request, handover, clock.now())
    return render(
        request,
        "handovers/detail.html",
        {**context, "refusal": refusal, **typed},
        status=refusal.status,
    )
