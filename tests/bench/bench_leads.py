"""What leads cost among many: `make bench-leads`, or `make bench-leads N=100000` for fewer.

Each line says the bar and what was reached. CPU is the application's own, from the request to the
answer. Where a bar is a time, the CPU of the application and of its database session together are
held against it: the elapsed time, told beside it, is that on an idle machine, and whatever a busy
one makes of it. The machine's load is told as well.
"""

import json
import os
from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter, process_time
from uuid import UUID

from tests.bench.measuring import Spent, database_time, load, start_django, told

start_django()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from apps.core import scope  # noqa: E402
from apps.core.actor import Actor  # noqa: E402
from apps.core.ids import uuid7  # noqa: E402
from apps.leads import searching, selectors  # noqa: E402
from apps.leads.models import LeadAccess  # noqa: E402
from apps.members.actors import digest  # noqa: E402
from apps.members.models import ApiKey, Member  # noqa: E402
from tests.bench.lead_files import importing, importing_together, remembering  # noqa: E402
from tests.bench.leads_at_scale import MEMBERS, World, analyst  # noqa: E402
from tests.factories.world import NOON, client_of  # noqa: E402

COUNT = int(os.environ.get("N") or 1_000_000)
ROUNDS = 30
MATCHED = 150
# The tests' two keys are a key being changed for another, when each value has two digests.
KEYS = settings.CORRELATION_KEYS
# Not the request's own: the transaction and the stamp.
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")
# The largest, a large, a middling and the smallest member.
PLACES = (1, 5, 40, MEMBERS)
SEARCHES = (
    "serum", "handbag licence", "精华液", "批发价", "直播间", "耳机 无授权", "عطر", "حقيبة",
    "brand1", "brand3", "brand40", "brand150", "seller", "example", "sales1", "nowhere at all",
    "shop-1.example", "shop-12.example", "shop-4711.example", "sales12@mail-12.example",
    "+8613000000001", "+86 130 0000 4711", "ld", "certificate", "https://shop-7.example/item/1",
)  # fmt: skip


def timed(act: Callable[[], object], rounds: int = ROUNDS) -> list[Spent]:
    found = []
    for _ in range(rounds):
        begin = process_time(), database_time(), perf_counter()
        act()
        end = process_time(), database_time(), perf_counter()
        found.append(Spent(*((b - a) * 1000 for a, b in zip(begin, end, strict=True))))
    return found


def middle(spent: list[Spent], name: str) -> float:
    return median(getattr(one, name) for one in spent)


def asked_by(act: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as taken:
        act()
    return [q["sql"] for q in taken if not q["sql"].startswith(NOT_COUNTED)]


def key_client(member_id: str) -> Client:
    secret = f"ak_{uuid7()}"
    ApiKey.objects.create(
        member=Member.objects.get(pk=member_id), name="bench", prefix="ak", digest=digest(secret),
        scope="write", created_at=NOON,
    )  # fmt: skip
    return Client(headers={"Authorization": f"Bearer {secret}"})


def creating(member_id: str, place: int) -> None:
    api, numbers = key_client(member_id), iter(range(10_000_000))

    def post() -> None:
        n = next(numbers)
        item = {
            "title": f"Serum {n}", "urls": [f"https://taobao.example/{n}"],
            "domains": [f"new-{n}.example"], "emails": [f"sales{n}@mail-1.example"],
            "phones": [f"+8613{n:09}", f"+8615{n:09}"],
        }  # fmt: skip
        answer = api.post("/api/v1/leads/", json.dumps(item), content_type="application/json")
        assert answer.status_code == 201, answer.content

    timed(post, 5)
    queries = len(asked_by(post))
    cpu = middle(timed(post), "app")
    told(
        f"POST a lead with 5 selectors, member {place}",
        f"{cpu:.1f} ms CPU, {queries} queries", "20 ms, 10", holds=cpu <= 20 and queries <= 10,
    )  # fmt: skip


def listing(member_id: str, place: int) -> None:
    api, browser = key_client(member_id), client_of(analyst(member_id))
    first = api.get("/api/v1/leads/").json()
    for name, client, url in (
        ("GET /api/v1/leads/", api, "/api/v1/leads/"),
        ("the next page of it", api, f"/api/v1/leads/?cursor={first['next'] or ''}"),
        ("inbox page", browser, "/leads/"),
        ("inbox page, all", browser, "/leads/?tab=all"),
    ):

        def get(client: Client = client, url: str = url) -> None:
            assert client.get(url).status_code == 200

        timed(get, 3)
        queries = len(asked_by(get))
        spent = timed(get)
        cpu, database = middle(spent, "app"), middle(spent, "database")
        told(
            f"{name}, member {place}",
            f"{cpu:.1f} ms CPU, {queries} queries, {database:.1f} ms in the database",
            "30 ms, 6", holds=cpu <= 30 and queries <= 6,
        )  # fmt: skip


def finding(member_id: str, place: int) -> None:
    actor, times = analyst(member_id), []
    for query in SEARCHES:

        def search(query: str = query) -> None:
            with scope.acting(actor):
                searching.search(actor, query)

        search()
        times += [(one, query) for one in timed(search, 4)]
    work = [one.work for one, _query in times]
    p95, elapsed = (
        quantiles(values, n=20)[-1] for values in (work, [one.elapsed for one, _query in times])
    )
    told(
        f"search, member {place}",
        f"p95 {p95:.1f} ms of work, {elapsed:.0f} ms elapsed", "50 ms", holds=p95 <= 50,
    )  # fmt: skip
    worst = {query: one for one, query in sorted(times, key=lambda pair: pair[0].work)}
    slowest = sorted(worst, key=lambda query: -worst[query].work)[:4]
    print(f"    median {median(work):.1f} ms; slowest " + ", ".join(
        f"{query} ({worst[query].app:.0f} + {worst[query].database:.0f})" for query in slowest
    ))  # fmt: skip


def matching(member_id: str, place: int) -> None:
    """Links of the newest leads, each looked up once; others while the key is being changed.

    Many of them: one lead has none and the next has dozens, so that a few say what they like.
    """
    actor = analyst(member_id)
    with scope.acting(actor):
        own = LeadAccess.objects.filter(
            viewer_id=actor.member_id, owner_id=actor.member_id, subject_type="lead"
        )
        leads = [row.lead_id for row in own.order_by("-created_at")[: 2 * MATCHED]]
    matched(leads[3:MATCHED], warm=leads[:3], actor=actor, said=f"member {place}", bar=5)
    settings.CORRELATION_KEYS = KEYS
    matched(leads[MATCHED + 3 :], warm=leads[MATCHED:][:3], actor=actor, said="with a second key")
    settings.CORRELATION_KEYS = KEYS[:1]


def matched(
    leads: list[UUID], *, warm: list[UUID], actor: Actor, said: str, bar: float | None = None
) -> None:
    queue = iter([*warm, *leads])

    def match() -> None:
        with scope.acting(actor):
            selectors.links_of(actor, next(queue))

    timed(match, len(warm))
    spent = timed(match, len(leads))
    work = middle(spent, "work")
    slowest = quantiles([one.work for one in spent], n=10)[-1]
    database = middle(spent, "database")
    reached = f"{work:.1f} ms ({database:.1f} in the database), p90 {slowest:.1f}"
    if bar is None:
        print(f"    {said}: {reached}")
    else:
        told(f"match lookup of a lead, {said}", reached, f"{bar:g} ms", holds=work <= bar)


def main() -> None:
    import logging

    logging.disable(logging.WARNING)
    settings.ALLOWED_HOSTS = ["*"]
    settings.CORRELATION_KEYS = KEYS[:1]
    print(f"{COUNT:,} leads on {os.cpu_count()} cores, {load()}", flush=True)
    world = World(COUNT)
    world.make()
    for place in PLACES:
        member_id = world.members[place - 1]
        with scope.acting(analyst(member_id)) as actor:
            visible = LeadAccess.objects.filter(viewer_id=actor.member_id, subject_type="lead")
            print(f"member {place} sees {visible.count():,} leads; {load()}", flush=True)
        for bench in (listing, finding, matching, creating):
            bench(member_id, place)
    importing(world.members[0], 1)
    importing_together(world.members[1], world.members[39])
    remembering(world.members[39])
    print(load(), flush=True)


if __name__ == "__main__":
    main()
