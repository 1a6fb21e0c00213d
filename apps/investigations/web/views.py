"""The pages of a case: the list, the room, its parts."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import access, clock, scope
from apps.core.errors import NotFound
from apps.core.models import Level
from apps.core.registries import panels_in
from apps.core.web.forms import attempt
from apps.investigations import selectors, services, showing
from apps.investigations.web import parts
from apps.investigations.web.filters import filters_from
from apps.members.models import User
from apps.members.web.access import signed_in
from apps.sharing import selectors as sharing

PAGE = 50


def zone_of(request: HttpRequest) -> str:
    """The zone in which the person types local times."""
    return request.user.time_zone if isinstance(request.user, User) else "UTC"


@require_GET
@signed_in
def listing(request: HttpRequest) -> HttpResponse:
    """The cases: by default the open ones, held ones and urgent ones first."""
    actor, at = scope.current(), clock.now()
    filters, query = filters_from(request.GET), request.GET.get("q", "").strip()
    found = selectors.listed(actor, filters)
    if query:
        hits = sharing.search(actor, query, types=("investigation",))
        found = found.filter(pk__in=[hit.subject_id for hit in hits])
    page = _page_number(request)
    cases = list(selectors.pressing_first(found)[(page - 1) * PAGE : page * PAGE + 1])
    context = {
        "rows": showing.rows(actor, cases[:PAGE], at),
        "filters": filters,
        "which": selectors.WHICH,
        "query": query,
        "held_count": selectors.listed(actor, selectors.Filters(which="held")).count(),
        "open_count": selectors.listed(actor, selectors.Filters()).count(),
        "next": _page_link(request, page + 1) if len(cases) > PAGE else "",
        "previous": _page_link(request, page - 1) if page > 1 else "",
        "nav": "investigations",
    }
    return render(request, "investigations/list.html", context)


def _page_number(request: HttpRequest) -> int:
    """Which page of a list; the first for what is no number."""
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


def _page_link(request: HttpRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return f"?{query.urlencode()}"


@require_GET
@signed_in
def room(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """The room from level L3 on; below it the name card; after the end of access a tombstone."""
    actor, at = scope.current(), clock.now()
    level = access.level(actor, "investigation", investigation_id)
    if not level:
        remains = parts.remains(actor, investigation_id)
        if remains is None:
            raise NotFound
        return render(request, "investigations/tombstone.html", {**remains, "nav": _NAV})
    case = selectors.find(actor, investigation_id)
    if level < Level.CASE:
        context = parts.head(actor, case, at) | parts.chain(actor, case, at)
        return render(request, "investigations/teaser.html", {**context, "nav": _NAV})
    context = parts.room(actor, case, at)
    context["main_panels"] = [p.url(case.pk) for p in panels_in("investigation.main")]
    context["side_panels"] = [p.url(case.pk) for p in panels_in("investigation.side")]
    return render(request, "investigations/room.html", {**context, "nav": _NAV})


_NAV = "investigations"


@require_GET
@signed_in
def part(request: HttpRequest, investigation_id: UUID, name: str) -> HttpResponse:
    """One part of the room again, after news."""
    build = parts.PARTS.get(name)
    if build is None:
        raise NotFound
    case = selectors.find(scope.current(), investigation_id, min_level=Level.CASE)
    context = build(scope.current(), case, clock.now())
    return render(request, f"investigations/parts/{name}.html", context)


@require_GET
@signed_in
def timeline(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """The whole story, page by page."""
    actor, page = scope.current(), _page_number(request)
    case = selectors.find(actor, investigation_id)
    entries = showing.entries(actor, case.pk, limit=PAGE + 1, after=(page - 1) * PAGE)
    context = {
        "case": case,
        "entries": entries[:PAGE],
        "next": _page_link(request, page + 1) if len(entries) > PAGE else "",
        "previous": _page_link(request, page - 1) if page > 1 else "",
        "nav": _NAV,
    }
    return render(request, "investigations/timeline.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def tasks(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """The tasks; a POST adds one."""
    actor, at = scope.current(), clock.now()
    case = selectors.find(actor, investigation_id, min_level=Level.CASE)
    context = parts.tasks(actor, case, at)
    if request.method == "POST":
        form = parts.task_form(actor, case, request.POST)
        form.in_zone(zone_of(request))
        if form.is_valid():
            attempt(form, lambda: services.add_task(case.pk, form.task(), actor=actor, at=at))
        if not form.errors:
            return _tasks_again(request, investigation_id)
        context["task_form"] = form
    return render(request, "investigations/parts/tasks.html", context)


@require_POST
@signed_in
def complete_task(request: HttpRequest, investigation_id: UUID, task_id: UUID) -> HttpResponse:
    services.complete_task(investigation_id, task_id, actor=scope.current(), at=clock.now())
    return _tasks_again(request, investigation_id)


@require_POST
@signed_in
def reopen_task(request: HttpRequest, investigation_id: UUID, task_id: UUID) -> HttpResponse:
    services.reopen_task(investigation_id, task_id, actor=scope.current(), at=clock.now())
    return _tasks_again(request, investigation_id)


@require_POST
@signed_in
def assign_task(request: HttpRequest, investigation_id: UUID, task_id: UUID) -> HttpResponse:
    """Give the task to the person chosen, or to nobody."""
    try:
        assignee_id = UUID(request.POST["assignee"]) if request.POST.get("assignee") else None
    except ValueError:
        raise NotFound from None
    services.assign_task(
        investigation_id, task_id, assignee_id=assignee_id, actor=scope.current(), at=clock.now()
    )
    return _tasks_again(request, investigation_id)


def _tasks_again(request: HttpRequest, investigation_id: UUID) -> HttpResponse:
    """The changed tasks for htmx; the room for a browser without scripts."""
    if not request.headers.get("HX-Request"):
        return redirect("investigations:room", investigation_id)
    case = selectors.find(scope.current(), investigation_id, min_level=Level.CASE)
    context = parts.tasks(scope.current(), case, clock.now())
    return render(request, "investigations/parts/tasks.html", context)
