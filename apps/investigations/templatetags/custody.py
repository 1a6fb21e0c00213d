"""Times inside drawings, where no `<time>` element may stand."""

from datetime import datetime

from django import template
from django.template import Context

from apps.core.templatetags.alliance import wall

register = template.Library()


@register.simple_tag(takes_context=True)
def wall_time(context: Context, instant: datetime) -> str:
    """What the reader's clock showed, as plain text."""
    return wall(instant, str(context.get("my_zone") or "UTC"), now=context.get("now"))
