"""The secret address that a calendar program reads, without a session."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock, limits
from apps.core.errors import NotFound
from apps.duty import services

_PLAIN = "text/plain; charset=utf-8"
# Calendar programs come every quarter of an hour at most.
_TIMES, _SECONDS = 60, 600


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar of one secret address; unknown, withdrawn and ended are one answer."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    if not limits.allows(f"feed:{digest}", times=_TIMES, seconds=_SECONDS):
        busy = HttpResponse(_("This was read too often: try again later."), _PLAIN, status=429)
        busy.headers["Retry-After"] = str(_SECONDS)
        return _private(busy)
    try:
        text = services.read_feed(token, at=clock.now())
    except NotFound:
        return _private(HttpResponse(_("There is no calendar here."), _PLAIN, status=404))
    body = text.encode()
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    answer = HttpResponse(body, "text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="duty.ics"'
    answer.headers["ETag"] = etag
    return _private(get_conditional_response(request, etag=etag, response=answer) or answer)


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    answer.headers["Cache-Control"] = "private, max-age=0"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
