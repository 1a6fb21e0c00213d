"""Dates of the ribbon."""

from datetime import date

from babel.dates import format_skeleton
from django import template

from apps.core.web import wording

register = template.Library()


@register.filter
def day_label(on: date) -> str:
    """A date with its weekday, without the year: `Wed, 25 Nov`."""
    return str(format_skeleton("MMMEd", on, locale=wording.locale()))
