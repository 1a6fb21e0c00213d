"""Evidence on pages: the panel in the room, one file with its log, the download."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import access, clock, scope
from apps.core.errors import DomainError
from apps.core.events import Ref
from apps.core.registries import subjects
from apps.core.web.forms import attempt, show
from apps.evidence import policies, selectors, services
from apps.evidence.web.forms import UploadForm
from apps.evidence.web.serving import attachment, picture, refuse_oversize
from apps.members.models import Member, User
from apps.members.web.access import signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def panel(request: HttpRequest, root_type: str, root_id: UUID) -> HttpResponse:
    """The files of a case, with the form that adds one."""
    root = (root_type, root_id)
    rows = selectors.of_subject(scope.current(), root)
    form = _upload(request, root) if request.method == "POST" else UploadForm()
    if request.method == "POST" and not form.errors:
        if not request.headers.get("HX-Request"):
            subject = subjects.get(root_type)
            return redirect(subject.url(root_id) if subject else "/")
        form = UploadForm()
    files = list(rows)
    context = {
        "files": files,
        "members": Member.objects.in_bulk({file.member_id for file in files}),
        "form": form,
        "may_add": policies.may_add(scope.current(), root),
        "root_type": root_type,
        "root_id": root_id,
        "is_open": access.may_read(scope.current(), *root),
    }
    return render(request, "evidence/panel.html", context)


def _upload(request: HttpRequest, root: Ref) -> UploadForm:
    try:
        refuse_oversize(request)
    except DomainError as refusal:
        form = UploadForm({})
        form.errors.clear()
        show(form, refusal)
        return form
    form = UploadForm(request.POST, request.FILES)
    form.in_zone(request.user.time_zone if isinstance(request.user, User) else "UTC")
    if not form.is_valid():
        return form
    data = form.cleaned_data
    origin = services.Origin(
        claimed_type=data["file"].content_type or "",
        note=data["note"],
        source_url=data["source_url"],
        captured_at=data["captured_at"],
    )
    upload = data["file"]
    attempt(
        form,
        lambda: services.store(
            upload, upload.name, root=root, actor=scope.current(), at=clock.now(), origin=origin
        ),
    )
    return form


@require_GET
@signed_in
def detail(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """One file: what it is, where it came from, every act on it."""
    evidence = services.view(evidence_id, actor=scope.current(), at=clock.now())
    log = list(selectors.log_of(evidence))
    subject = subjects.get(evidence.root_type)
    root = (evidence.root_type, evidence.root_id)
    context = {
        "evidence": evidence,
        "log": log,
        "broken_at": selectors.first_break(log)
        if access.may_read(scope.current(), *root)
        else None,
        "last_check": next((row for row in reversed(log) if row.act == "verified"), None),
        "members": Member.objects.in_bulk({row.member_id for row in log} | {evidence.member_id}),
        "people": User.objects.in_bulk({row.by for row in log if row.by}),
        "may_verify": policies.may_verify(scope.current()),
        "case_url": subject.url(evidence.root_id) if subject else "",
        "case_title": subject.title(scope.current(), evidence.root_id) if subject else "",
    }
    return render(request, "evidence/detail.html", context)


@require_GET
@signed_in
def content(request: HttpRequest, evidence_id: UUID) -> HttpResponseBase:
    """The original as a download."""
    evidence, stream = services.read(evidence_id, actor=scope.current(), at=clock.now())
    return attachment(request, evidence, stream)


@require_GET
@signed_in
def preview(request: HttpRequest, evidence_id: UUID) -> HttpResponseBase:
    """A picture, to be shown where it was said."""
    evidence, stream = services.preview(evidence_id, actor=scope.current(), at=clock.now())
    return picture(request, evidence, stream)


@require_POST
@signed_in
def verify(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """Hash again; the page then shows what was found."""
    services.verify(evidence_id, actor=scope.current(), at=clock.now())
    return redirect("evidence:detail", evidence_id)
