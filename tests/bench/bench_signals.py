"""What a report of a known value costs beside one of an unknown value, and what a link costs.

`python -m tests.bench.bench_signals`. Needs DATABASE_URL and DATABASE_OWNER_URL
(`python -m alliance.embedded run -- ...`); works in a test database of its own, with real commits.
`N` (1,000) is how many known and how many unknown values are reported, in an order drawn at random.
"""

import os
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.test")
N = int(os.environ.get("N", "1000"))
LINK_BAR_MS = 5.0
# Of two equal distributions this lies near one half; a guesser who is always right has one.
SEPARABLE = 0.55


def separability(known: list[float], unknown: list[float]) -> float:
    """How often a known value took longer than an unknown one, of all pairs (ties half)."""
    ranked = sorted([(t, 1) for t in known] + [(t, 0) for t in unknown])
    below = 0
    wins = 0.0
    for _time, is_known in ranked:
        if is_known:
            wins += below
        else:
            below += 1
    return wins / (len(known) * len(unknown))


def measure(act: Callable[[], object]) -> tuple[float, float]:
    """(CPU, elapsed) in milliseconds."""
    cpu, wall = process_time(), perf_counter()
    act()
    return (process_time() - cpu) * 1000, (perf_counter() - wall) * 1000


def reports(client: Any, values: list[tuple[str, bool]]) -> dict[bool, list[tuple[float, float]]]:
    found: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for value, is_known in values:
        body = {"title": "Stall", "emails": [value]}
        took = measure(
            lambda body=body: client.post("/api/v1/leads/", body, content_type="application/json")
        )
        found[is_known].append(took)
    return found


def tell(found: dict[bool, list[tuple[float, float]]]) -> None:
    for place, name in ((0, "CPU"), (1, "elapsed")):
        known = [took[place] for took in found[True]]
        unknown = [took[place] for took in found[False]]
        for word, times in (("known", known), ("unknown", unknown)):
            print(
                f"  POST of a value that is {word:8} {name:8} median {median(times):7.2f} ms"
                f"  p95 {quantiles(times, n=20)[-1]:7.2f} ms  of {len(times)}"
            )
        apart = separability(known, unknown)
        verdict = "" if abs(apart - 0.5) <= SEPARABLE - 0.5 else "  SEPARABLE"
        print(f"  known told from unknown by {name}: right in {apart:.1%} (chance: 50 %){verdict}")


def links(actor: Any, lead_ids: list[Any]) -> None:
    from apps.core import scope
    from apps.leads import selectors

    times = []
    with scope.acting(actor):
        for lead_id in lead_ids:
            times.append(measure(lambda lead_id=lead_id: selectors.links_of(actor, lead_id)))
    cpu, wall = median(t[0] for t in times), median(t[1] for t in times)
    # The elapsed time of a busy machine says little: the application's own CPU is held to the bar.
    verdict = "" if cpu <= LINK_BAR_MS else "  OVER THE BAR"
    print(
        f"  links of a lead: {cpu:.2f} ms CPU, {wall:.2f} ms elapsed"
        f" (bar {LINK_BAR_MS:g}, {len(times)} leads){verdict}"
    )


def batch(at: Any) -> None:
    from tests.leads.signalling import run_batch

    cpu, wall = measure(lambda: run_batch(at))
    print(f"  one batch over what was posted: {cpu:.0f} ms CPU, {wall:.0f} ms elapsed")


def main() -> None:
    import logging

    from tests.bench.measuring import scratch_database

    with scratch_database(), TemporaryDirectory() as folder:
        logging.disable(logging.WARNING)
        from django.conf import settings

        from apps.core import scope
        from apps.leads.models import Lead
        from tests.factories.world import NOON, client_of
        from tests.leads.signalling import make_ring, report

        settings.EVIDENCE_ROOT = Path(folder)
        settings.SIGNAL_DAILY_QUOTA = 10 * N
        ring = make_ring(6)
        for place in range(N):
            report(ring[1], email=f"known-{place}@stall.example", proof=place % 10 == 0)
        print(f"  machine load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        batch(NOON)
        values = [(f"known-{n}@stall.example", True) for n in range(N)]
        values += [(f"other-{n}@stall.example", False) for n in range(N)]
        random.Random(7).shuffle(values)
        client = client_of(ring[0])
        reports(client, [(f"warm-{n}@stall.example", False) for n in range(20)])
        tell(reports(client, values))
        for place in range(100):
            report(ring[0], email=f"known-{place}@stall.example", proof=False)
        with scope.acting(ring[0]):
            mine = list(Lead.objects.filter(member_id=ring[0].member_id).order_by("-pk")[:200])
        links(ring[0], [lead.pk for lead in mine])
        batch(NOON + timedelta(minutes=30))


if __name__ == "__main__":
    main()
