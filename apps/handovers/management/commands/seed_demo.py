"""Make the fictional demo world, or list its accounts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import clock
from apps.core.errors import DomainError
from apps.handovers.demo import accounts, seeding


class Command(BaseCommand):
    help = "Make the fictional demo world: members, desks, leads, cases and two weeks of past."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=7, help="The same seed, the same world.")
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing when there is a member already."
        )
        parser.add_argument(
            "--accounts", action="store_true", help="Only list who can sign in, and do nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self._list_accounts()
            return
        if options["if_empty"] and seeding.exists():
            self.stdout.write("There are members already: nothing was made.")
            return
        try:
            made = seeding.seed(options["seed"])
        except DomainError as error:
            raise CommandError(str(error.message)) from None
        self.stdout.write(
            f"The demo world is made: {made.leads} leads, {made.open} open cases,"
            f" {made.closed} closed ones."
        )

    def _list_accounts(self) -> None:
        lines = accounts.table(clock.now())
        if not lines:
            raise CommandError("There is no demo world yet: make it with seed_demo.")
        self.stdout.write("\n".join(lines))
