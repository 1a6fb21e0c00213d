"""One transaction per request, one id per request, one rendering of refusals."""

import time
from collections.abc import Callable

import structlog
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.core import clock, ids
from apps.core.errors import DomainError
from apps.core.web.problems import problem_page

log = structlog.get_logger("alliance.request")
GetResponse = Callable[[HttpRequest], HttpResponseBase]
_NO_TRANSACTION = {"/healthz", "/readyz"}


class RequestLogMiddleware:
    """Give each request an id, echo it, and log one line without query strings."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = str(ids.uuid7())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        request.request_id = request_id  # type: ignore[attr-defined]
        started = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        if not request.path.startswith(("/static/", "/healthz", "/readyz")):
            log.info(
                "request",
                method=request.method,
                path=_named(request),
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        return response


def _named(request: HttpRequest) -> str:
    """The path; where it carries a secret, its pattern, so that no log opens anything."""
    match = request.resolver_match
    if match is None or "token" not in match.kwargs:
        return request.path
    return f"/{match.route}"


class TransactionMiddleware:
    """Wrap the request in one transaction; a refusal or a server error rolls it back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path in _NO_TRANSACTION:
            return self.get_response(request)
        with clock.one_instant(), transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


class ProblemMiddleware:
    """A DomainError raised by a page becomes a page that says why, with its status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        # The page asks the database who reads it; after the mark nothing may.
        page = problem_page(request, error)
        transaction.set_rollback(True)
        return page
