"""What the navigation of every page knows: counts, the clock, whether the reader is on duty."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.core import clock
from apps.handovers import selectors


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav_counts` and `clock_offset`: asked only by the pages that show them."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {}
    return {
        "nav_counts": SimpleLazyObject(lambda: selectors.nav_counts(actor)),
        "clock_offset": SimpleLazyObject(_offset),
    }


def _offset() -> float:
    return round((clock.now() - datetime.now(UTC)).total_seconds(), 1)
