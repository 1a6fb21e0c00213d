"""Who acts for whom in this request, in which language and time zone."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from apps.core import scope
from apps.core.actor import Actor
from apps.members import actors
from apps.members.models import Membership, User


class ActorMiddleware:
    """Bind `request.actor` from the session or an API key; speak the person's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        actor, memberships = self._who(request)
        request.actor = actor  # type: ignore[attr-defined]
        request.memberships = memberships  # type: ignore[attr-defined]
        binding: AbstractContextManager[object] = scope.binding(actor) if actor else nullcontext()
        with binding, translation.override(self._language(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response

    def _who(self, request: HttpRequest) -> tuple[Actor | None, list[Membership]]:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if request.path.startswith("/api/") and kind.lower() == "bearer":
            return actors.of_key(secret.strip()), []
        if request.path.startswith("/static/") or not isinstance(request.user, User):
            return None, []
        memberships = request.user.open_memberships
        if memberships is None:
            memberships = actors.memberships_of(request.user.pk)
        chosen = actors.choose(memberships, request.session.get(actors.SESSION_MEMBER))
        return (actors.of_membership(chosen) if chosen else None), memberships

    def _language(self, request: HttpRequest) -> str:
        if isinstance(request.user, User):
            return request.user.language
        chosen = request.COOKIES.get("al-lang", "")
        if chosen in dict(settings.LANGUAGES):
            return chosen
        return translation.get_language_from_request(request)
