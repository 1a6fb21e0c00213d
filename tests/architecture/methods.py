"""Which methods a view answers."""

from typing import Any

from django.test import RequestFactory

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def methods_of(view: Any) -> tuple[str, ...]:
    """What a view of a thing answers; of any other method it says so without looking for it."""
    if actions := getattr(view, "actions", None):
        return tuple(method for method in METHODS if method.lower() in actions)
    made_of = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if made_of is not None:
        return tuple(method for method in METHODS if hasattr(made_of, method.lower()))
    return tuple(method for method in METHODS if not is_refused_unheard(view, method))


def is_refused_unheard(view: Any, method: str) -> bool:
    """Whether it is the wrong method, whoever asks for whatever: neither has been said yet."""
    try:
        return bool(view(RequestFactory().generic(method, "/")).status_code == 405)
    except (AttributeError, TypeError):
        # It wants to know who asks, or for what.
        return False
