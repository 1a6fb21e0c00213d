"""Web, worker and beat under one roof: one log stream, one clean stop, no orphan."""

import asyncio
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from alliance.embedded.errors import StartError
from alliance.embedded.paths import Places
from alliance.embedded.processes import die_with_parent

COLOURS = {"web": 36, "worker": 32, "beat": 35}
STOP_PATIENCE_IN_SECONDS = 12
READY_PATIENCE_IN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: list[str]


def programs(here: Places, port: int) -> list[Program]:
    """What runs besides the services."""
    python = sys.executable
    celery = [python, "-m", "celery", "-A", "alliance"]
    quiet = ["--without-mingle", "--without-gossip", "--without-heartbeat"]
    web = [python, "-m", "uvicorn", "alliance.asgi:application", "--host", "127.0.0.1"]
    web += ["--port", str(port), "--ws", "websockets-sansio", "--ws-max-size", "65536"]
    web += ["--no-access-log", "--no-server-header", "--lifespan", "off"]
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
        except OSError:
            raise StartError(
                f"Port {port} is in use: stop what listens there, or run `make up PORT={port + 1}`."
            ) from None


async def supervise(here: Places, port: int, env: Mapping[str, str], greeting: str) -> int:
    """Run every program until one ends or a signal comes; the exit status."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)
    children = {p.name: await _start(p, env) for p in programs(here, port)}
    readers = [asyncio.create_task(_copy(name, child)) for name, child in children.items()]
    ends = {asyncio.create_task(child.wait()): name for name, child in children.items()}
    stop_task = asyncio.create_task(stopping.wait())
    ready = asyncio.create_task(_greet(port, greeting))
    done, _pending = await asyncio.wait({*ends, stop_task}, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    failed = [ends[task] for task in done if task in ends and not stopping.is_set()]
    for name in failed:
        code = children[name].returncode
        say(f"{name} ended unexpectedly (exit status {code}): stopping everything.")
    await _stop(children)
    await asyncio.gather(*readers, return_exceptions=True)
    stop_task.cancel()
    return 1 if failed else 0


async def _start(program: Program, env: Mapping[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *program.command,
        env={**os.environ, **env, "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        # Ctrl-C reaches the supervisor alone, which stops its children in order.
        start_new_session=True,
        preexec_fn=die_with_parent,
        limit=2**20,
    )


async def _copy(name: str, child: asyncio.subprocess.Process) -> None:
    assert child.stdout is not None  # noqa: S101 - PIPE was asked for
    colour = f"\033[{COLOURS[name]}m" if sys.stdout.isatty() else ""
    plain = "\033[0m" if colour else ""
    while True:
        try:
            line = await child.stdout.readline()
        except ValueError:
            continue
        if not line:
            return
        text = line.decode(errors="replace").rstrip()
        print(f"{colour}{time.strftime('%H:%M:%S')} {name:<6} |{plain} {text}", flush=True)


async def _greet(port: int, greeting: str) -> None:
    url = f"http://127.0.0.1:{port}/readyz"
    until = time.monotonic() + READY_PATIENCE_IN_SECONDS
    while time.monotonic() < until:
        if await asyncio.to_thread(_answers, url):
            print(greeting, flush=True)
            return
        await asyncio.sleep(0.2)
    say(f"The web process does not answer at {url}: read the log lines above.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - loopback only
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


async def _stop(children: Mapping[str, asyncio.subprocess.Process]) -> None:
    """Beat first, so that nothing new is rung; then the worker, then the web."""
    for name in ("beat", "worker", "web"):
        child = children[name]
        if child.returncode is not None:
            continue
        child.terminate()
        try:
            await asyncio.wait_for(child.wait(), STOP_PATIENCE_IN_SECONDS)
        except TimeoutError:
            os.killpg(child.pid, signal.SIGKILL)
            await child.wait()


def say(sentence: str) -> None:
    print(f"alliance: {sentence}", flush=True)
