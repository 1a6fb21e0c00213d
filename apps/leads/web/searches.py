"""Kept searches on pages."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock, scope
from apps.core.web.forms import attempt
from apps.leads import services
from apps.leads.models import SavedSearch
from apps.leads.triaging import query, searches
from apps.leads.web.forms import SearchForm
from apps.members.web.access import signed_in


def address_of(search: SavedSearch) -> str:
    """The list that the search stands for."""
    return f"{reverse('leads:inbox')}?{urlencode({'tab': search.tab, 'q': search.text})}"


@require_http_methods(["GET", "POST"])
@signed_in
def listed(request: HttpRequest) -> HttpResponse:
    """The searches with their live counts, and the form that keeps another one."""
    form = SearchForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        told = services.Search(**form.cleaned_data)
        kept = attempt(
            form, lambda: services.save_search(told, actor=scope.current(), at=clock.now())
        )
        if kept:
            messages.success(request, _("The search is kept."))
            return redirect(address_of(kept))
    found = list(searches.searches(scope.current()))
    context = {
        "nav": "leads",
        "form": form,
        "searches": found,
        "counts": searches.counts(scope.current(), found, at=clock.now()),
        "most": searches.COUNTED,
        "choices": query.CHOICES,
    }
    return render(request, "leads/searches.html", context)


@require_GET
@signed_in
def counts(request: HttpRequest) -> HttpResponse:
    """The row of searches above the list, with live counts."""
    found = list(searches.searches(scope.current()))
    context = {
        "searches": found,
        "search_counts": searches.counts(scope.current(), found, at=clock.now()),
        "most": searches.COUNTED,
    }
    return render(request, "leads/_searches.html", context)


@require_GET
@signed_in
def opened(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The list that a search stands for: where its notifications lead."""
    return redirect(address_of(searches.find(scope.current(), search_id)))


@require_POST
@signed_in
def subscribe(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Be told of what is new in it, or no more."""
    tells = request.POST.get("tells") == "1"
    services.subscribe(search_id, tells=tells, actor=scope.current(), at=clock.now())
    return redirect("leads:searches")


@require_POST
@signed_in
def remove(request: HttpRequest, search_id: UUID) -> HttpResponse:
    services.remove_search(search_id, actor=scope.current())
    messages.info(request, _("The search is no longer kept."))
    return redirect("leads:searches")
