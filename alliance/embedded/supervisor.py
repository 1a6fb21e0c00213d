"""Web, worker and beat under one roof: one log stream, one clean stop, no orphan."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from alliance.embedded import services
from alliance.embedded.errors import StartError
from alliance.embedded.paths import Places
from alliance.embedded.processes import child_setup

COLOURS = {"web": 36, "worker": 32, "beat": 35}
STOP_PATIENCE_IN_SECONDS = 10
# Known: on a bare machine or in a container everything runs as root.
SILENCED = "ignore:You're running the worker with superuser privileges"
READY_PATIENCE_IN_SECONDS = 60

Children = dict[str, asyncio.subprocess.Process]


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: list[str]


@dataclass(frozen=True, slots=True)
class Welcome:
    """What to say when `url` answers 200, and since when somebody is waiting for it."""

    url: str
    words: str
    since: float


def programs(here: Places, port: int) -> list[Program]:
    """What runs besides the services."""
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "-A", "alliance"]
    quiet = ["--without-mingle", "--without-gossip", "--without-heartbeat"]
    web = [python, "-m", "uvicorn", "alliance.asgi:application", "--host", "127.0.0.1"]
    web += ["--port", str(port), "--ws", "websockets-sansio", "--ws-max-size", "65536"]
    # A frame goes to many: compressing it for each costs more than it saves, and 64 KiB a socket.
    web += ["--ws-per-message-deflate", "false"]
    web += ["--no-access-log", "--no-server-header", "--lifespan", "off"]
    web += ["--timeout-graceful-shutdown", "3", "--log-level", "warning"]
    schedule = str(here.var / "beat-schedule")
    return [
        Program("web", web),
        Program("worker", [*celery, "worker", "-c", "2", "-l", "warning", *quiet]),
        Program("beat", [*celery, "beat", "-l", "warning", "-s", schedule, "--pidfile="]),
    ]


def demand_free_port(port: int) -> None:
    """Raises StartError when something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise StartError(f"Port {port} needs root: choose one above 1023.") from None
        except OSError:
            raise StartError(
                f"Port {port} is in use: stop what listens there, or run `make up PORT={port + 1}`."
            ) from None


async def supervise(
    running: Sequence[Program], welcome: Welcome, env: Mapping[str, str], here: Places
) -> int:
    """Run the programs until one ends or a signal comes; the exit status.

    They are stopped last to first.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)
    children = {p.name: await _start(p, env) for p in running}
    readers = [asyncio.create_task(_copy(name, child)) for name, child in children.items()]
    ends = [asyncio.create_task(_ended(name, child)) for name, child in children.items()]
    ends.append(asyncio.create_task(_services_ended(here)))
    ends.append(asyncio.create_task(_greet(welcome)))
    stop = asyncio.create_task(stopping.wait())
    done, pending = await asyncio.wait({*ends, stop}, return_when=asyncio.FIRST_COMPLETED)
    if not stopping.is_set():
        say(next(str(task.result()) for task in done))
    say("stopping")
    await _stop(children)
    for task in pending:
        task.cancel()
    await asyncio.gather(*readers, *pending, return_exceptions=True)
    return 0 if stopping.is_set() else 1


async def _start(program: Program, env: Mapping[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *program.command,
        env={**env, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": SILENCED},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        # Ctrl-C reaches the supervisor alone, which stops its children in order.
        start_new_session=True,
        preexec_fn=child_setup(),
        limit=2**20,
    )


async def _ended(name: str, child: asyncio.subprocess.Process) -> str:
    code = await child.wait()
    return f"{name} ended unexpectedly (exit status {code}): its last lines above say why."


async def _services_ended(here: Places) -> str:
    """Waits for ever if the services are somebody else's."""
    keeper = services.keeper(here) if services.wanted() else None
    # The keeper is no child, so nobody tells of its end.
    while keeper is None or services.keeper(here) == keeper:  # noqa: ASYNC110
        await asyncio.sleep(1)
    return f"PostgreSQL or Redis ended unexpectedly: the logs in {here.logs} say why."


async def _copy(name: str, child: asyncio.subprocess.Process) -> None:
    if child.stdout is None:
        return
    colour = f"\033[{COLOURS.get(name, 37)}m" if sys.stdout.isatty() else ""
    plain = "\033[0m" if colour else ""
    while True:
        try:
            line = await child.stdout.readline()
        except ValueError:  # Longer than the limit: what is left follows as the next line.
            continue
        if not line:
            return
        text = line.decode(errors="replace").rstrip()
        print(f"{colour}{time.strftime('%H:%M:%S')} {name:<6} |{plain} {text}", flush=True)


async def _greet(welcome: Welcome) -> str:
    """Greets when the web process is ready, and then waits for ever."""
    until = time.monotonic() + READY_PATIENCE_IN_SECONDS
    while not await asyncio.to_thread(_answers, welcome.url):
        if time.monotonic() > until:
            return f"The web process is not ready at {welcome.url}: its lines above say why."
        await asyncio.sleep(0.2)
    print(welcome.words, flush=True)
    say(f"ready in {time.monotonic() - welcome.since:.0f} s")
    await asyncio.Event().wait()
    return ""


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - loopback only
            return bool(response.status == HTTPStatus.OK)
    except (urllib.error.URLError, OSError):
        return False


async def _stop(children: Children) -> None:
    """Beat first, so that nothing new is rung; then the worker, then the web."""
    for child in reversed(children.values()):
        if child.returncode is None:
            child.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(child.wait(), STOP_PATIENCE_IN_SECONDS)
        # Whatever is left of its session: the pool of a worker that was killed, for one.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()


def say(sentence: str) -> None:
    print(f"alliance: {sentence}", flush=True)
