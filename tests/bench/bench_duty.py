"""What duty planning costs: `python -m tests.bench.bench_duty` prints medians of CPU time."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import process_time

from apps.core.walltime import zone
from apps.duty.planning import DeskRule, Window, coverage, forecast, next_handover, plan_text
from apps.duty.planning.coverage import forget

ZONES = ("America/Los_Angeles", "Europe/London", "Asia/Shanghai", "Australia/Lord_Howe")
DESKS = 50
ROUNDS = 15
START, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)


def windows(i: int) -> list[tuple[list[int], int, int]]:
    start = i * 3 % 24
    return [
        ([0, 1, 2, 3, 4], start * 60, (start + 9) % 24 * 60),
        ([5], start * 60, start * 60 + 45),
    ]


def holidays(i: int) -> list[date]:
    return [date(2027, month, 1 + (i + month) % 28) for month in range(1, 13)]


def rules() -> list[DeskRule]:
    return [
        DeskRule(
            f"desk-{i}",
            ZONES[i % len(ZONES)],
            tuple(Window(frozenset(days), start, end) for days, start, end in windows(i)),
            frozenset(holidays(i)),
        )
        for i in range(DESKS)
    ]


def document(kind: str, **more: str) -> bytes:
    def time(minutes: int) -> str:
        return f"{minutes // 60:02}:{minutes % 60:02}"

    desks = [
        {
            "id": f"desk-{i}",
            "tz": ZONES[i % len(ZONES)],
            "windows": [
                {"days": days, "start": time(start), "end": time(end)}
                for days, start, end in windows(i)
            ],
            "holidays": [day.isoformat() for day in holidays(i)],
        }
        for i in range(DESKS)
    ]
    year = [f"{instant:%Y-%m-%dT%H:%MZ}" for instant in (START, END)]
    return json.dumps({"kind": kind, "range": year, "desks": desks, **more}).encode()


def report(name: str, work: Callable[[], object], rounds: int = ROUNDS) -> None:
    times = []
    for _ in range(rounds):
        begin = process_time()
        work()
        times.append((process_time() - begin) * 1000)
    print(f"{name:62} {median(times):8.2f} ms  (worst of {rounds}: {max(times):.2f})")


def main() -> None:
    """Print the medians."""
    cold, text = rules(), document("coverage")
    handovers = document("handover", initial_holder="desk-0")
    report("four zones' tables, cold", lambda: (zone.cache_clear(), [zone(z) for z in ZONES]))
    report(
        "coverage of 50 desks x 365 days, nothing remembered",
        lambda: (forget(), coverage(rules(), START, END)),
    )
    report(
        "coverage of 50 desks x 365 days, warm, rules new (bar 40 ms)",
        lambda: coverage(rules(), START, END),
    )
    report(
        "coverage of 50 desks x 365 days, warm, rules kept (bar 40 ms)",
        lambda: coverage(cold, START, END),
    )
    ahead = START + timedelta(days=400)
    report("forecast with causes, 50 desks x 400 days", lambda: forecast(cold, START, ahead))
    few = cold[::7]
    report("forecast with causes, 8 desks x 400 days", lambda: forecast(few, START, ahead))
    report("the same as a JSON document, read and answered", lambda: plan_text(text))
    report("handovers of a year among 50 desks, JSON", lambda: plan_text(handovers))
    report(
        "next handover among 50 desks within a week",
        lambda: next_handover(cold, "desk-0", START, START + timedelta(days=7)),
    )


if __name__ == "__main__":
    main()
