"""Print a new key for the digests of what members know in common."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.leads.correlating import keys


class Command(BaseCommand):
    help = "Print a new correlation key: put it before the old ones in CORRELATION_KEYS."

    def handle(self, **_options: Any) -> None:
        self.stdout.write(keys.make())
