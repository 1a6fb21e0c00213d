"""Read stored selectors anew: `manage.py renormalise`; the worker does it by itself, too."""

import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from apps.core import clock, due, scope
from apps.core.actor import Actor
from apps.leads import services
from apps.leads.normalise import VERSION
from apps.members.models import Member

LOOK_EVERY_SECONDS = 2.0


class Command(BaseCommand):
    help = "Read the selectors of every member anew, where an older normaliser has read them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="Show progress until all is read.")
        parser.add_argument(
            "--work", action="store_true", help="Do it in this process, without a worker."
        )

    def handle(self, *args: Any, watch: bool, work: bool, **options: Any) -> None:
        members = list(Member.objects.order_by("code").values_list("pk", "code"))
        for member_id, _code in members:
            with scope.acting(Actor.system(member_id)):
                services.start_renormalise(member_id, at=clock.now())
        self.stdout.write(f"Version {VERSION} of the normaliser.")
        while self._show(members) and (watch or work):
            if work:
                due.run(members=[member_id for member_id, _code in members])
            else:
                time.sleep(LOOK_EVERY_SECONDS)

    def _show(self, members: list[tuple[UUID, str]]) -> int:
        """One line for each member with something left; returns how many leads wait."""
        left = 0
        for member_id, code in members:
            with scope.acting(Actor.system(member_id)):
                found = services.renormalise_progress(member_id)
            left += found.waiting
            if not found.is_done:
                read = found.total - found.waiting
                self.stdout.write(f"{code}: {read} of {found.total} leads are read anew.")
        self.stdout.write("Everything is read." if not left else f"{left} leads wait.")
        return left
