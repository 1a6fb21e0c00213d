"""The staff's page: values that too many members know, and members that seem to guess."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import clock
from apps.leads import services
from apps.leads.correlating import reviewing
from apps.members.web.access import staff_only, user_of

PAGE = 200


@require_GET
@staff_only
def review(request: HttpRequest) -> HttpResponse:
    """Kinds, counts and times: staff see no value and nothing of who knows what."""
    rows = list(reviewing.quarantine()[:PAGE])
    context = {
        "nav": "staff",
        "waiting": [row for row in rows if row.state == row.State.WAITING],
        "judged": [row for row in rows if row.state != row.State.WAITING],
        "watched": reviewing.watched(clock.now()),
    }
    return render(request, "leads/staff_signals.html", context)


@require_POST
@staff_only
def judge(request: HttpRequest, quarantine_id: UUID) -> HttpResponse:
    is_stopped = request.POST.get("verdict") != "clear"
    by = user_of(request).pk
    services.judge_quarantine(quarantine_id, is_stopped=is_stopped, by=by, at=clock.now())
    if is_stopped:
        messages.success(request, _("The value is stopped: it never signals."))
    else:
        messages.success(request, _("The value is cleared: it signals again."))
    return redirect("leads:staff_signals")


@require_POST
@staff_only
def clear(request: HttpRequest, member_id: UUID) -> HttpResponse:
    services.clear_member(member_id, by=user_of(request).pk, at=clock.now())
    messages.success(request, _("The member takes part in signals again."))
    return redirect("leads:staff_signals")
