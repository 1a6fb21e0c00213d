"""What a production installation may not lack."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from apps.leads.correlating import keys


@register(Tags.security, deploy=True)
def correlation_keys_are_strong(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """Whoever knows or guesses the key can look up telephone numbers in a dump."""
    faults = keys.faults(settings.CORRELATION_KEYS)
    return [Error(fault, id=f"leads.E{place:03}") for place, fault in enumerate(faults, start=1)]
