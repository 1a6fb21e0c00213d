"""Refusals as pages: what was refused, why, and the request's id."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from apps.core.errors import DomainError, NotFound


def problem(error: DomainError, request_id: str) -> dict[str, object]:
    """The refusal as RFC 9457 problem details, in the reader's language."""
    body: dict[str, object] = {
        "type": f"urn:alliance:problem:{error.code}",
        "title": str(error.message),
        "status": error.status,
        "code": error.code,
    }
    if error.fields:
        body["fields"] = {k: [str(m) for m in v] for k, v in error.fields.items()}
    if error.extra:
        body.update(error.extra)
    if request_id and not isinstance(error, NotFound):
        body["request_id"] = request_id
    return body


def problem_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A whole page, a fragment for htmx, or problem+json for the API."""
    request_id = getattr(request, "request_id", "")
    if request.path.startswith("/api/"):
        return JsonResponse(
            problem(error, request_id),
            status=error.status,
            content_type="application/problem+json",
        )
    template = "404.html" if isinstance(error, NotFound) else "problem.html"
    context = {"problem": error, "request_id": request_id}
    return render(request, template, context, status=error.status)
