"""What opening the pages of coverage costs with fifty desks, and how much each page asks."""

from datetime import date

from tests.bench.measuring import line, start_django

start_django()

from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from apps.core import scope  # noqa: E402
from apps.core.actor import Actor  # noqa: E402
from apps.duty import services  # noqa: E402
from tests.bench.staging import newcomer, page  # noqa: E402
from tests.factories.world import NOON, client_of  # noqa: E402

ROUNDS = 20
DESKS = 50
ZONES = ("America/Los_Angeles", "Europe/London", "Asia/Shanghai", "Australia/Lord_Howe")
# Name, bar in ms of CPU, bar of queries.
PAGES = (("coverage", 120, 14), ("coverage_year", 400, 14), ("what_if", 400, 14))


def world() -> Actor:
    """A manager whose member keeps fifty desks of four zones; nobody works on Sundays."""
    actor = newcomer()
    with scope.acting(actor):
        for number in range(DESKS):
            _desk(actor, number)
    return actor


def _desk(actor: Actor, number: int) -> None:
    facts = services.DeskFacts(
        name=f"Desk {number}", tz=ZONES[number % len(ZONES)], languages=["en"], order=number
    )
    desk = services.create_desk(facts, actor=actor, at=NOON)
    start = number * 3 % 24
    times = (((0, 1, 2, 3, 4), start, (start + 9) % 24), ((5,), start, (start + 1) % 24))
    windows = [
        services.WindowFacts(days=days, start=f"{first:02}:00", end=f"{last:02}:00")
        for days, first, last in times
    ]
    services.set_windows(desk.pk, windows, actor=actor, at=NOON)
    for month in (1, 4, 7, 10, 12):
        on = date(2027, month, 1 + (number + month) % 28)
        services.add_holiday(desk.pk, on, name="Holiday", actor=actor, at=NOON)


def main() -> None:
    """Print the medians."""
    import logging

    logging.disable(logging.WARNING)
    setup_test_environment()
    client = client_of(world())
    for name, bar, most in PAGES:
        times, asked = page(client, reverse(f"duty:{name}"), rounds=ROUNDS)
        line(f"{name}, {DESKS} desks", times, bar)
        print(f"{'  queries besides the transaction':58} {len(asked):9}     (bar {most})")


if __name__ == "__main__":
    main()
