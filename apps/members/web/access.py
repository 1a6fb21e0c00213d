"""Who may open a page at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from apps.core.errors import NotFound
from apps.members.models import User

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Somebody who acts for a member; else the sign-in page, and back here afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "actor", None) is None:
            return _to_the_door(request)
        return _private(view(request, *args, **kwargs))

    return guarded


def with_account(view: View) -> View:
    """Somebody with an account, even one who works for no member at the moment."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_the_door(request)
        return _private(view(request, *args, **kwargs))

    return guarded


def staff_only(view: View) -> View:
    """The alliance's own staff; for everybody else the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_authenticated and request.user.is_staff):
            raise NotFound
        return _private(view(request, *args, **kwargs))

    return guarded


def user_of(request: HttpRequest) -> User:
    """The signed-in person of a guarded view."""
    assert isinstance(request.user, User)  # noqa: S101 - guaranteed by the guards above
    return request.user


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """What was read while signed in is not in the browser's cache after signing out."""
    if not response.has_header("Cache-Control"):
        add_never_cache_headers(response)
    return response


def _to_the_door(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("members:nowhere")
    if not request.headers.get("HX-Request"):
        return redirect_to_login(request.get_full_path())
    # A fragment must not be replaced by the sign-in page: the whole page goes there.
    page = urlsplit(request.headers.get("HX-Current-URL", "/"))
    door = redirect_to_login(page.path or "/")
    return HttpResponse(status=401, headers={"HX-Redirect": door.headers["Location"]})
