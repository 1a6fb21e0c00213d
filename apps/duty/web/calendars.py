"""Calendars in and out on pages: a desk's, and the person's own."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock, scope
from apps.core.errors import DomainError, NotFound
from apps.core.web.forms import attempt
from apps.duty import policies, selectors, services, wording
from apps.duty.models import CalendarFeed, CalendarSource
from apps.duty.web.calendar_forms import AddressForm, CalendarForm
from apps.duty.web.views import desk_page, own_desk, refused
from apps.members.web.access import signed_in


def _address(token: str) -> dict[str, str]:
    """The address as programs take it: in this one answer, and kept nowhere."""
    url = settings.PUBLIC_URL + reverse("duty:calendar_feed", args=[token])
    return {"address": url, "webcal": f"webcal:{url.partition(':')[2]}"}


@require_POST
@signed_in
def feed_create(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """A secret address of a desk's hours, shown once."""
    desk = selectors.desk(scope.current(), desk_id)
    form = AddressForm(request.POST, auto_id="address_%s")
    made = _made(
        form,
        lambda name: services.subscribe_to_desk(
            desk_id, name=name, actor=scope.current(), at=clock.now()
        ),
    )
    if made is None:
        return desk_page(request, desk, address_form=form)
    page = desk_page(request, desk, **_address(made[1]))
    page.status_code = 201
    return page


def _made(
    form: AddressForm, make: Callable[[str], tuple[CalendarFeed, str]]
) -> tuple[CalendarFeed, str] | None:
    if not form.is_valid():
        return None
    return attempt(form, lambda: make(form.cleaned_data["name"]))


@require_http_methods(["GET", "POST"])
@signed_in
def my_calendar(request: HttpRequest) -> HttpResponse:
    """The person's own duty as a calendar: how to follow it, and which addresses are open."""
    policies.may_subscribe(scope.current()).require()
    form = AddressForm(request.POST if request.method == "POST" else None)
    shown: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        made = _made(
            form,
            lambda name: services.subscribe_to_own_duty(
                name=name, actor=scope.current(), at=clock.now()
            ),
        )
        status = 201 if made else 400
        if made:
            shown, form = _address(made[1]), AddressForm()
    context = {
        "nav": "desks",
        "address_form": form,
        "feeds": selectors.own_feeds(scope.current()),
        "desks": selectors.desks_of_person(scope.current(), _me()),
        **shown,
    }
    return render(request, "duty/my_calendar.html", context, status=status)


def _me() -> UUID:
    user_id = scope.current().user_id
    if user_id is None:
        raise NotFound
    return user_id


@require_POST
@signed_in
def feed_withdraw(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """The address answers no more; back to where it was listed."""
    desk_id = selectors.find_feed(scope.current(), feed_id).desk_id
    services.revoke_feed(feed_id, actor=scope.current(), at=clock.now())
    messages.success(request, _("The address is withdrawn: nobody reads duty there any more."))
    return redirect("duty:desk", desk_id) if desk_id else redirect("duty:my_calendar")


@require_POST
@signed_in
def calendar_look(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """Read a file or an address without using it yet."""
    desk = own_desk(request, desk_id)
    form = CalendarForm(request.POST, request.FILES, auto_id="calendar_%s")
    draft = attempt(form, lambda: _looked_at(desk_id, form)) if form.is_valid() else None
    if draft is None:
        return desk_page(request, desk, calendar_form=form)
    return redirect("duty:calendar", desk_id, draft.pk)


def _looked_at(desk_id: UUID, form: CalendarForm) -> CalendarSource:
    name, url = form.cleaned_data["name"], form.cleaned_data["url"]
    actor, at = scope.current(), clock.now()
    if url:
        return services.look_at_feed(desk_id, url, name=name, actor=actor, at=at)
    return services.look_at_file(desk_id, form.data_of_file(), name=name, actor=actor, at=at)


@require_GET
@signed_in
def calendar(request: HttpRequest, desk_id: UUID, calendar_id: UUID) -> HttpResponse:
    """What one calendar brings, event by event, before it is used and afterwards."""
    found = selectors.calendar(scope.current(), desk_id, calendar_id)
    events = found.report["events"]
    for event in events:
        # As the calendar writes it, on whichever clocks.
        event["when"] = event["starts"][:16].replace("T", " ")
        if event["skipped"]:
            event["why"] = wording.skipped(event["skipped"], event["detail"])
    context = {
        "nav": "desks",
        "desk": found.desk,
        "calendar": found,
        "report": found.report,
        "events": events,
        "skipped_count": found.report["events_count"] - found.report["taken_count"],
        "hidden_count": found.report["events_count"] - len(events),
        "coming": selectors.coming_of_calendar(found, clock.now()),
        "problem": wording.failure(found.error, found.error_detail) if found.error else "",
        "may_change": policies.may_change_desk(scope.current(), found.desk),
    }
    return render(request, "duty/calendar.html", context)


def _acted(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Whether it was done; a refusal is said."""
    try:
        with transaction.atomic():
            act()
    except NotFound:
        raise
    except DomainError as refusal:
        refused(request, refusal)
        return False
    messages.success(request, done)
    return True


@require_POST
@signed_in
def calendar_use(request: HttpRequest, desk_id: UUID, calendar_id: UUID) -> HttpResponse:
    """What was looked at is duty from now on."""
    told: dict[str, Any] = {"actor": scope.current(), "at": clock.now()}
    done = _("The calendar is in use: its times are duty of the desk.")
    if _acted(request, lambda: services.use_calendar(desk_id, calendar_id, **told), done):
        return redirect("duty:desk", desk_id)
    return redirect("duty:calendar", desk_id, calendar_id)


@require_POST
@signed_in
def calendar_read(request: HttpRequest, desk_id: UUID, calendar_id: UUID) -> HttpResponse:
    """Read it again now."""
    told: dict[str, Any] = {"actor": scope.current(), "at": clock.now()}
    _acted(
        request,
        lambda: services.read_again(desk_id, calendar_id, **told),
        _("The calendar was asked again: below is what came of it."),
    )
    return redirect("duty:calendar", desk_id, calendar_id)


@require_POST
@signed_in
def calendar_remove(request: HttpRequest, desk_id: UUID, calendar_id: UUID) -> HttpResponse:
    """Its times are duty no more; of a draft, nothing is kept."""
    told: dict[str, Any] = {"actor": scope.current(), "at": clock.now()}
    done = _("The calendar is removed, and its times with it.")
    _acted(request, lambda: services.remove_calendar(desk_id, calendar_id, **told), done)
    return redirect("duty:desk", desk_id)
