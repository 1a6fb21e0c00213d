"""Create a member organisation and its first admin."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.core import clock
from apps.core.errors import DomainError
from apps.members import services
from apps.members.mails import invitation_link
from apps.members.models import Member


class Command(BaseCommand):
    help = "Create a member and invite its first admin; prints the invitation's link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True)
        parser.add_argument("--code", required=True, help="Three to five letters: AUR in AUR-214")
        parser.add_argument("--kind", default="brand", choices=Member.Kind.values)
        parser.add_argument("--country", default="")
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", default="", help="With a password: no invitation")
        parser.add_argument("--admin-password", default="")
        parser.add_argument("--time-zone", default="UTC")
        parser.add_argument("--language", default="en", choices=dict(settings.LANGUAGES))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                self._create(options)
        except DomainError as refusal:
            fields = [f"{k}: {t}" for k, texts in refusal.fields.items() for t in texts]
            raise CommandError("; ".join(fields) or str(refusal.message)) from None

    def _create(self, options: dict[str, Any]) -> None:
        at = clock.now()
        member = services.create_member(
            name=options["name"],
            code=options["code"],
            kind=options["kind"],
            country=options["country"],
            by=None,
            at=at,
        )
        invitation = services.invite_first_admin(
            member, options["admin_email"], options["language"], by=None, at=at
        )
        secret = services.secret_of(invitation.pk)
        if not options["admin_password"]:
            link = invitation_link(secret)
            self.stdout.write(f"{member.name} is a member. Its first admin's link:\n{link}")
            return
        person = services.NewPerson(
            name=options["admin_name"] or options["admin_email"],
            password=options["admin_password"],
            language=options["language"],
            time_zone=options["time_zone"],
        )
        services.accept_as_new_person(secret, person, at=at)
        self.stdout.write(f"{member.name} is a member; {options['admin_email']} is its admin.")
