"""Print a new pair of keys for pushing to browsers, as environment variables."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.notifications import vapid


class Command(BaseCommand):
    help = "Print new VAPID keys: set them in the environment to push to browsers."

    def handle(self, **_options: Any) -> None:
        self.stdout.write(f"VAPID_PRIVATE_KEY={vapid.make_private_key()}")
        self.stdout.write("VAPID_SUBJECT=mailto:someone-who-answers@your-domain.example")
