"""The readable page of the API, from files of our own: no CDN, no inline script."""

from typing import Any

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

# Swagger UI writes style attributes; nothing else on the site may.
LOOSER = {"style-src": ["'self'", "'unsafe-inline'"], "img-src": ["'self'", "data:"]}


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, its script served from a URL of its own."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    @extend_schema(exclude=True)
    @method_decorator(csp_update(LOOSER))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        return response
