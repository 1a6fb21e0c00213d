"""The parts of a desk's page that are posted one by one, each back to the desk."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core import clock, scope
from apps.core.errors import DomainError, NotFound
from apps.core.web.forms import attempt
from apps.duty import selectors, services
from apps.duty.services import WindowFacts
from apps.duty.web.forms import HolidayForm, StretchForm, WindowForm, WindowFormSet
from apps.duty.web.views import desk_page, own_desk, person_form, refused
from apps.members.web.access import signed_in


@require_POST
@signed_in
def windows(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """Replace the weekly windows; rows left empty or ticked for removal are left out."""
    desk = own_desk(request, desk_id)
    formset = WindowFormSet(request.POST, prefix="windows")
    if formset.is_valid():
        kept = [_window(form) for form in formset if _is_kept(form)]
        version = request.POST.get("version", "")
        try:
            with transaction.atomic():
                services.set_windows(
                    desk_id,
                    kept,
                    version=int(version) if version.isdecimal() and len(version) < 10 else 0,
                    actor=scope.current(),
                    at=clock.now(),
                )
        except NotFound:
            raise
        except DomainError as refusal:
            refused(request, refusal)
            return desk_page(request, desk, formset=formset)
        messages.success(request, _("The hours are changed."))
        return redirect("duty:desk", desk_id)
    return desk_page(request, desk, formset=formset)


def _done(form: BaseForm, act: Callable[[], object]) -> bool:
    """Whether the form was sound and the service did it."""
    return form.is_valid() and attempt(form, act) is not None


def _is_kept(form: WindowForm) -> bool:
    return bool(form.cleaned_data) and not form.cleaned_data.get("DELETE")


def _window(form: WindowForm) -> WindowFacts:
    said = form.cleaned_data
    return WindowFacts(
        days=said["days"],
        start=said["start"],
        end=said["end"],
        valid_from=said["valid_from"],
        valid_until=said["valid_until"],
    )


@require_POST
@signed_in
def holiday_add(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    desk = own_desk(request, desk_id)
    form = HolidayForm(request.POST, auto_id="holiday_%s")
    if _done(
        form,
        lambda: services.add_holiday(
            desk_id,
            form.cleaned_data["on"],
            name=form.cleaned_data["name"],
            actor=scope.current(),
            at=clock.now(),
        ),
    ):
        return redirect("duty:desk", desk_id)
    return desk_page(request, desk, holiday_form=form)


@require_POST
@signed_in
def holidays_fill(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """Write the public holidays of the desk's country for the years named."""
    years = [int(year) for year in request.POST.getlist("year")[:5] if year.isdecimal()]
    try:
        with transaction.atomic():
            count = services.fill_holidays(desk_id, years, actor=scope.current(), at=clock.now())
    except NotFound:
        raise
    except DomainError as refusal:
        refused(request, refusal)
    else:
        messages.success(request, _("%(count)d public holidays are written.") % {"count": count})
    return redirect("duty:desk", desk_id)


@require_POST
@signed_in
def holiday_remove(request: HttpRequest, desk_id: UUID, holiday_id: UUID) -> HttpResponse:
    services.remove_holiday(desk_id, holiday_id, actor=scope.current(), at=clock.now())
    return redirect("duty:desk", desk_id)


@require_POST
@signed_in
def closure_add(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    desk = own_desk(request, desk_id)
    form = StretchForm(request.POST, auto_id="closure_%s")
    form.in_zone(desk.tz)
    if _done(
        form,
        lambda: services.add_closure(
            desk_id, **form.cleaned_data, actor=scope.current(), at=clock.now()
        ),
    ):
        return redirect("duty:desk", desk_id)
    return desk_page(request, desk, closure_form=form)


@require_POST
@signed_in
def closure_remove(request: HttpRequest, desk_id: UUID, closure_id: UUID) -> HttpResponse:
    services.remove_closure(desk_id, closure_id, actor=scope.current(), at=clock.now())
    return redirect("duty:desk", desk_id)


@require_POST
@signed_in
def cover_add(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    desk = own_desk(request, desk_id)
    form = StretchForm(request.POST, auto_id="cover_%s")
    form.in_zone(desk.tz)
    if _done(
        form,
        lambda: services.add_extra_cover(
            desk_id, **form.cleaned_data, actor=scope.current(), at=clock.now()
        ),
    ):
        return redirect("duty:desk", desk_id)
    return desk_page(request, desk, cover_form=form)


@require_POST
@signed_in
def cover_remove(request: HttpRequest, desk_id: UUID, cover_id: UUID) -> HttpResponse:
    services.remove_extra_cover(desk_id, cover_id, actor=scope.current(), at=clock.now())
    return redirect("duty:desk", desk_id)


@require_POST
@signed_in
def person_put(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    desk = own_desk(request, desk_id)
    form = person_form(selectors.colleagues(scope.current()), request.POST)
    if form.is_valid():
        user_id = UUID(form.cleaned_data["user_id"])
        services.put_person(desk_id, user_id, actor=scope.current(), at=clock.now())
        return redirect("duty:desk", desk_id)
    return desk_page(request, desk, person_form=form)


@require_POST
@signed_in
def person_remove(request: HttpRequest, desk_id: UUID, user_id: UUID) -> HttpResponse:
    services.remove_person(desk_id, user_id, actor=scope.current(), at=clock.now())
    return redirect("duty:desk", desk_id)
