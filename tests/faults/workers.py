"""Real Celery workers and beats on the test's database, to kill and to freeze; a Redis to lose."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from unittest.mock import patch

import psycopg
import redis
from celery import Celery
from django.db import connection
from kombu.exceptions import OperationalError

from alliance.embedded.processes import child_setup
from alliance.embedded.redis import program
from tests.faults.processes import ROOT, wait_until

QUEUE = "celery"


def environment(**more: str) -> dict[str, str]:
    here = connection.settings_dict
    url = f"postgresql://{here['USER']}:{here['PASSWORD']}@/{here['NAME']}?host={here['HOST']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "alliance.settings.test",
        "PYTHONWARNINGS": "ignore",
        **more,
    }


@contextmanager
def celery(*arguments: str, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A Celery process with its children in a group of its own."""
    quiet = ["-l", "error"]
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--quiet", "-A", "alliance", *arguments, *quiet],
        cwd=ROOT,
        env=environment(**more),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # Ends with the test run, however that ends.
        preexec_fn=child_setup(signal.SIGTERM),
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL: nothing is finished, nothing is said."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def worker(name: str, **more: str) -> AbstractContextManager["subprocess.Popen[bytes]"]:
    lean = ["--without-mingle", "--without-gossip", "--without-heartbeat"]
    # The name is its connections', too.
    return celery("worker", "-c", "1", "-n", f"{name}@faults", *lean, PGAPPNAME=name, **more)


def beat(directory: Path, name: str, **more: str) -> AbstractContextManager[object]:
    schedule = str(directory / f"beat-{name}")
    return celery("beat", "-s", schedule, f"--pidfile={schedule}.pid", **more)


@contextmanager
def client_of_broker(url: str) -> Iterator[Celery]:
    """Talks to that broker alone, and leaves nothing behind for the product's own Celery.

    Celery lets the environment's broker win over every other setting.
    """
    with patch.dict(os.environ, CELERY_BROKER_URL=url):
        app = Celery(set_as_current=False)
        app.conf.broker_transport_options = {"socket_connect_timeout": 1, "max_retries": 0}
        with app:
            yield app


def workers_answering(url: str) -> int:
    with client_of_broker(url) as app:
        return len(app.control.ping(timeout=1) or [])


class Redis:
    """A Redis of the test's own: broker and stream of its workers."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.socket = directory / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            "REDIS_URL": f"unix://{self.socket}?db=0",
            "CELERY_BROKER_URL": f"redis+socket://{self.socket}?virtual_host=1",
        }

    def start(self) -> None:
        command = [program(), "--port", "0", "--unixsocket", str(self.socket), "--save", ""]
        self._process = subprocess.Popen(
            [*command, "--dir", str(self.directory)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C"},
        )
        assert wait_until(self._answers, patience=20)

    def die(self) -> None:
        """At once, without saving what it holds."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self.socket.unlink(missing_ok=True)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.die()

    def save(self) -> Path:
        """A snapshot of what it holds now."""
        self.client().save()
        return Path(shutil.copy(self.directory / "dump.rdb", self.directory / "old.rdb"))

    def restore(self, snapshot: Path) -> None:
        self.die()
        shutil.copy(snapshot, self.directory / "dump.rdb")
        self.start()

    def client(self, database: int = 1) -> "redis.Redis":
        return redis.Redis(unix_socket_path=str(self.socket), db=database)

    @property
    def broker(self) -> str:
        return self.environment["CELERY_BROKER_URL"]

    def ring(self, *, expires: float | None = 5) -> None:
        """What beat does; a dead broker hears nothing."""
        deaf = contextlib.suppress(OperationalError, redis.RedisError, OSError)
        with deaf, client_of_broker(self.broker) as app:
            app.send_task("core.dispatch_due", expires=expires, retry=False)

    def workers_answering(self) -> int:
        return workers_answering(self.broker)

    def _answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.RedisError:
            return False


@contextmanager
def nobody_writes_a_handover() -> Iterator[None]:
    """Whoever would waits in the middle of its transaction, until this is left."""
    with psycopg.connect(environment()["DATABASE_URL"]) as line:
        line.execute("LOCK TABLE handovers_handover IN SHARE MODE")
        yield


def waits_in_the_middle(name: str) -> bool:
    """Whether the worker of this name has work in hand that it cannot go on with."""
    return _stands(name, "wait_event_type = 'Lock'")


def frozen_in_a_transaction(
    name: str, process: "subprocess.Popen[bytes]", ring: Callable[[], None]
) -> bool:
    """Freeze the worker while it has a transaction open, which nothing else holds up."""

    def is_waiting() -> bool:
        ring()
        return waits_in_the_middle(name)

    with nobody_writes_a_handover():
        if not wait_until(is_waiting):
            return False
        os.killpg(process.pid, signal.SIGSTOP)
    return wait_until(lambda: _stands(name, "state = 'idle in transaction'"))


def _stands(name: str, how: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            f" WHERE datname = current_database() AND application_name = %s AND {how}",
            [name],
        )
        return bool(cursor.fetchone()[0])


def crash_postgres() -> None:
    """Kill one server process: PostgreSQL ends all others at once and recovers from its log.

    It is what an immediate shutdown and a start do, and needs no hold of whoever keeps the server.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        victim = cursor.fetchone()[0]
    # Whoever connects before the server has noticed is thrown out with all others.
    with psycopg.connect(environment()["DATABASE_URL"], autocommit=True) as witness:
        os.kill(victim, signal.SIGKILL)
        connection.close()
        assert wait_until(lambda: _is_thrown_out(witness), patience=30)
    assert wait_until(_is_back, patience=30)


def _is_thrown_out(witness: "psycopg.Connection[tuple[object, ...]]") -> bool:
    try:
        witness.execute("SELECT 1")
    except psycopg.OperationalError:
        return True
    return False


def _is_back() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        connection.close()
        return False
    return True
