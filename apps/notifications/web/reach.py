"""What reaches me: choices per group, hours of rest, browsers; and the way out of digests."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock, scope
from apps.core.errors import Invalid, NotFound
from apps.core.web.forms import attempt
from apps.members.web.access import signed_in, user_of
from apps.notifications import explaining, policies, quiet, selectors, services, vapid
from apps.notifications.models import QuietHours
from apps.notifications.web.forms import ChoicesForm, QuietForm


@require_http_methods(["GET", "POST"])
@signed_in
def reach(request: HttpRequest) -> HttpResponse:
    """What reaches me; a POST keeps the choices per group and the digest's hour."""
    if request.method == "GET":
        return _page(request)
    actor = scope.current()
    form = ChoicesForm(request.POST)
    if form.is_valid():

        def keep() -> bool:
            at = clock.now()
            services.set_digest_hour(form.cleaned_data["digest_at"], actor=actor, at=at)
            services.choose(form.choices(), actor=actor, at=at)
            return True

        if attempt(form, keep):
            messages.success(request, _("What reaches you is saved."))
            return redirect("notifications:reach")
    return _page(request, choices=form, status=400)


@require_POST
@signed_in
def keep_quiet(request: HttpRequest) -> HttpResponse:
    """Keep the hours of rest, or end them."""
    actor, at = scope.current(), clock.now()
    if "end" in request.POST:
        services.end_quiet_hours(actor=actor, at=at)
        messages.success(request, _("You can be rung at every hour."))
        return redirect("notifications:reach")
    form = QuietForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        kept = attempt(
            form,
            lambda: services.set_quiet_hours(
                said["starts"], said["ends"], said["days"], actor=actor, at=at
            ),
        )
        if kept:
            messages.success(request, _("Your quiet hours are saved."))
            return redirect("notifications:reach")
    return _page(request, hours=form, status=400)


@require_GET
@signed_in
def explained(request: HttpRequest) -> HttpResponse:
    """What the hours in the form come to, before they are saved."""
    form = QuietForm(request.GET)
    user = user_of(request)
    hours = None
    if form.is_valid():
        said = form.cleaned_data
        hours = QuietHours(
            user_id=user.pk, starts=said["starts"], ends=said["ends"], days=said["days"]
        )
    try:
        context = _explanation(request, hours) if hours else {"is_unclear": True}
    except Invalid as refusal:
        context = {"is_unclear": True, "refusal": refusal}
    return render(request, "notifications/_explained.html", context)


def _explanation(request: HttpRequest, hours: QuietHours | None) -> dict[str, Any]:
    user, at = user_of(request), clock.now()
    if hours is not None:
        services.check_quiet(hours, at)
    rule = quiet.rule_of(hours, user.time_zone) if hours else None
    told = explaining.explain(rule, user.time_zone, at)
    return {"told": told, "said": explaining.sentences(told)}


def _page(
    request: HttpRequest,
    *,
    choices: ChoicesForm | None = None,
    hours: QuietForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, user = scope.current(), user_of(request)
    kept = selectors.quiet_hours(user.pk)
    start = ChoicesForm.start(
        selectors.preferences(actor.member_id, user.pk),
        selectors.digest_at(actor.member_id, user.pk),
    )
    context = {
        "nav": "settings",
        "choices": choices or ChoicesForm(initial=start),
        "hours": hours or QuietForm(initial=QuietForm.start(kept)),
        "kept": kept,
        "may_push": policies.may_push(),
        "push_key": vapid.public_key_of(settings.VAPID_PRIVATE_KEY),
        "browsers": selectors.browsers(user.pk),
        **_explanation(request, kept),
    }
    return render(request, "notifications/reach.html", context, status=status)


@require_POST
@signed_in
def remove_browser(request: HttpRequest, browser_id: UUID) -> HttpResponse:
    services.remove_browser(browser_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("That browser is reached no longer."))
    return redirect("notifications:reach")


@require_POST
@signed_in
def try_browser(request: HttpRequest, browser_id: UUID) -> HttpResponse:
    services.try_browser(browser_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("A test is on its way to that browser."))
    return redirect("notifications:reach")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The way out that a digest carries (RFC 8058): a mail program's POST needs no session.

    A GET changes nothing: scanners of mailboxes open every link.
    """
    if selectors.digest_of(token) is None:
        raise NotFound
    is_out = request.method == "POST" and services.leave_digests(token)
    return render(request, "notifications/unsubscribe.html", {"is_out": is_out})
