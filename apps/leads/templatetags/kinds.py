"""What a kind of selector is called, in templates."""

from django import template

from apps.leads import kinds

register = template.Library()


@register.filter
def kind_label(kind: str) -> str:
    """The kind in words."""
    return kinds.label(kind)
