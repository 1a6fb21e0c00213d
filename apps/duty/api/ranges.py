"""Reading a range of instants from a query string."""

from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from apps.core import clock
from apps.core.errors import Invalid

LONGEST = timedelta(days=366)
DEFAULT = timedelta(days=7)

RANGE = [
    OpenApiParameter("from", datetime, description="An instant; now when absent."),
    OpenApiParameter("to", datetime, description="An instant; a week after `from` when absent."),
]


def asked_range(
    request: Request, *, longest: timedelta = LONGEST, default: timedelta = DEFAULT
) -> tuple[datetime, datetime]:
    """The `from` and `to` of the request. Raises Invalid."""
    a = _instant(request, "from") or clock.now().replace(second=0, microsecond=0)
    b = _instant(request, "to") or a + default
    if b < a:
        raise Invalid({"to": [_("The range ends before it starts.")]})
    if b - a > longest:
        raise Invalid({"to": [_("A range is at most %(days)d days.") % {"days": longest.days}]})
    return a, b


def _instant(request: Request, name: str) -> datetime | None:
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        instant = parse_datetime(text)
    except ValueError:
        instant = None
    # The last years of the calendar would overflow in some zone.
    if instant is None or instant.tzinfo is None or not 2 <= instant.year <= 9990:
        raise Invalid({name: [_("Write an instant with its offset, as 2027-03-14T10:00Z.")]})
    return instant.astimezone(UTC)
