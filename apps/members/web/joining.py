"""Accepting an invitation."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.web.forms import attempt
from apps.members import selectors, services
from apps.members.actors import SESSION_MEMBER
from apps.members.backends import BACKEND
from apps.members.models import Invitation, Membership
from apps.members.web import forms
from apps.members.web.access import user_of


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take the place that the letter offers: with one's account, or with a new one."""
    found = services.read_invitation(token, at=clock.now())
    if request.user.is_authenticated:
        return _with_account(request, token, found)
    if selectors.has_account(found.email):
        return render(request, "members/invitation.html", {"invitation": found, "known": True})
    with translation.override(found.language):
        return _as_new_person(request, token, found)


def _with_account(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    user = user_of(request)
    if request.method == "POST":
        membership = services.accept_invitation(token, user=user, at=clock.now())
        request.session[SESSION_MEMBER] = str(membership.member_id)
        return redirect("/")
    is_mine = user.email.lower() == found.email.lower()
    context = {"invitation": found, "known": True, "is_mine": is_mine}
    return render(request, "members/invitation.html", context)


def _as_new_person(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    start = {"language": found.language, "time_zone": "UTC"}
    form = forms.JoinForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        person = services.NewPerson(**form.cleaned_data)
        at = clock.now()
        joined = attempt(form, lambda: services.accept_as_new_person(token, person, at=at))
        if joined:
            return _signed_in(request, joined)
    return render(request, "members/invitation.html", {"invitation": found, "form": form})


def _signed_in(request: HttpRequest, joined: Membership) -> HttpResponse:
    login(request, joined.user, backend=BACKEND)
    request.session[SESSION_MEMBER] = str(joined.member_id)
    return redirect("/")
