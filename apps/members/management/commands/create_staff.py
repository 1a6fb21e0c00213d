"""Create an account of the alliance's own staff."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.core import clock
from apps.core.errors import DomainError
from apps.members import services
from apps.members.mails import reset_link


class Command(BaseCommand):
    help = "Create a staff account: it creates members and sees counts, never case content."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--password", help="Without one, a link to choose it is printed")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                user = services.create_person(
                    email=options["email"],
                    name=options["name"],
                    password=options["password"],
                    at=clock.now(),
                    is_staff=True,
                )
        except DomainError as refusal:
            fields = [f"{k}: {t}" for k, texts in refusal.fields.items() for t in texts]
            raise CommandError("; ".join(fields) or str(refusal.message)) from None
        self.stdout.write(f"{user.email} is staff of the alliance.")
        if not options["password"]:
            self.stdout.write(f"Choose the password within four hours:\n{reset_link(user)}")
