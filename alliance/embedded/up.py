"""`make up`: services, tables, texts, static files, the demo world, then the programs."""

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from alliance.embedded import services
from alliance.embedded.errors import StartError, full_disk
from alliance.embedded.paths import ROOT, Places, places
from alliance.embedded.processes import bytecode, child_setup
from alliance.embedded.secret_files import correlation_keys
from alliance.embedded.supervisor import Welcome, demand_free_port, programs, say, supervise

FREE_BYTES_NEEDED = 200 * 2**20


def up() -> int:
    """Everything on one machine, until Ctrl-C."""
    signal.signal(signal.SIGTERM, _interrupt)
    here = places()
    port = _port()
    started = time.monotonic()
    demand_free_port(port)
    _demand_space(here)
    with _alone(here):
        if services.wanted():
            say("starting PostgreSQL and Redis")
        with services.running() as urls:
            env = {**os.environ, **bytecode(), **_defaults(port), **urls}
            env |= {**correlation_keys(here), "ALLIANCE_VAR": str(here.var)}
            words = _prepare(here, port, env)
            welcome = Welcome(f"http://127.0.0.1:{port}/readyz", words, started)
            code = asyncio.run(supervise(programs(here, port), welcome, env, here))
        say("stopped")
        return code


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _port() -> int:
    given = os.environ.get("PORT", "8000")
    if given.isdecimal() and 0 < int(given) < 2**16:
        return int(given)
    raise StartError(f"PORT={given} is no port: give a number from 1 to 65535.")


def _defaults(port: int) -> dict[str, str]:
    wanted = {
        "DJANGO_SETTINGS_MODULE": "alliance.settings.dev",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    return {name: os.environ.get(name, value) for name, value in wanted.items()}


def _demand_space(here: Places) -> None:
    here.var.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(here.var).free < FREE_BYTES_NEEDED:
        raise StartError(full_disk(here.var))


@contextlib.contextmanager
def _alone(here: Places) -> Iterator[None]:
    with here.up_lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(
                f"Alliance already runs with the data in {here.var}: stop that one first,"
                " or set ALLIANCE_VAR to another directory."
            ) from None
        yield


def _prepare(here: Places, port: int, env: Mapping[str, str]) -> str:
    """Tables, texts, files and the demo world, each only when needed; the closing words."""
    _once(here, "tables", ["migrate", "--verbosity", "0"], _files("apps", "migrations/*.py"), env)
    _once(here, "translations", ["messages", "compile"], _files("locale", "*.po"), env)
    collect = ["collectstatic", "--noinput", "--verbosity", "0"]
    inputs = [*_files("static", "*"), *_files("apps", "static/**/*"), ROOT / "requirements.txt"]
    _once(here, "static files", collect, inputs, env)
    if _once(here, "the demo world (about a minute)", ["seed_demo", "--if-empty"], [], env):
        accounts = _manage(["seed_demo", "--accounts"], env, capture=True)
        (here.var / "accounts.txt").write_text(accounts)
    accounts = (here.var / "accounts.txt").read_text()
    return f"\n  Alliance is at http://127.0.0.1:{port}/\n\n{accounts}\n  Ctrl-C stops everything."


def _files(folder: str, pattern: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob(pattern) if path.is_file())


def _once(
    here: Places, name: str, command: list[str], inputs: Sequence[Path], env: Mapping[str, str]
) -> bool:
    """Run a step unless it ran before on this data with the same input; whether it ran."""
    digest = hashlib.sha256(" ".join(command).encode())
    for path in inputs:
        info = path.stat()
        digest.update(f"{path} {info.st_size} {info.st_mtime_ns}\n".encode())
    stamp = here.var / "stamps" / command[0]
    # A database of somebody else's may have been emptied since.
    known = "postgres" in services.wanted() and stamp.exists()
    if known and stamp.read_text() == digest.hexdigest():
        return False
    began = time.monotonic()
    say(f"preparing {name}")
    _manage(command, env)
    say(f"prepared {name} in {time.monotonic() - began:.0f} s")
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(digest.hexdigest())
    return True


def _manage(arguments: list[str], env: Mapping[str, str], *, capture: bool = False) -> str:
    with subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if capture else None,
        text=True,
        preexec_fn=child_setup(),
    ) as child:
        try:
            output, _nothing = child.communicate()
        except KeyboardInterrupt:
            child.terminate()
            raise
    if child.returncode != 0:
        command = " ".join(arguments)
        raise StartError(f"`manage.py {command}` failed: its last lines above say why.")
    return output or ""


def reset() -> int:
    """Empty `var/`: the data of the embedded services, uploads, logs and stamps."""
    here = places()
    # Tests and benchmarks keep theirs in directories below.
    if any(services.is_in_use(lock) for lock in here.var.glob("**/users.lock")):
        raise StartError("Alliance is running: stop it first (Ctrl-C), then reset.")
    for directory in (here.sockets, here.var):
        if directory.exists():
            shutil.rmtree(directory)
    say(f"{here.var} is empty")
    return 0
