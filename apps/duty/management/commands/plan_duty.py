"""Answer what-if duty plans: `manage.py plan_duty < plan.json`."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.duty.planning import Limits, PlanError, plan_text

BAD_INPUT = 2
MAX_BYTES = 64_000_000
# Whoever types the command waits for nobody else's sake: a minute of work is allowed.
MAX_STEPS = 50_000_000


class Command(BaseCommand):
    help = "Read a JSON plan or a list of plans from standard input and print the exact answer."
    # A question about time needs no database.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--max-bytes",
            type=int,
            default=MAX_BYTES,
            help="Refuse a longer document (default: %(default)s).",
        )

    def handle(self, *args: Any, max_bytes: int, **options: Any) -> None:
        data = sys.stdin.buffer.read(max_bytes + 1)
        try:
            answer = plan_text(data, Limits(max_bytes=max_bytes, steps=MAX_STEPS))
        except PlanError as error:
            self.stderr.write(str(error))
            sys.exit(BAD_INPUT)
        self.stdout.write(json.dumps(answer))
