"""Replay a synthetic year through the real services and look for broken invariants."""

import time
from argparse import ArgumentParser
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core import clock
from apps.core.errors import DomainError
from apps.handovers.proving import world as proof
from apps.handovers.proving.figures import Figures, figures
from apps.handovers.proving.invariants import CHECKS, Violation, violations
from apps.handovers.proving.removal import remove
from apps.handovers.proving.replay import Replay

DAY = timedelta(days=1)


class Command(BaseCommand):
    help = "Replay so many days of handovers with passed-in time; exit 1 if an invariant breaks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=400)
        parser.add_argument("--desks", type=int, default=8)
        parser.add_argument("--cases", type=int, default=4)
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            help="The first day, in the future (default: 4 January of next year).",
        )
        parser.add_argument("--seed", type=int, default=1, help="The same seed, the same year.")
        parser.add_argument("--yes", action="store_true", help="Even in a production database.")
        parser.add_argument("--keep", action="store_true", help="Leave the fictional members.")

    def handle(self, *args: Any, **options: Any) -> None:
        self._check(options)
        since = self._since(options["since"])
        until = since + options["days"] * DAY
        began = time.monotonic()
        with clock.standing_at(since):
            world = proof.found(desks=options["desks"], cases=options["cases"], at=since)
        try:
            replay = Replay(world, Random(options["seed"]))  # noqa: S311 - a year, not a secret
            replay.run(since, until, lambda at: self._say_day(at, since, began))
            broken = violations(world.member_ids)
            self._report(replay, figures(world.member_ids, until=until), broken)
        finally:
            self._clear_away(world, keep=options["keep"])
        self.stdout.write(f"{options['days']} days in {time.monotonic() - began:.0f} s")
        if broken:
            raise CommandError(f"{len(broken)} violations.", returncode=1)

    def _check(self, options: dict[str, Any]) -> None:
        if not settings.DEMO_CLOCK and not options["yes"]:
            raise CommandError("This is a production database: say --yes if you mean it.")
        for name, least in (("days", 1), ("desks", 2), ("cases", 1)):
            if options[name] < least:
                raise CommandError(f"Give --{name} of at least {least}.")

    def _since(self, wanted: date | None) -> datetime:
        """In the future, where no running worker finds anything due."""
        now = clock.now()
        # Early in the year: its days hold both fortnights between the clock changes of America
        # and Europe.
        first = wanted or date(now.year + 1, 1, 4)
        since = datetime(first.year, first.month, first.day, tzinfo=UTC)
        if since <= now:
            raise CommandError("Give --since a day in the future.")
        return since

    def _say_day(self, at: datetime, since: datetime, began: float) -> None:
        days = (at - since) // DAY
        if days % 10 == 0:
            self.stdout.write(f"day {days}: {time.monotonic() - began:.0f} s")
            self.stdout.flush()

    def _report(self, replay: Replay, found: Figures, broken: list[Violation]) -> None:
        say = self.stdout.write
        for name, (rule, _sql) in CHECKS.items():
            count = sum(violation.invariant == name for violation in broken)
            say(f"{name:4} {count:4} violations: {rule}")
        for violation in broken[:50]:
            say(str(violation))
        say(f"handovers accepted {found.accepted}, stretches at an ally {found.at_allies}")
        for name, count in sorted(found.states.items()):
            say(f"  {name:24} {count:6}")
        say(
            f"holds {found.holds}, minutes uncovered {found.minutes_uncovered},"
            f" escalations {found.escalations}"
        )
        say(f"fired late {found.late}, the latest by {found.latest}")
        told = ", ".join(f"{name} {count}" for name, count in sorted(replay.counted.items()))
        say(f"done: {told}")
        refused = ", ".join(f"{name} {count}" for name, count in sorted(replay.refused.items()))
        say(f"refused: {refused or 'nothing'}")

    def _clear_away(self, world: proof.World, *, keep: bool) -> None:
        if keep or not settings.DATABASE_OWNER_URL:
            self.stdout.write("The fictional members stay.")
            return
        try:
            rows = remove(settings.DATABASE_OWNER_URL, world.member_ids)
        except DomainError as error:
            raise CommandError(str(error.message)) from None
        self.stdout.write(f"{rows} rows of the fictional members removed.")
