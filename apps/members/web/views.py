"""Signing in and out, passwords, the language, one's own settings."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock
from apps.core.errors import NotFound
from apps.core.web.forms import attempt
from apps.members import services
from apps.members.actors import SESSION_MEMBER
from apps.members.web import forms
from apps.members.web.access import signed_in, user_of, with_account

LANGUAGE_COOKIE = "al-lang"
YEAR_IN_SECONDS = 365 * 24 * 3600


class SignIn(auth.LoginView):
    template_name = "members/sign_in.html"
    authentication_form = forms.SignInForm
    redirect_authenticated_user = True
    extra_context = {"languages": settings.LANGUAGES}


class ResetConfirm(auth.PasswordResetConfirmView):
    template_name = "members/reset_confirm.html"
    form_class = forms.ChoosePasswordForm
    success_url = reverse_lazy("members:sign_in")

    def form_valid(self, form: Any) -> HttpResponse:
        services.recheck([form.user.pk])
        messages.success(self.request, _("The password is changed. Sign in with it."))
        return super().form_valid(form)


class ChangePassword(auth.PasswordChangeView):
    template_name = "members/change_password.html"
    form_class = forms.ChangePasswordForm
    success_url = reverse_lazy("members:settings")

    def form_valid(self, form: Any) -> HttpResponse:
        services.recheck([form.user.pk])
        messages.success(self.request, _("The password is changed; other sessions have ended."))
        return super().form_valid(form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session; its sockets close."""
    if request.user.is_authenticated:
        services.recheck([user_of(request).pk])
    logout(request)
    return redirect("members:sign_in")


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Too many failures: named in settings.AXES_LOCKOUT_CALLABLE."""
    return render(request, "members/locked_out.html", status=429)


@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for a reset letter; the answer is the same whether the address is known or not."""
    form = forms.ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.request_password_reset(form.cleaned_data["email"], at=clock.now())
        return redirect("members:password_reset_done")
    return render(request, "members/reset.html", {"form": form})


@require_safe
def reset_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "members/reset_sent.html")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """A cookie before signing in; the person's own setting afterwards."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    response = redirect(target if is_ours else "members:sign_in")
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        services.change_profile(user_of(request), language=chosen)
    response.set_cookie(
        LANGUAGE_COOKIE,
        chosen,
        max_age=YEAR_IN_SECONDS,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response


@require_POST
@signed_in
def switch(request: HttpRequest) -> HttpResponse:
    """Act for another of one's members from the next request on."""
    try:
        wanted = UUID(request.POST.get("member", ""))
    except ValueError:
        raise NotFound from None
    chosen = services.choose_member(user_of(request), wanted)
    request.session[SESSION_MEMBER] = str(chosen.member_id)
    message = _("You act for %(member)s now.") % {"member": chosen.member.name}
    messages.success(request, message)
    return redirect("/")


@require_safe
@with_account
def nowhere(request: HttpRequest) -> HttpResponse:
    """Somebody who works for no member now: staff have their page, others are told."""
    if getattr(request, "actor", None) is not None:
        return redirect("/")
    if user_of(request).is_staff:
        return redirect("members:staff")
    return render(request, "members/nowhere.html")


@require_http_methods(["GET", "POST"])
@with_account
def settings_page(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone; password and sessions; the members one works for."""
    user = user_of(request)
    start = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    form = forms.ProfileForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        changed = attempt(form, lambda: services.change_profile(user, **form.cleaned_data))
        if changed:
            with translation.override(changed.language):
                messages.success(request, _("Your settings are saved."))
            return redirect("members:settings")
    places = getattr(request, "memberships", [])
    context = {"nav": "settings", "form": form, "places": places}
    return render(request, "members/settings.html", context)


@require_POST
@with_account
def everywhere(request: HttpRequest) -> HttpResponse:
    """Every session ends, this one too."""
    services.sign_out_everywhere(user_of(request))
    logout(request)
    messages.success(request, _("Every session has ended."))
    return redirect("members:sign_in")
