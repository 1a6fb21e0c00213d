"""Medians of Python CPU time, printed with their bars."""

import os
from collections.abc import Callable
from statistics import median
from time import process_time


def start_django() -> None:
    """The product's own settings, on the database of the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.test")
    import django

    django.setup()


def times_of(work: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of CPU of each round."""
    times = []
    for _ in range(rounds):
        begin = process_time()
        work()
        times.append((process_time() - begin) * 1000)
    return times


def line(name: str, times: list[float], bar: float) -> None:
    """One line of the report; over the bar is said, not failed."""
    middle = median(times)
    verdict = "" if middle <= bar else "  OVER THE BAR"
    print(
        f"{name:58} {middle:9.2f} ms  (bar {bar:g}, worst of {len(times)}: {max(times):.2f})"
        f"{verdict}",
        flush=True,
    )
