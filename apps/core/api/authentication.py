"""The API trusts the actor that the middleware has bound; sessions also need the CSRF token."""

from typing import Any

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.core.actor import Actor
from apps.core.errors import NotFound


class ActorAuthentication(BaseAuthentication):
    """The actor bound by the middleware, from a session or an API key."""

    def authenticate(self, request: Request) -> tuple[Any, Actor] | None:
        actor: Actor | None = getattr(request._request, "actor", None)
        if actor is None:
            return None
        if actor.via == "session":
            self._enforce_csrf(request)
        return request._request.user, actor

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="alliance"'

    def _enforce_csrf(self, request: Request) -> None:
        def dummy(_request: HttpRequest) -> Any:
            return None

        check = CSRFCheck(dummy)
        check.process_request(request._request)
        reason = check.process_view(request._request, dummy, (), {})
        if reason:
            raise PermissionDenied(f"CSRF Failed: {reason}")


class HasActor(BasePermission):
    """Somebody acts for a member, and the key's scope allows the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        actor = request.auth
        if not isinstance(actor, Actor):
            return False
        if actor.via == "api_key" and request.method not in {"GET", "HEAD", "OPTIONS"}:
            # A view whose verb needs less than writing names the scope that is enough.
            return actor.has_role("key:write", getattr(view, "key_role", "key:write"))
        return True


class IsStaff(HasActor):
    """The alliance's own staff, signed in; for everybody else there is nothing here."""

    def has_permission(self, request: Request, view: Any) -> bool:
        actor: Any = request.auth
        user = request._request.user
        is_in_person = super().has_permission(request, view) and actor.via == "session"
        if not (is_in_person and user.is_authenticated and getattr(user, "is_staff", False)):
            raise NotFound
        return True
