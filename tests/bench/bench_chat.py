"""What a room costs: real servers, real sockets, every check on; beside it stock Channels.

`make bench-chat` prints it (`N=2` for a short run). PostgreSQL has fsync on. CPU is that of the web
processes, and of them with PostgreSQL and Redis; the generator runs on the same two cores.
"""

import asyncio
import math
import os
import shutil
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import cycle

import uvloop

from tests.bench.measuring import start_django

start_django()

from tests.bench.chat_stage import (  # noqa: E402
    Stand,
    Web,
    cookie_of,
    hire,
    revoke,
    servers,
    servers_cpu,
    serving,
    stage,
)
from tests.bench.chat_wire import Peer, Talk, join, leave  # noqa: E402

SECONDS = float(os.environ.get("N") or 8)
WARM_UP = 1.5
PRODUCT, STOCK = "tests.bench.chat_product:application", "tests.bench.chat_stock:application"
CLOSED = [("1x50", 1, 50, 4), ("1x200", 1, 200, 4), ("100x10", 100, 10, 1)]
HUMAN = [("1x50", 50, 50), ("1x200", 200, 100)]
PER_SECOND = 5
PEOPLE, SOCKETS, MISSED = 200, 1_000, 50
MOST_KIB, MOST_SECONDS = 60, 20


@dataclass(frozen=True)
class System:
    """What is measured: an application and the path of a person's socket into a room."""

    name: str
    application: str
    path: Callable[[Stand], str]
    count: int = 1


def product(count: int) -> System:
    return System(f"alliance, {count} web", PRODUCT, lambda _stand: "/ws/chat/", count)


def _stock(stand: Stand) -> str:
    return f"/ws/stock/?room={stand.room_id}"


STOCKS = [
    System("stock, kept by ORM", STOCK, lambda stand: f"{_stock(stand)}&owner={stand.owner}"),
    System("stock, nothing kept", STOCK, _stock),
]


def tell(*parts: str) -> None:
    print("; ".join(parts), flush=True)


def each(seconds: float, count: int) -> str:
    """Microseconds a delivery."""
    return f"{seconds / count * 1e6:6.1f}" if count else "     -"


def at(values: list[float], share: float) -> float:
    """A percentile, in milliseconds."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] * 1000


async def enter(stands: list[Stand], web: Web, system: System) -> list[Talk]:
    """Everybody joins his room, 50 at a time."""
    ports = cycle(web.ports)
    talks, all_of_them = [Talk(stand.room_id) for stand in stands], []
    for talk, stand in zip(talks, stands, strict=True):
        for cookie in stand.cookies:
            all_of_them.append((talk, next(ports), system.path(stand), cookie))
    for start in range(0, len(all_of_them), 50):
        await asyncio.gather(*[join(*one) for one in all_of_them[start : start + 50]])
    return talks


async def wait(is_true: Callable[[], bool], patience: float) -> None:
    """Look every 5 ms: what is waited for happens in the generator's own callbacks."""
    until = time.monotonic() + patience
    while not is_true() and time.monotonic() < until:  # noqa: ASYNC110 - no single event
        await asyncio.sleep(0.005)


async def settled(talks: list[Talk], patience: float = 15) -> int:
    """Wait for what is under way; how many messages never reached everybody."""
    await wait(lambda: not any(talk.waiting for talk in talks), patience)
    return sum(talk.waiting for talk in talks)


def faults(talks: list[Talk], unsettled: int) -> str:
    peers = [peer for talk in talks for peer in talk.peers]
    lost = sum(talk_lost(talk) for talk in talks)
    holes = sum(len(peer.early) for peer in peers)
    return (
        f"lost {lost}, unfinished {unsettled}, after ordering {holes} out of order"
        f" ({sum(p.crossed for p in peers)} crossed on the way),"
        f" refused {sum(t.refused for t in talks)}"
    )


def talk_lost(talk: Talk) -> int:
    """Deliveries that are missing for messages that somebody has."""
    return sum(len(talk.peers) - count for count in talk.counted.values())


async def closed(system: System, stands: list[Stand], shape: str, window: int) -> None:
    """As fast as it goes: each message that all have is followed by the next."""
    with serving(system.application, system.count) as web:
        talks = await enter(stands, web, system)
        await asyncio.sleep(1)
        going = True

        def again(talk: Talk) -> None:
            if going:
                talk.say()

        for talk in talks:
            talk.done = again
            for _ in range(window):
                talk.say()
        await asyncio.sleep(WARM_UP)
        for talk in talks:
            talk.took.clear()
        delivered, began = sum(t.delivered for t in talks), time.perf_counter()
        cpu, others = web.cpu(), servers_cpu(SERVERS)
        await asyncio.sleep(SECONDS)
        seconds = time.perf_counter() - began
        count = sum(t.delivered for t in talks) - delivered
        web_cpu, both = web.cpu() - cpu, servers_cpu(SERVERS)
        took = [value for talk in talks for value in talk.took]
        going = False
        unsettled = await settled(talks)
        total = web_cpu + both[0] - others[0] + both[1] - others[1]
        tell(
            f"{shape:7} {system.name:20} {count / seconds:8,.0f} deliveries/s",
            f"{each(web_cpu, count)} us web, {each(total, count)} us all",
            f"p50 {at(took, 0.5):6.1f} p99 {at(took, 0.99):6.1f} ms of {len(took)}",
            faults(talks, unsettled),
        )
        leave([peer for talk in talks for peer in talk.peers])


async def human(system: System, stand: Stand, shape: str, bar: float) -> None:
    """Five messages a second, each due at its instant; a delay counts from there."""
    with serving(system.application, system.count) as web:
        talks = await enter([stand], web, system)
        await asyncio.sleep(6)
        count = int(PER_SECOND * max(SECONDS, 4) * 2)
        began = time.perf_counter()
        cpu = web.cpu()
        for n in range(count):
            due = began + n / PER_SECOND
            await asyncio.sleep(max(0, due - time.perf_counter()))
            talks[0].say(due)
        unsettled = await settled(talks)
        took, cpu = talks[0].took, web.cpu() - cpu
        verdict = "" if at(took, 0.99) <= bar else "  OVER THE BAR"
        tell(
            f"{shape:7} {system.name:20} {PER_SECOND} messages/s",
            f"p50 {at(took, 0.5):6.1f} p99 {at(took, 0.99):6.1f} (bar {bar:g}){verdict}",
            f"worst {at(took, 1):6.1f} ms of {len(took)}, {each(cpu, talks[0].delivered)} us web",
            faults(talks, unsettled),
        )
        leave(talks[0].peers)


async def revoked(system: System, stand: Stand) -> None:
    """A member loses the room while everybody talks: what reaches it, and how long it stays."""
    with serving(system.application, system.count) as web:
        talks = await enter([stand], web, system)
        talk = talks[0]
        gone = stand.people[1].member_id
        away = [
            peer
            for peer, who in zip(talk.peers, stand.people, strict=True)
            if who.member_id == gone
        ]
        talk.peers = [peer for peer in talk.peers if peer not in away]
        going = True

        def again(one: Talk) -> None:
            if going:
                one.say()

        talk.done = again
        for _ in range(4):
            talk.say()
        await asyncio.sleep(WARM_UP)
        last = await asyncio.to_thread(revoke, stand, gone)
        began = time.perf_counter()
        await wait(lambda: all(peer.code for peer in away), 10)
        took = time.perf_counter() - began
        await asyncio.sleep(1)
        going = False
        await settled(talks)
        late = sum(max(0, peer.last - last) + len(peer.early) for peer in away)
        codes = sorted({peer.code for peer in away})
        tell(
            f"revoked {system.name:20} {len(away)} sockets",
            f"{late} frames committed later reached them",
            f"closed with {codes} in {took * 1000:.0f} ms",
            max(peer.reason for peer in away) or "no reason",
        )
        leave([*talk.peers, *away])


async def idle_and_back(system: System, stands: list[Stand]) -> None:
    """1,000 people who only listen: memory; then all come back at once, each 50 messages behind."""
    with serving(system.application, system.count) as web:
        before = web.memory()
        talks = await enter(stands, web, system)
        await asyncio.sleep(6)
        held = (web.memory() - before) / SOCKETS
        cpu, began = web.cpu(), time.perf_counter()
        await asyncio.sleep(15)
        resting = (web.cpu() - cpu) / (time.perf_counter() - began)
        leave([peer for talk in talks for peer in talk.peers])
        await asyncio.sleep(1)
        took, missing = await _come_back(system, stands, web)
        verdict = "" if took <= MOST_SECONDS and held <= MOST_KIB else "  OVER THE BAR"
        tell(
            f"1000    {system.name:20} at rest {held:.1f} KiB a socket (bar {MOST_KIB})",
            f"{resting * 100:.1f} % of a core",
            f"back at once: all caught up in {took:.1f} s (bar {MOST_SECONDS}){verdict}",
            f"missing {missing}",
        )


async def _come_back(system: System, stands: list[Stand], web: Web) -> tuple[float, int]:
    ports, peers = cycle(web.ports), []
    began = time.perf_counter()
    joining = []
    for stand in stands:
        talk = Talk(stand.room_id)
        for cookie in stand.cookies:
            after = int(HEADS[stand.room_id]) - MISSED
            joining.append(
                (after, join(talk, next(ports), system.path(stand), cookie, after=after))
            )

    async def caught_up(after: int, coming: Awaitable[Peer]) -> None:
        peer = await coming
        peers.append(peer)
        await wait(lambda: peer.last >= after + MISSED, 60)

    await asyncio.gather(*[caught_up(after, coming) for after, coming in joining])
    took = time.perf_counter() - began
    missing = sum(HEADS[peer.talk.room_id] - peer.last for peer in peers)
    leave(peers)
    return took, missing


HEADS: dict[object, int] = {}
SERVERS = servers()


async def fill(system: System, stands: list[Stand]) -> None:
    """Each room gets the messages that somebody will have missed."""
    with serving(system.application) as web:
        few = [Stand(s.room_id, s.subject, s.people[:2], s.cookies[:2]) for s in stands]
        talks = await enter(few, web, system)
        for talk in talks:
            for _ in range(MISSED):
                talk.say()
                await wait(lambda talk=talk: talk.waiting <= 8, 10)  # type: ignore[misc]
        await settled(talks)
        for talk in talks:
            HEADS[talk.room_id] = talk.peers[0].last
        leave([peer for talk in talks for peer in talk.peers])


def main(wanted: set[str]) -> None:
    people = hire(PEOPLE)
    cookies = [cookie_of(person) for person in people]

    def cast(rooms: int, size: int) -> list[Stand]:
        """Rooms of different people, as far as there are enough of them."""
        starts = [n * size % PEOPLE for n in range(rooms)]
        return [stage(people[s : s + size], cookies[s : s + size]) for s in starts]

    run = uvloop.run
    print(
        "ejabberd: " + ("installed" if shutil.which("ejabberdctl") else "not installed")
        + f"; {SECONDS:g} s a row; load {os.getloadavg()[0]:.1f} before"
    )  # fmt: skip
    systems = [product(1), product(2), *STOCKS]
    if "closed" in wanted:
        shapes = wanted & {shape for shape, *_rest in CLOSED}
        for shape, rooms, size, window in CLOSED:
            if shapes and shape not in shapes:
                continue
            for system in systems:
                run(closed(system, cast(rooms, size), shape, window))
    if "human" in wanted:
        for shape, size, bar in HUMAN:
            for system in systems[:3]:
                run(human(system, cast(1, size)[0], shape, bar))
    if "revoked" in wanted:
        for system in systems[:2]:
            run(revoked(system, cast(1, 200)[0]))
    if "back" in wanted:
        stands = cast(5, SOCKETS // 5)
        run(fill(systems[0], stands))
        for system in systems[:2]:
            run(idle_and_back(system, stands))
    print(f"load {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main(set(sys.argv[1:]) or {"closed", "human", "revoked", "back"})
