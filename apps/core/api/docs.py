"""The API's description, and its readable page from files of our own: no CDN, no inline script."""

from functools import lru_cache
from typing import Any, cast

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

# Swagger UI writes style attributes; nothing else on the site may.
LOOSER = {"style-src": ["'self'", "'unsafe-inline'"], "img-src": ["'self'", "data:"]}


_RENDERERS = {made.media_type: made for made in SpectacularAPIView.renderer_classes}


@lru_cache(maxsize=16)
def _described(language: str, media_type: str) -> bytes:
    """The description in a language, made once for each process.

    It takes a second, anybody may ask for it, and nothing in it changes while a process lives.
    """
    with translation.override(language):
        make: Any = SchemaGenerator
        schema = make().get_schema(request=None, public=True)
        return cast("bytes", _RENDERERS[media_type]().render(schema, renderer_context={}))


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1 as YAML or JSON, in the language of `?lang=` or of the reader's headers."""

    def _get_schema_response(self, request: Request) -> HttpResponse:
        language = translation.get_language() or ""
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        made = request.accepted_renderer
        return HttpResponse(
            _described(language, made.media_type),
            content_type=made.media_type,
            headers={"Content-Disposition": f'inline; filename="alliance.{made.format}"'},
        )


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, its script served from a URL of its own."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    @extend_schema(exclude=True)
    @method_decorator(csp_update(LOOSER))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        return response
