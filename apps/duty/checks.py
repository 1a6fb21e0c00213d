"""What a production installation may not have switched on."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def calendars_come_from_outside(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """The tests' switch turns every calendar's address into this machine's own."""
    if not settings.CALENDAR_LOOPBACK_CA:
        return []
    message = "CALENDAR_LOOPBACK_CA is for tests: calendars would be read from this machine."
    return [Error(message, id="duty.E001")]
