"""The HTTP of files: which subject is meant, how much may come in, how the bytes go out."""

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from rest_framework.request import Request

from apps.core.errors import Invalid
from apps.core.events import Ref
from apps.evidence import storage
from apps.evidence.models import Evidence

# Room for the form's other fields and the multipart boundaries.
FORM_BYTES = 256 * 1024
# An attachment that is opened all the same runs nothing and belongs to no origin.
SANDBOX = "default-src 'none'; sandbox"


def root_of(text: str) -> Ref:
    """`investigation:<id>` as a reference. Raises Invalid."""
    root_type, colon, root_id = text.partition(":")
    try:
        if root_type and colon:
            return root_type, UUID(root_id)
    except ValueError:
        pass
    raise Invalid({"root": [_("Name the case as investigation:<id>.")]})


def refuse_oversize(request: HttpRequest | Request) -> None:
    """Refuse by the announced length, before the body is parsed."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdecimal() and int(announced) > settings.EVIDENCE_MAX_BYTES + FORM_BYTES:
        raise storage.too_large()


def attachment(
    request: HttpRequest | Request, evidence: Evidence, stream: BinaryIO
) -> StreamingHttpResponse:
    """The bytes as a download that no browser renders: no type is believed, none is guessed."""
    disposition = content_disposition_header(as_attachment=True, filename=evidence.file_name)
    return _bytes(
        request,
        evidence,
        stream,
        {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": disposition or "attachment",
        },
    )


def picture(
    request: HttpRequest | Request, evidence: Evidence, stream: BinaryIO
) -> StreamingHttpResponse:
    """A picture for a page, under the type that its own content has; it is nothing else."""
    return _bytes(
        request,
        evidence,
        stream,
        {"Content-Type": evidence.media_type, "Content-Disposition": "inline"},
    )


def _bytes(
    request: HttpRequest | Request, evidence: Evidence, stream: BinaryIO, headers: dict[str, str]
) -> StreamingHttpResponse:
    # An asynchronous server would otherwise gather a synchronous iterator in memory.
    is_async = isinstance(getattr(request, "_request", request), ASGIRequest)
    content = _async_chunks(stream) if is_async else storage.chunks(stream)
    response = StreamingHttpResponse(
        content,
        headers={
            **headers,
            "Content-Length": str(evidence.size),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": SANDBOX,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store",
            "X-Evidence-SHA256": evidence.sha256,
        },
    )
    response._resource_closers.append(stream.close)  # type: ignore[attr-defined]  # noqa: SLF001
    return response


async def _async_chunks(stream: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(stream.read, storage.CHUNK):
        yield chunk
