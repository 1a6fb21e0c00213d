"""Borrowing the services: the first user starts their keeper, the last one sends it home.

Every user holds a shared lock on `users.lock` for as long as it needs the services; the keeper
ends them when it gets the exclusive lock. A user that is killed loses its lock, so the services
never outlive the last one, and never end under a concurrent one.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from alliance.embedded.errors import StartError
from alliance.embedded.paths import ROOT, Places, places, postgres_urls, redis_urls
from alliance.embedded.processes import is_running

KEEP = "alliance.embedded keep"
STOP_PATIENCE = 30.0


def wanted() -> list[str]:
    """The services to embed: those that the environment names no real server for."""
    urls = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
    return [name for name, variable in urls.items() if not os.environ.get(variable)]


@contextlib.contextmanager
def running() -> Iterator[dict[str, str]]:
    """The environment of the services, started if needed and stopped after their last user."""
    needed = wanted()
    if not needed:
        yield {}
        return
    here = places()
    here.var.mkdir(parents=True, exist_ok=True)
    with here.users_lock.open("w") as user:
        with here.start_lock.open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            # Waits here while a keeper is ending the services.
            fcntl.flock(user, fcntl.LOCK_SH)
            if keeper(here) is None:
                _start_keeper(here, needed)
        urls: dict[str, str] = {}
        urls |= postgres_urls(here) if "postgres" in needed else {}
        urls |= redis_urls(here) if "redis" in needed else {}
        try:
            yield urls
        finally:
            _leave(here, user)


def keeper(here: Places) -> int | None:
    """The pid of the process that keeps the services, if it lives."""
    try:
        pid = int(here.keeper_pid.read_text())
    except (OSError, ValueError):
        return None
    return pid if is_running(pid, program=KEEP) else None


def is_in_use(users_lock: Path) -> bool:
    """Whether anybody is using the services behind this lock."""
    with users_lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _start_keeper(here: Places, needed: list[str]) -> None:
    read, write = os.pipe()
    command = [sys.executable, "-m", *KEEP.split(), *needed]
    with (here.var / "keeper.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[write],
            env={**os.environ, "ALLIANCE_VAR": str(here.var), "ALLIANCE_READY_FD": str(write)},
        )
    os.close(write)
    try:
        with os.fdopen(read, encoding="utf-8") as answers:
            answer = answers.read()
    except BaseException:  # Ctrl-C: what has begun to start must not outlive this.
        process.terminate()
        process.wait()
        raise
    _pass_on(here.var / "keeper.log")
    if answer != "ready":
        process.wait()
        raise StartError(answer or f"The services did not start: see {here.var / 'keeper.log'}.")


def _pass_on(log: Path) -> None:
    """Show what the keeper had to say while it started."""
    for line in log.read_text(errors="replace").splitlines():
        print(line, file=sys.stderr)


def _leave(here: Places, user: IO[str]) -> None:
    try:
        fcntl.flock(user, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    pid = keeper(here)
    if pid is None:
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_PATIENCE
    while keeper(here) == pid and time.monotonic() < deadline:
        time.sleep(0.05)
