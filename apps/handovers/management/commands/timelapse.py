"""Let a demo day pass in two minutes."""

import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core import clock
from apps.core.errors import DomainError
from apps.handovers.demo import founding
from apps.handovers.demo.timelapse import Timelapse, require_worker


class Command(BaseCommand):
    help = "Move the demo's clock so that the real workers fire the real handovers: watch /."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hours", type=float, default=24, help="How much time passes.")
        parser.add_argument("--speed", type=float, default=720, help="720: a day in two minutes.")
        parser.add_argument("--reset", action="store_true", help="End at the real time again.")

    def handle(self, *args: Any, **options: Any) -> None:
        hours, speed = options["hours"], options["speed"]
        if not 0 < hours <= 24 * 31 or speed <= 0:
            raise CommandError("Let between 0 and 744 hours pass, at a speed above 0.")
        if not settings.DEMO_CLOCK:
            raise CommandError("This is not a demo: DEMO_CLOCK is off.")
        began = time.monotonic()
        try:
            world = founding.find()
            require_worker()
            Timelapse(world, self._say).run(timedelta(hours=hours), speed)
        except DomainError as error:
            raise CommandError(str(error.message)) from None
        except KeyboardInterrupt:
            self._say("Stopped.")
        finally:
            self._end(began, reset=options["reset"])

    def _end(self, began: float, *, reset: bool) -> None:
        if reset:
            clock.reset()
        shown = f"{clock.now():%Y-%m-%d %H:%M}"
        self._say(f"It is {shown} UTC in the demo, after {time.monotonic() - began:.0f} s.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
