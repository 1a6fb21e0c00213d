"""The staff's page: members with counts, never case content."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import clock
from apps.core.errors import NotFound
from apps.core.web.forms import attempt
from apps.members import mails, selectors, services
from apps.members.models import Invitation
from apps.members.web import forms
from apps.members.web.access import staff_only, user_of


@require_http_methods(["GET", "POST"])
@staff_only
def staff(request: HttpRequest) -> HttpResponse:
    """Create members with their first admin; see ids and counts."""
    start = {"language": user_of(request).language}
    form = forms.MemberForm(request.POST or None, initial=start)
    link = ""
    if request.method == "POST" and form.is_valid():
        by = user_of(request).pk
        invited = attempt(form, lambda: _create(form.cleaned_data, by))
        if invited:
            link = mails.invitation_link(services.secret_of(invited.pk))
            form = forms.MemberForm(initial=start)
    context = {"nav": "staff", "form": form, "rows": selectors.all_members(), "link": link}
    status = 400 if form.errors else 200
    return render(request, "members/staff.html", context, status=status)


@transaction.atomic
def _create(data: dict[str, Any], by: UUID) -> Invitation:
    at = clock.now()
    card = {name: data[name] for name in ("name", "code", "kind", "country")}
    member = services.create_member(**card, by=by, at=at)
    return services.invite_first_admin(member, data["admin_email"], data["language"], by=by, at=at)


@require_POST
@staff_only
def suspend(request: HttpRequest, member_id: UUID) -> HttpResponse:
    member = services.suspend_member(member_id, by=user_of(request).pk, at=clock.now())
    messages.success(request, _("%(name)s is suspended.") % {"name": member.name})
    return redirect("members:staff")


@require_POST
@staff_only
def reinstate(request: HttpRequest, member_id: UUID) -> HttpResponse:
    member = services.reinstate_member(member_id, by=user_of(request).pk, at=clock.now())
    messages.success(request, _("%(name)s is active again.") % {"name": member.name})
    return redirect("members:staff")


@require_POST
@staff_only
def leave(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """End a member for good; its code, typed again, says that it is meant."""
    card = selectors.member_cards([member_id]).get(member_id)
    if card is None:
        raise NotFound
    if request.POST.get("code", "").strip().upper() != card.code:
        messages.error(request, _("Nothing was ended: type the member's code to confirm."))
        return redirect("members:staff")
    member = services.end_member(member_id, by=user_of(request).pk, at=clock.now())
    messages.success(request, _("%(name)s has left the alliance.") % {"name": member.name})
    return redirect("members:staff")
