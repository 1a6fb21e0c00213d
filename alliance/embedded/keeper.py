"""The process that keeps PostgreSQL and Redis while anybody uses them."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from types import FrameType

from alliance.embedded import postgres, redis
from alliance.embedded.errors import StartError, from_os
from alliance.embedded.paths import Places, places

STARTERS = {"postgres": postgres.start, "redis": redis.start}
LOOK_EVERY = 0.3


class _Stop(Exception):
    """Somebody asked the keeper to end."""


def keep(names: list[str]) -> int:
    """Run the named services until the last user is gone, a service dies, or SIGTERM."""
    signal.signal(signal.SIGTERM, _on_signal)
    here = places()
    children: list[subprocess.Popen[bytes]] = []
    try:
        with contextlib.suppress(_Stop):
            _serve(here, names, children)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for child in reversed(children):
            stop(child)
        here.keeper_pid.unlink(missing_ok=True)
    return 0


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    raise _Stop


def _serve(here: Places, names: list[str], children: list[subprocess.Popen[bytes]]) -> None:
    try:
        here.keeper_pid.write_text(str(os.getpid()))
        children.extend(STARTERS[name](here) for name in names)
    except StartError as error:
        _answer(str(error))
        return
    except OSError as error:
        known = from_os(error)
        _answer(str(known or error))
        return
    _answer("ready")
    with here.users_lock.open("w") as users:
        while all(child.poll() is None for child in children):
            # A shared lock is held by each user, and lost with it, however it went.
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(LOOK_EVERY)
        for child in reversed(children):
            stop(child)


def _answer(text: str) -> None:
    with os.fdopen(int(os.environ["ALLIANCE_READY_FD"]), "w", encoding="utf-8") as pipe:
        pipe.write(text)


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
