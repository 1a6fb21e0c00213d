"""`python -m alliance.embedded up | run -- COMMAND | reset`."""

import asyncio
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance.embedded import postgres, services
from alliance.embedded.errors import StartError
from alliance.embedded.paths import Places, places
from alliance.embedded.processes import die_with_parent
from alliance.embedded.supervisor import demand_free_port, say, supervise

ROOT = Path(__file__).resolve().parent.parent.parent
FREE_BYTES_NEEDED = 200 * 2**20


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if arguments[:1] == ["up"]:
            return up()
        if arguments[:2] == ["run", "--"] and len(arguments) > 2:
            return run(arguments[2:])
        if arguments == ["reset"]:
            return reset()
    except StartError as error:
        print(f"alliance: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(__doc__, file=sys.stderr)
    return 2


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def run(command: Sequence[str]) -> int:
    """Run one command with the services up."""
    with services.running() as env:
        child = subprocess.Popen(
            list(command), env={**os.environ, **env}, preexec_fn=die_with_parent
        )
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise


def up() -> int:
    """Everything on one machine, until Ctrl-C."""
    here = places()
    port = int(os.environ.get("PORT", "8000"))
    started = time.monotonic()
    demand_free_port(port)
    _demand_space(here)
    say("starting PostgreSQL and Redis")
    with services.running() as env:
        env = {
            **env,
            "DJANGO_SETTINGS_MODULE": os.environ.get(
                "DJANGO_SETTINGS_MODULE", "alliance.settings.dev"
            ),
            "PUBLIC_URL": os.environ.get("PUBLIC_URL", f"http://127.0.0.1:{port}"),
        }
        greeting = _prepare(here, port, env)
        say(f"ready in {time.monotonic() - started:.0f} s; Ctrl-C stops everything")
        return asyncio.run(supervise(here, port, env, greeting))


def _demand_space(here: Places) -> None:
    here.var.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(here.var).free < FREE_BYTES_NEEDED:
        raise StartError(f"The disk that holds {here.var} is full: free 200 MB and try again.")


def _prepare(here: Places, port: int, env: Mapping[str, str]) -> str:
    """Tables, texts, files and the demo world, each only when needed; the closing words."""
    steps = {
        "tables": (["migrate", "--verbosity", "0"], _sources("apps", "migrations/*.py")),
        "translations": (["messages", "compile"], _sources("locale", "*.po")),
        "static files": (
            ["collectstatic", "--noinput", "--verbosity", "0"],
            [*_sources("static", "*"), ROOT / "requirements.txt"],
        ),
    }
    for name, (command, inputs) in steps.items():
        _once(here, name, command, inputs, env)
    say("checking the demo world (the first run makes it: about a minute)")
    _manage(["seed_demo", "--if-empty"], env)
    accounts = _manage(["seed_demo", "--accounts"], env, capture=True)
    return f"\n  Alliance is at http://127.0.0.1:{port}/\n\n{accounts}"


def _sources(folder: str, pattern: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob(pattern) if path.is_file())


def _once(
    here: Places, name: str, command: list[str], inputs: Sequence[Path], env: Mapping[str, str]
) -> None:
    """Run a step unless it ran before with the same input files."""
    digest = hashlib.sha256()
    for path in inputs:
        info = path.stat()
        digest.update(f"{path} {info.st_size} {info.st_mtime_ns}\n".encode())
    stamp = here.var / "stamps" / name.replace(" ", "-")
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say(f"preparing {name}")
    _manage(command, env)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(digest.hexdigest())


def _manage(arguments: list[str], env: Mapping[str, str], *, capture: bool = False) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={**os.environ, **env},
        stdout=subprocess.PIPE if capture else None,
        text=True,
        check=False,
        preexec_fn=die_with_parent,
    )
    if done.returncode != 0:
        raise StartError(
            f"`manage.py {' '.join(arguments)}` failed: its last lines above say why."
        )
    return done.stdout or ""


def reset() -> int:
    """Empty `var/`: the data of the embedded services, uploads and stamps."""
    here = places()
    if (here.sockets / ".s.PGSQL.5432").exists() and _in_use(here):
        raise StartError("Alliance is running: stop it first (Ctrl-C), then reset.")
    shutil.rmtree(here.var, ignore_errors=True)
    shutil.rmtree(here.sockets, ignore_errors=True)
    say(f"{here.var} is empty")
    return 0


def _in_use(here: Places) -> bool:
    return postgres.is_up(here)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
