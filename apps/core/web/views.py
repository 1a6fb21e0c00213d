"""Health, error pages and the style guide."""

import redis
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core import due
from apps.core.errors import DomainError, NotFound
from apps.core.web.problems import problem_page


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The process can serve: database and Redis answer, migrations are in.

    How late the oldest due row is stands beside it: above 60, no worker fires what is due. It
    takes no web process out of service, which could not mend it.
    """
    checks = {"database": _database_answers(), "redis": _redis_answers()}
    late = round(due.lateness().total_seconds()) if checks["database"] else None
    status = 200 if all(checks.values()) else 503
    return JsonResponse({**checks, "due_late_in_seconds": late}, status=status)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT alliance_now()")
    except DatabaseError:
        return False
    return True


def _redis_answers() -> bool:
    try:
        return bool(redis.from_url(settings.REDIS_URL, socket_timeout=2).ping())
    except redis.RedisError:
        return False


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "styleguide.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_page(request, NotFound())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
        said = _("This is larger than %(limit)s MB. Send it in parts.") % {"limit": limit}
        return problem_page(request, DomainError("request.too_large", said, status=413))
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 403)


def server_error(request: HttpRequest) -> HttpResponse:
    return _error(request, 500)


_TITLES = {
    400: gettext_lazy("The request could not be read"),
    403: gettext_lazy("This was refused"),
    500: gettext_lazy("Our mistake"),
}


def _error(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        refusal = DomainError(f"http_{status}", str(_TITLES[status]), status=status)
        return problem_page(request, refusal)
    request_id = getattr(request, "request_id", "")
    return render(request, f"{status}.html", {"request_id": request_id}, status=status)
