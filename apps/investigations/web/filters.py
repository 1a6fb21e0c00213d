"""The filters of the list, from an address's query."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.investigations.selectors import WHICH, Filters
from apps.leads.models import Severity


def filters_from(query: Mapping[str, str]) -> Filters:
    """Raises Invalid for a filter that does not exist."""
    which, severity = query.get("which") or "open", query.get("severity") or ""
    wrong: dict[str, list[str]] = {}
    if which not in WHICH:
        wrong["which"] = [_("Choose one of the lists.")]
    if severity and severity not in Severity.values:
        wrong["severity"] = [_("Choose one of the severities.")]
    desk_id = None
    try:
        desk_id = UUID(query["desk"]) if query.get("desk") else None
    except ValueError:
        wrong["desk"] = [_("Choose one of the desks.")]
    if wrong:
        raise Invalid(wrong)
    return Filters(which=which, severity=severity, desk_id=desk_id)
