"""Cover as pages: what is asked of whom, what is offered, and its answers."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from apps.core import clock, scope
from apps.core.errors import DomainError, NotFound
from apps.core.web.forms import LocalInstantField, LocalTimesForm, attempt
from apps.duty import policies, selectors, services
from apps.duty.web.explaining import odd_times
from apps.duty.web.views import refused, zone_of
from apps.members.web.access import signed_in


class AskForm(LocalTimesForm):
    """Hours on the reader's own clocks, and the circle whose members are asked."""

    circle_id = forms.TypedChoiceField(
        label=gettext_lazy("Circle"),
        coerce=UUID,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    starts_at = LocalInstantField(label=gettext_lazy("From"))
    ends_at = LocalInstantField(label=gettext_lazy("To"))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Everybody in the circle reads it: write nothing about a case."),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


@require_GET
@signed_in
def cover(request: HttpRequest) -> HttpResponse:
    """What is asked, what is offered, what waits for an answer?"""
    return _page(request, _ask_form(request, initial=_span_of(request)))


def _page(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    at, actor = clock.now(), scope.current()
    book = selectors.cover_book(actor, at)
    own = selectors.own_desks(actor).filter(is_active=True)
    context = {
        "nav": "coverage",
        "book": book,
        "form": form,
        "is_prefilled": bool(form.initial) or form.is_bound,
        "odd_times": odd_times(form, zone_of(request)),
        "own_desks": list(own),
        "circles": selectors.own_circles(actor),
        "may_ask": policies.may_ask_cover(actor),
        "may_offer": policies.may_offer_cover(actor),
        "scope": {"key": selectors.EVERYBODY},
        "zone": zone_of(request),
    }
    return render(request, "duty/cover.html", context, status=status)


def _ask_form(
    request: HttpRequest, data: Any = None, *, initial: dict[str, Any] | None = None
) -> AskForm:
    form = AskForm(data, initial=initial)
    form.in_zone(zone_of(request))
    circles = selectors.own_circles(scope.current())
    form.fields["circle_id"].choices = [(str(pk), name) for pk, name in circles]  # type: ignore[attr-defined]
    return form


def _span_of(request: HttpRequest) -> dict[str, Any]:
    """The stretch that a gap's link carries, as seconds since 1970; else nothing."""
    found: dict[str, Any] = {}
    for field, name in (("starts_at", "from"), ("ends_at", "to")):
        text = request.GET.get(name, "")
        if text.isdecimal() and len(text) <= 10:
            found[field] = datetime.fromtimestamp(int(text), UTC)
    return found if len(found) == 2 else {}


@require_POST
@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a circle for cover."""
    form = _ask_form(request, request.POST)
    if form.is_valid():
        asked = attempt(
            form,
            lambda: services.ask_cover(**form.cleaned_data, actor=scope.current(), at=clock.now()),
        )
        if asked is not None:
            messages.success(request, _("Your allies in the circle are asked."))
            return redirect("duty:cover")
    return _page(request, form, status=400)


@require_POST
@signed_in
def offer(request: HttpRequest) -> HttpResponse:
    """Offer a desk unasked, from the line of a gap."""
    starts_at, ends_at = _instant(request, "starts_at"), _instant(request, "ends_at")
    return _done(
        request,
        lambda: services.offer_cover(
            _id(request, "desk_id"),
            starts_at,
            ends_at,
            circle_id=_id(request, "circle_id"),
            actor=scope.current(),
            at=clock.now(),
        ),
        _("The desk is offered to everybody in the circle."),
    )


@require_POST
@signed_in
def answer(request: HttpRequest, cover_request_id: UUID) -> HttpResponse:
    """Offer a desk to who asks: all that is left of it, in its first stretch."""
    asked = selectors.cover_request(scope.current(), cover_request_id)
    left = selectors.left_of(asked, asked.offers.all())
    span = left[0] if left else (asked.starts_at, asked.ends_at)
    return _done(
        request,
        lambda: services.answer_request(
            cover_request_id,
            _id(request, "desk_id"),
            starts_at=max(span[0], clock.now()),
            ends_at=span[1],
            actor=scope.current(),
            at=clock.now(),
        ),
        _("The desk is offered: whoever asked answers."),
    )


@require_POST
@signed_in
def withdraw_request(request: HttpRequest, cover_request_id: UUID) -> HttpResponse:
    return _done(
        request,
        lambda: services.withdraw_request(cover_request_id, actor=scope.current(), at=clock.now()),
        _("Cover is no longer asked for."),
    )


@require_POST
@signed_in
def accept(request: HttpRequest, cover_offer_id: UUID) -> HttpResponse:
    return _done(
        request,
        lambda: services.accept_offer(cover_offer_id, actor=scope.current(), at=clock.now()),
        _("The offer is accepted: the desk is on duty then."),
    )


@require_POST
@signed_in
def decline(request: HttpRequest, cover_offer_id: UUID) -> HttpResponse:
    return _done(
        request,
        lambda: services.decline_offer(cover_offer_id, actor=scope.current(), at=clock.now()),
        _("The offer is declined."),
    )


@require_POST
@signed_in
def withdraw(request: HttpRequest, cover_offer_id: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _done(
        request,
        lambda: services.withdraw_offer(
            cover_offer_id, reason=reason, actor=scope.current(), at=clock.now()
        ),
        _("The offer is taken back."),
    )


def _done(request: HttpRequest, act: Callable[[], object], words: str) -> HttpResponse:
    """Run a service and say what it did, or why not; back to the page of cover."""
    try:
        with transaction.atomic():
            act()
    except NotFound:
        raise
    except DomainError as refusal:
        refused(request, refusal)
    else:
        messages.success(request, words)
    return redirect("duty:cover")


def _id(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise NotFound from None


def _instant(request: HttpRequest, name: str) -> datetime:
    try:
        found = parse_datetime(request.POST.get(name, ""))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise NotFound
    return found.astimezone(UTC)
