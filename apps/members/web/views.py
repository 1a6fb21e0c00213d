"""Signing in, people, settings, and the staff's page."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock
from apps.core.errors import Invalid
from apps.members import policies, selectors, services
from apps.members.actors import SESSION_MEMBER
from apps.members.mails import invitation_link
from apps.members.models import Membership, Role, User
from apps.members.web import forms
from apps.members.web.access import signed_in, staff_only

BACKEND = "django.contrib.auth.backends.ModelBackend"
LANGUAGE_COOKIE = "al-lang"
YEAR_IN_SECONDS = 365 * 24 * 3600


class SignIn(auth.LoginView):
    template_name = "members/sign_in.html"
    authentication_form = forms.SignInForm
    redirect_authenticated_user = True
    extra_context = {"languages": settings.LANGUAGES}


class ResetPassword(auth.PasswordResetView):
    template_name = "members/reset.html"
    email_template_name = "members/reset_mail.txt"
    subject_template_name = "members/reset_subject.txt"
    success_url = reverse_lazy("members:password_reset_done")


class ResetConfirm(auth.PasswordResetConfirmView):
    template_name = "members/reset_confirm.html"
    success_url = reverse_lazy("members:sign_in")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("The password is changed. Sign in with it."))
        return super().form_valid(form)


class ChangePassword(auth.PasswordChangeView):
    template_name = "members/change_password.html"
    success_url = reverse_lazy("members:settings")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("The password is changed; other sessions have ended."))
        return super().form_valid(form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("members:sign_in")


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many failures: named in settings.AXES_LOCKOUT_CALLABLE."""
    return render(request, "members/locked_out.html", status=429)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Before signing in the language is a cookie; afterwards it is the person's setting."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    response = redirect(target if safe else "members:sign_in")
    if request.POST.get("language") in dict(settings.LANGUAGES):
        response.set_cookie(
            LANGUAGE_COOKIE,
            request.POST["language"],
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
    wanted = request.POST.get("member", "")
    if any(str(m.member_id) == wanted for m in request.memberships):
        request.session[SESSION_MEMBER] = wanted
    return redirect("/")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take the place that the mail offers."""
    at = clock.now()
    found = services.read_invitation(token, at=at)
    known = selectors.is_known(found.email)
    form = forms.JoinForm(request.POST or None, initial={"time_zone": "UTC"})
    if request.method == "POST" and form.is_valid():
        try:
            place = _join(request, token, form.cleaned_data, known=known, at=at)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            login(request, place.user, backend=BACKEND)
            request.session[SESSION_MEMBER] = str(found.member_id)
            return redirect("/")
    context = {"form": form, "invitation": found, "known": known}
    return render(request, "members/invitation.html", context)


def _join(
    request: HttpRequest, token: str, data: dict[str, Any], *, known: bool, at: datetime
) -> Membership:
    """A new account, or the password of the one that the address has."""
    if not known:
        person = services.NewPerson(
            name=data["name"],
            password=data["password"],
            language=translation.get_language() or "en",
            time_zone=data["time_zone"] or "UTC",
        )
        return services.accept_as_new_person(token, person, at=at)
    email = services.read_invitation(token, at=at).email
    user = authenticate(request, username=email, password=data["password"])
    if not isinstance(user, User):
        raise Invalid({"password": [_("This is not the password of your account.")]})
    return services.accept_invitation(token, user=user, at=at)


def put_errors(form: Any, refusal: Invalid) -> None:
    """A service's refusal beside the fields it names; what was typed stays."""
    for name, texts in refusal.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)


@require_http_methods(["GET", "POST"])
@signed_in
def settings_page(request: HttpRequest) -> HttpResponse:
    user = request.user
    start = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    form = forms.ProfileForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_profile(user, **form.cleaned_data)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            messages.success(request, _("Kept."))
            return redirect("members:settings")
    context = {"nav": "settings", "form": form, "places": request.memberships}
    return render(request, "members/settings.html", context)


@require_POST
@signed_in
def everywhere(request: HttpRequest) -> HttpResponse:
    services.sign_out_everywhere(request.user)
    logout(request)
    messages.success(request, _("Every session has ended."))
    return redirect("members:sign_in")


def _people(request: HttpRequest, **extra: Any) -> HttpResponse:
    actor = request.actor
    context = {
        "nav": "people",
        "people": selectors.people(actor),
        "invitations": selectors.open_invitations(actor, clock.now()),
        "brands": selectors.brands(actor),
        "keys": selectors.keys(actor),
        "may_manage": policies.may_keep_people(actor),
        "may_keys": policies.may_keep_keys(actor),
        "may_brands": policies.may_keep_brands(actor),
        "roles": Role.choices,
        "invite": forms.InviteForm(initial={"role": Role.ANALYST}),
        "key_form": forms.KeyForm(),
        "brand_form": forms.BrandForm(),
        **extra,
    }
    status = 400 if "refused" in extra else 200
    return render(request, "members/people.html", context, status=status)


@require_safe
@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """Who works for my member, in which role; invitations, brands, keys."""
    return _people(request)


@require_POST
@signed_in
def invite(request: HttpRequest) -> HttpResponse:
    form = forms.InviteForm(request.POST)
    if form.is_valid():
        try:
            services.invite(**form.cleaned_data, actor=request.actor, at=clock.now())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("members:people")
    return _people(request, invite=form, refused=True)


@require_POST
@signed_in
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    services.withdraw_invitation(invitation_id, actor=request.actor, at=clock.now())
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("members:people")


@require_POST
@signed_in
def role(request: HttpRequest, user_id: UUID) -> HttpResponse:
    services.change_role(user_id, request.POST.get("role", ""), actor=request.actor, at=clock.now())
    messages.success(request, _("The role is changed."))
    return redirect("members:people")


@require_POST
@signed_in
def end(request: HttpRequest, user_id: UUID) -> HttpResponse:
    services.end_membership(user_id, actor=request.actor, at=clock.now())
    messages.success(request, _("The place has ended."))
    return redirect("members:people")


@require_POST
@signed_in
def make_key(request: HttpRequest) -> HttpResponse:
    form = forms.KeyForm(request.POST)
    if form.is_valid():
        _key, secret = services.create_key(
            form.cleaned_data["name"],
            form.cleaned_data["scope"],
            expires_at=None,
            actor=request.actor,
            at=clock.now(),
        )
        # Shown in this one answer: the secret is kept nowhere, not even in the session.
        return _people(request, secret=secret)
    return _people(request, key_form=form, refused=True)


@require_POST
@signed_in
def revoke_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    services.revoke_key(key_id, actor=request.actor, at=clock.now())
    messages.success(request, _("The key is dead."))
    return redirect("members:people")


@require_POST
@signed_in
def add_brand(request: HttpRequest) -> HttpResponse:
    form = forms.BrandForm(request.POST)
    if form.is_valid():
        try:
            services.add_brand(form.cleaned_data["name"], actor=request.actor, at=clock.now())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            return redirect("members:people")
    return _people(request, brand_form=form, refused=True)


@require_POST
@signed_in
def remove_brand(request: HttpRequest, brand_id: UUID) -> HttpResponse:
    services.remove_brand(brand_id, actor=request.actor, at=clock.now())
    return redirect("members:people")


@require_http_methods(["GET", "POST"])
@staff_only
def staff(request: HttpRequest) -> HttpResponse:
    """The alliance's staff: create members, see ids and counts, never case content."""
    form = forms.MemberForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        email = data.pop("admin_email")
        try:
            link = _new_member(request, data, email)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            messages.success(request, _("%(name)s is a member now.") % {"name": data["name"]})
            form = forms.MemberForm()
    context = {"form": form, "rows": selectors.all_members(), "link": link}
    return render(request, "members/staff.html", context)


def _new_member(request: HttpRequest, data: dict[str, Any], email: str) -> str:
    """The member, its first admin invited; returns the invitation's link."""
    at = clock.now()
    member = services.create_member(**data, by=request.user.pk, at=at)
    invitation = services.invite_first_admin(member, email, "en", by=request.user.pk, at=at)
    return invitation_link(services.secret_of(invitation.pk))
