"""The one exception handler of the API: everything becomes problem+json (RFC 9457)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from apps.core.api.idempotency import AlreadyAnswered
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.web.problems import problem


def _flatten(detail: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested error detail as dotted field paths."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for key, value in detail.items():
            found.update(_flatten(value, f"{path}.{key}" if path else str(key)))
        return found
    if isinstance(detail, list) and any(isinstance(d, dict | list) for d in detail):
        found = {}
        for index, value in enumerate(detail):
            if value:
                found.update(_flatten(value, f"{path}[{index}]"))
        return found
    messages = detail if isinstance(detail, list) else [detail]
    return {path or "non_field_errors": [str(message) for message in messages]}


def as_domain_error(error: Exception) -> DomainError | None:
    """The refusal behind any expected exception, or None for a bug."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, exceptions.ValidationError):
        return Invalid(_flatten(error.detail))
    if isinstance(error, PermissionDenied):
        return DomainError("forbidden", _("You may not do this."), status=403)
    if isinstance(error, exceptions.APIException):
        code = str(error.get_codes()) if isinstance(error.detail, str) else error.default_code
        return DomainError(code, str(error.detail), status=error.status_code)
    return None


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Named in settings.REST_FRAMEWORK; rolls the request's transaction back."""
    if isinstance(error, AlreadyAnswered):
        return Response(error.row.body, status=error.row.status)
    refusal = as_domain_error(error)
    if refusal is None:
        return None
    transaction.set_rollback(True)
    request = context.get("request")
    request_id = getattr(getattr(request, "_request", None), "request_id", "")
    response = Response(
        problem(refusal, request_id), status=refusal.status, content_type="application/problem+json"
    )
    if isinstance(error, exceptions.APIException):
        auth_header = getattr(error, "auth_header", None)
        wait = getattr(error, "wait", None)
        if auth_header:
            response["WWW-Authenticate"] = auth_header
        if wait:
            response["Retry-After"] = str(int(wait))
    return response
