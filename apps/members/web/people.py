"""The people page: who works for my member, invitations, brands and keys."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core import clock, scope
from apps.core.web.forms import attempt
from apps.core.web.wording import wall
from apps.members import policies, selectors, services
from apps.members.models import Role
from apps.members.web import forms
from apps.members.web.access import signed_in, user_of


def _page(request: HttpRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    actor = scope.current()
    may_people, may_keys = policies.may_keep_people(actor), policies.may_keep_keys(actor)
    places, now = list(selectors.people(actor)), clock.now()
    context = {
        "nav": "people",
        "people": places,
        "clocks": {p.user_id: wall(now, p.user.time_zone, form="time") for p in places},
        "invitations": list(selectors.invitations(actor)) if may_people else [],
        "brands": list(selectors.brands(actor)),
        "keys": list(selectors.keys(actor)) if may_keys else [],
        "may_people": may_people,
        "may_keys": may_keys,
        "may_brands": policies.may_keep_brands(actor),
        "roles": Role.choices,
        "invite": forms.InviteForm(initial={"language": user_of(request).language}),
        "key_form": forms.KeyForm(),
        "brand_form": forms.BrandForm(),
        **extra,
    }
    return render(request, "members/people.html", context, status=status)


@require_safe
@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """Who works for my member, in which role; invitations, brands, keys."""
    return _page(request)


@require_POST
@signed_in
def invite(request: HttpRequest) -> HttpResponse:
    form = forms.InviteForm(request.POST)
    if form.is_valid():
        actor, at = scope.current(), clock.now()
        if attempt(form, lambda: services.invite(**form.cleaned_data, actor=actor, at=at)):
            messages.success(request, _("The invitation is on its way."))
            return redirect("members:people")
    return _page(request, status=400, invite=form)


@require_POST
@signed_in
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    services.withdraw_invitation(invitation_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("members:people")


@require_POST
@signed_in
def role(request: HttpRequest, user_id: UUID) -> HttpResponse:
    wanted = request.POST.get("role", "")
    services.change_role(user_id, wanted, actor=scope.current(), at=clock.now())
    messages.success(request, _("The role is changed."))
    return redirect("members:people")


@require_POST
@signed_in
def end(request: HttpRequest, user_id: UUID) -> HttpResponse:
    ended = services.end_membership(user_id, actor=scope.current(), at=clock.now())
    message = _("%(name)s no longer works for your member.") % {"name": ended.user.name}
    messages.success(request, message)
    return redirect("members:people")


@require_POST
@signed_in
def create_key(request: HttpRequest) -> HttpResponse:
    """The secret is in this one answer and kept nowhere, not even in the session."""
    form = forms.KeyForm(request.POST)
    form.in_zone(user_of(request).time_zone)
    if form.is_valid():
        actor, at = scope.current(), clock.now()
        made = attempt(form, lambda: services.create_key(**form.cleaned_data, actor=actor, at=at))
        if made:
            return _page(request, secret=made[1])
    return _page(request, status=400, key_form=form)


@require_POST
@signed_in
def revoke_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    services.revoke_key(key_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("The key opens nothing any more."))
    return redirect("members:people")


@require_POST
@signed_in
def add_brand(request: HttpRequest) -> HttpResponse:
    form = forms.BrandForm(request.POST)
    if form.is_valid():
        actor, at, name = scope.current(), clock.now(), form.cleaned_data["name"]
        if attempt(form, lambda: services.add_brand(name, actor=actor, at=at)):
            return redirect("members:people")
    return _page(request, status=400, brand_form=form)


@require_POST
@signed_in
def rename_brand(request: HttpRequest, brand_id: UUID) -> HttpResponse:
    name = request.POST.get("name", "")
    services.rename_brand(brand_id, name, actor=scope.current(), at=clock.now())
    return redirect("members:people")


@require_POST
@signed_in
def remove_brand(request: HttpRequest, brand_id: UUID) -> HttpResponse:
    services.remove_brand(brand_id, actor=scope.current(), at=clock.now())
    return redirect("members:people")
