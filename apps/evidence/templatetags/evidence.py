"""Looking a name up by an id in a template."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(names: Mapping[Any, Any], key: Any) -> Any:
    """The value under a key that is itself a variable; nothing when there is none."""
    return names.get(key)
