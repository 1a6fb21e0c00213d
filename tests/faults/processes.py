"""Real processes to start, kill and look for."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SERVERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL")


def plain_environment(**more: str) -> dict[str, str]:
    """The environment without the servers that the tests themselves were given."""
    return {k: v for k, v in os.environ.items() if k not in SERVERS} | more


def start(*command: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=plain_environment(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def running(text: str) -> list[int]:
    """The pids whose command line holds `text`."""
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            command = (directory / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, UnicodeDecodeError):
            continue
        if text in command and int(directory.name) != os.getpid():
            found.append(int(directory.name))
    return found


def wait_until(is_true: Callable[[], object], *, patience: float = 20) -> bool:
    """Whether it came true before the patience, a bound for what hangs, was over."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if is_true():
            return True
        time.sleep(0.05)
    return False


def read_until(process: "subprocess.Popen[str]", words: str) -> str:
    """The output up to the line with `words`, or all of it."""
    lines = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if words in line:
            break
    return "".join(lines)
