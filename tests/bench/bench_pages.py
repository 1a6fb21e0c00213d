"""What a page of leads costs, and that ten rows take as many queries as fifty."""

from io import BytesIO

from tests.bench.measuring import line, start_django

start_django()

from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from apps.core import scope  # noqa: E402
from apps.core.actor import Actor  # noqa: E402
from apps.leads import services  # noqa: E402
from tests.bench.staging import newcomer, page  # noqa: E402
from tests.factories.world import NOON, client_of  # noqa: E402

ROUNDS = 30


def bring(actor: Actor, count: int) -> None:
    """Import so many leads, half of which share a phone number."""
    rows = [
        f"Offer {n},https://shop-{n}.example/item/{n},+1 212 555 01{n // 2:02}"
        for n in range(count)
    ]
    data = "\n".join(["title,url,phone", *rows]).encode()
    with scope.acting(actor):
        told = services.Upload(file_name="bench.csv")
        batch = services.upload(BytesIO(data), told, actor=actor, at=NOON)
        kept = services.Rows()
        services.start_check(batch.pk, batch.mapping, actor=actor, at=NOON)
        while services.advance(batch.pk, kept, actor=actor, at=NOON):
            pass
        services.start_run(batch.pk, actor=actor, at=NOON)
        while services.advance(batch.pk, kept, actor=actor, at=NOON):
            pass


def main() -> None:
    """Print the medians."""
    import logging

    logging.disable(logging.WARNING)
    setup_test_environment()
    for name in ("leads:inbox", "api:lead-list"):
        asked: dict[int, list[str]] = {}
        for size in (10, 50):
            actor = newcomer(role="analyst")
            bring(actor, size)
            times, asked[size] = page(client_of(actor), reverse(name), rounds=ROUNDS, first=5)
            if size == 50:
                line(f"page of 50 leads, {name}", times, 30)
        few, many = len(asked[10]), len(asked[50])
        print(f"{'  queries besides the transaction (bar 6)':58} {many:9}     (10 rows: {few})")


if __name__ == "__main__":
    main()
