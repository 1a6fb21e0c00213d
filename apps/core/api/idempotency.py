"""A repeated POST with the same `Idempotency-Key` gets the first answer, and acts once."""

import hashlib
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock, scope
from apps.core.errors import DomainError
from apps.core.models import Idempotency

HEADER = "Idempotency-Key"
MAX_LENGTH = 200


def _fingerprint(request: Request) -> str:
    head = f"{request.method} {request._request.get_full_path()}\n".encode()
    body = _length(request) if _is_upload(request._request) else request._request.body
    return hashlib.sha256(head + body).hexdigest()


def _is_upload(request: HttpRequest) -> bool:
    """An upload streams to disk: its body must not be read into memory for a fingerprint."""
    return (request.content_type or "").startswith("multipart/")


def _length(request: Request) -> bytes:
    return str(request._request.headers.get("Content-Length", "")).encode()


class IdempotentMixin:
    """For API views: answers a repeated key from the table, in the request's transaction."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        # The body must be read before the parsers do, or the fingerprint would be empty.
        if request.headers.get(HEADER) and not _is_upload(request):
            len(request.body)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        key = request.headers.get(HEADER)
        if not key or request.method in {"GET", "HEAD", "OPTIONS"}:
            return
        if len(key) > MAX_LENGTH:
            raise DomainError(
                "idempotency.key_too_long", _("The idempotency key is too long."), status=400
            )
        claim(request, key)

    def finalize_response(self, request: Request, response: Response, *a: Any, **kw: Any) -> Any:
        row: Idempotency | None = getattr(request, "idempotency", None)
        if row is not None and response.status_code < 400:
            row.status = response.status_code
            row.body = response.data
            row.save(update_fields=["status", "body"])
        return super().finalize_response(request, response, *a, **kw)  # type: ignore[misc]


class AlreadyAnswered(DomainError):
    """Carries the first answer; the exception handler sends it as it was."""

    def __init__(self, row: Idempotency) -> None:
        super().__init__("idempotency.replayed", "", status=row.status)
        self.row = row


def claim(request: Request, key: str) -> None:
    """Claim the key for this request, or raise with the answer already given."""
    actor = scope.current()
    fingerprint = _fingerprint(request)
    try:
        with transaction.atomic():
            row = Idempotency.objects.create(
                member_id=actor.member_id,
                user_id=actor.user_id or actor.member_id,
                key=key,
                fingerprint=fingerprint,
                status=0,
                created_at=clock.now(),
            )
    except IntegrityError:
        row = Idempotency.objects.get(
            member_id=actor.member_id, user_id=actor.user_id or actor.member_id, key=key
        )
        if row.fingerprint != fingerprint:
            raise DomainError(
                "idempotency.key_reused",
                _("This idempotency key was used for a different request."),
            ) from None
        raise AlreadyAnswered(row) from None
    request.idempotency = row  # type: ignore[attr-defined]
