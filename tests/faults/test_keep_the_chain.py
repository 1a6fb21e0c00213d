"""Whatever breaks on the way: the same custody chain as a day on which nothing broke."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from subprocess import Popen

import pytest

from apps.core import clock
from apps.core.models import Due
from tests.faults import story
from tests.faults.processes import wait_until
from tests.faults.story import Story
from tests.faults.workers import (
    QUEUE,
    Redis,
    beat,
    crash_postgres,
    frozen_in_a_transaction,
    kill,
    worker,
)

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

# Bounds for what hangs, not measures of speed.
PATIENCE = 120
# Longer than two ticks of beat, and than a worker's first tries to be connected again.
REDIS_IS_DEAD_FOR = 12.0
RING_EVERY = 0.4
FIRST, NEXT_DAYS_END = 1, 4


class Plant:
    """A Redis and two workers; what is due is fired by them alone."""

    def __init__(self, redis: Redis, **settings: str) -> None:
        self.redis = redis
        self.settings = {**redis.environment, **settings}
        self.running = ExitStack()
        self.workers: list[Popen[bytes]] = []

    def open(self, *names: str) -> None:
        for name in names:
            self.workers.append(self.running.enter_context(worker(name, **self.settings)))
        alive = len(self.workers)
        assert wait_until(lambda: self.redis.workers_answering() >= alive, patience=PATIENCE)

    def work(self) -> None:
        """Ring until the workers have fired everything that is due."""
        assert wait_until(self._rung_and_calm, patience=PATIENCE)

    def begin_work(self, rows: int = 2) -> None:
        """Ring until some has been fired: what comes now, comes in the middle."""
        before = story.fired()

        def has_begun() -> bool:
            self.redis.ring()
            return story.fired() >= before + rows

        assert wait_until(has_begun, patience=PATIENCE)

    def _rung_and_calm(self) -> bool:
        if story.is_calm():
            return True
        self.redis.ring()
        time.sleep(RING_EVERY)
        return False


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """Of the test's own, with no worker yet."""
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def plant(redis: Redis) -> Iterator[Plant]:
    """Workers of the test's own, to kill and to freeze."""
    made = Plant(redis)
    with made.running:
        yield made


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Plant]:
    """Two workers that stay through every test in which something else breaks."""
    server = Redis(tmp_path_factory.mktemp("redis"))
    made = Plant(server)
    made.running.callback(server.stop)
    server.start()
    with made.running:
        made.open("first", "second")
        yield made


@pytest.fixture(scope="module")
def told() -> dict[str, story.Chain]:
    """What has been told once and is the same each time (test_two_undisturbed_days_are_alike)."""
    return {}


@pytest.fixture
def undisturbed(told: dict[str, story.Chain]) -> story.Chain:
    """The day on which nothing broke, told by one process alone."""
    if "calm" not in told:
        told["calm"] = story.begin("Calm").run(story.fire_here)
    return told["calm"]


@pytest.fixture
def day(undisturbed: story.Chain) -> Story:
    return story.begin("Rough")


def check(chain: story.Chain, undisturbed: story.Chain) -> None:
    assert chain == undisturbed
    assert len({seq for links, _plans in chain.values() for seq, *_rest in links}) >= 3
    assert not Due.objects.filter(attempts__gt=0).exists()


def test_two_beats_and_a_killed_worker(
    plant: Plant, day: Story, undisturbed: story.Chain, tmp_path: Path
) -> None:
    plant.open("one", "two")
    for name in ("a", "b"):
        plant.running.enter_context(beat(tmp_path, name, DISPATCH_EVERY="1", **plant.settings))

    def kill_one() -> None:
        assert wait_until(lambda: story.fired() > 0, patience=PATIENCE)
        kill(plant.workers[0])

    def wait() -> None:
        assert wait_until(story.is_calm, patience=PATIENCE)

    check(day.run(wait, {FIRST: kill_one}), undisturbed)


def test_same_message_delivered_again_and_again(
    standing: Plant, redis: Redis, day: Story, undisturbed: story.Chain
) -> None:
    redis.ring(expires=None)
    (message,) = redis.client().lrange(QUEUE, 0, -1)

    def deliver() -> None:
        for _time in range(10):
            standing.redis.client().lpush(QUEUE, message)
            time.sleep(0.05)

    check(day.run(standing.work, {FIRST: deliver, NEXT_DAYS_END: deliver}), undisturbed)


def test_clock_that_jumps_forward_and_back(
    standing: Plant, day: Story, undisturbed: story.Chain
) -> None:
    def jump() -> None:
        standing.begin_work()
        noon = clock.now()
        # Forward by less than what is left of each answer's time: what expires is the same.
        for minutes in (-25, 2, -90, 1, 0):
            clock.move_to(noon + timedelta(minutes=minutes))
            standing.redis.ring()
            time.sleep(0.3)

    check(day.run(standing.work, {FIRST: jump, NEXT_DAYS_END: jump}), undisturbed)


def test_postgres_restarted_in_the_middle(
    standing: Plant, day: Story, undisturbed: story.Chain
) -> None:
    def crash() -> None:
        standing.begin_work()
        crash_postgres()

    check(day.run(standing.work, {FIRST: crash, NEXT_DAYS_END: crash}), undisturbed)


def test_redis_restarted_in_the_middle(
    standing: Plant, day: Story, undisturbed: story.Chain
) -> None:
    def restart() -> None:
        standing.begin_work()
        standing.redis.die()
        standing.redis.start()

    check(day.run(standing.work, {FIRST: restart, NEXT_DAYS_END: restart}), undisturbed)


def test_redis_dead_for_a_while(standing: Plant, day: Story, undisturbed: story.Chain) -> None:
    """Nobody can be told to work; when it is back, everything is fired, late and once."""

    def be_dead() -> None:
        standing.begin_work()
        standing.redis.die()
        time.sleep(REDIS_IS_DEAD_FOR)
        standing.redis.start()

    check(day.run(standing.work, {FIRST: be_dead}), undisturbed)


def test_broker_restored_from_an_old_snapshot(
    standing: Plant, redis: Redis, day: Story, undisturbed: story.Chain
) -> None:
    """It delivers again what was executed long ago."""
    for _message in range(10):
        redis.ring(expires=None)
    snapshot = redis.save()

    def go_back() -> None:
        standing.begin_work()
        standing.redis.restore(snapshot)

    chain = day.run(standing.work, {FIRST: go_back, NEXT_DAYS_END: go_back})

    assert wait_until(lambda: standing.redis.client().llen(QUEUE) == 0, patience=PATIENCE)
    assert day.chain() == chain
    check(chain, undisturbed)


def test_frozen_worker_neither_blocks_nor_marks(
    redis: Redis, day: Story, undisturbed: story.Chain
) -> None:
    """Its claim is taken from it after two seconds; it wakes when others have done its work."""
    plant = Plant(redis, DB_IDLE_IN_TRANSACTION="2s")
    with plant.running:
        plant.open("one")
        frozen = plant.workers[0]

        def freeze() -> None:
            assert frozen_in_a_transaction("one", frozen, ring=plant.redis.ring)
            plant.running.enter_context(worker("two", **plant.settings))

        def wake() -> None:
            os.killpg(frozen.pid, signal.SIGCONT)

        chain = day.run(plant.work, {FIRST: freeze, 2: wake})

    check(chain, undisturbed)


def test_two_undisturbed_days_are_alike(undisturbed: story.Chain, day: Story) -> None:
    check(day.run(story.fire_here), undisturbed)
