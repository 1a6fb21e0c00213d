"""What reading an address costs: the extractor alone, and everything that an address names.

Host names repeat, so the registrable domain and IDNA are cached; every address here is another one.
"""

import csv
from collections.abc import Callable
from pathlib import Path
from time import process_time

from tests.bench.measuring import start_django

start_django()

from apps.leads.normalise import URL, selectors_of  # noqa: E402
from apps.leads.normalise.marketplaces import marketplace_selectors  # noqa: E402
from apps.leads.normalise.urls import parse_address  # noqa: E402

GOLDEN = Path(__file__).parents[1] / "leads" / "golden" / "marketplaces.csv"
ROUNDS = 7
COPIES = 30


def each(name: str, bar: float, work: Callable[[str], object], urls: list[str]) -> None:
    """Microseconds of CPU for one address: the median of the rounds."""
    times = []
    for _ in range(ROUNDS):
        begin = process_time()
        for url in urls:
            work(url)
        times.append((process_time() - begin) * 1e6 / len(urls))
    middle = sorted(times)[ROUNDS // 2]
    verdict = "" if middle <= bar else "  OVER THE BAR"
    said = f"(bar {bar:g})" if bar < float("inf") else "(no bar)"
    print(f"{name:58} {middle:9.2f} µs  {said}{verdict}", flush=True)


def main() -> None:
    """Print the medians."""
    with GOLDEN.open(encoding="utf-8", newline="") as lines:
        golden = [row["url"] for row in csv.DictReader(lines) if row["platform"]]
    urls = [f"{url}{'&' if '?' in url else '?'}n={n}" for n in range(COPIES) for url in golden]
    addresses = {url: address for url in urls if (address := parse_address(url))}
    known = list(addresses)
    each(
        f"extractor, {len(known)} marketplace addresses",
        10,
        lambda url: marketplace_selectors(addresses[url], raw=url),
        known,
    )
    each("parsing and canonical form", float("inf"), parse_address, known)
    each("everything an address names", float("inf"), lambda url: selectors_of(URL, url), known)


if __name__ == "__main__":
    main()
