"""Both services together: started in order, stopped in reverse, shared by concurrent runs."""

import contextlib
import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator

from alliance.embedded import postgres, redis
from alliance.embedded.paths import Places, addresses, places

EXTERNAL = ("DATABASE_URL", "REDIS_URL")


def is_external() -> bool:
    """Whether the environment names real servers, so that nothing is embedded."""
    return all(os.environ.get(name) for name in EXTERNAL)


@contextlib.contextmanager
def running() -> Iterator[dict[str, str]]:
    """The environment of the services, started if needed and stopped by whoever started them."""
    if is_external():
        yield {}
        return
    here = places()
    here.var.mkdir(parents=True, exist_ok=True)
    started: list[subprocess.Popen[bytes]] = []
    try:
        with _alone(here):
            for service in (postgres, redis):
                process = service.start(here)
                if process is not None:
                    started.append(process)
        yield addresses(here)
    finally:
        for process in reversed(started):
            stop(process)


@contextlib.contextmanager
def _alone(here: Places) -> Iterator[None]:
    with here.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def stop(process: subprocess.Popen[bytes], *, patience: float = 20) -> None:
    """End a service: asked first (SIGINT is PostgreSQL's fast shutdown), then made to."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
