"""Which methods a view answers."""

from typing import Any

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def methods_of(view: Any) -> tuple[str, ...]:
    """What the view answers; of any other method it says so without looking for the thing."""
    if actions := getattr(view, "actions", None):
        return tuple(method for method in METHODS if method.lower() in actions)
    made_of = getattr(view, "cls", None) or getattr(view, "view_class", None)
    return tuple(m for m in METHODS if made_of is None or hasattr(made_of, m.lower()))
