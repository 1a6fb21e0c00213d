import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.faults.processes import read_until, running, start, wait_until

pytestmark = pytest.mark.faults

LOOK = """
import os, sys, time, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print("super", connection.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles"
                                      " WHERE rolname = current_user").fetchone()[0])
print("redis", redis.from_url(os.environ["REDIS_URL"]).ping(), flush=True)
time.sleep(float(sys.argv[1]))
print("ended", flush=True)
"""


@pytest.fixture(scope="module")
def var():
    directory = tempfile.mkdtemp(prefix="alliance-", dir="/tmp")
    yield directory
    wait_until(lambda: not running(directory))
    shutil.rmtree(directory)


def run(var, seconds):
    command = ["-m", "alliance.embedded", "run", "--", sys.executable, "-c", LOOK, str(seconds)]
    return start(*command, ALLIANCE_VAR=var, ALLIANCE_PG_FSYNC="off")


def test_command_gets_both_services_as_a_role_without_power(var):
    output, _nothing = run(var, 0).communicate(timeout=60)

    assert "super False" in output
    assert "redis True" in output
    assert not running(var)


def test_server_outlives_the_run_that_started_it_for_a_concurrent_one(var):
    first, second = run(var, 600), run(var, 600)
    for process in (first, second):
        read_until(process, "redis")
    before = started_at(var)

    first.terminate()
    first.communicate(timeout=20)

    assert started_at(var) == before
    second.terminate()
    second.communicate(timeout=20)
    assert not running(var)


def started_at(var):
    socket = str(Path(var, "run"))
    with psycopg.connect(host=socket, user="alliance_app", dbname="alliance") as connection:
        return connection.execute("SELECT pg_postmaster_start_time()").fetchone()


def test_killed_run_leaves_no_server_and_no_command(var):
    process = run(var, 600)
    read_until(process, "redis")

    process.kill()

    assert wait_until(lambda: not running(var))
    assert wait_until(lambda: not running("time.sleep(float(sys.argv[1]))"))
    process.communicate()


def test_stale_pid_files_of_a_killed_keeper_are_no_obstacle(var):
    process = run(var, 600)
    read_until(process, "redis")
    keeper = int(Path(var, "keeper.pid").read_text())

    os.kill(keeper, signal.SIGKILL)
    process.kill()
    process.communicate()
    assert wait_until(lambda: not running(var))
    Path(var, "postgres/data/postmaster.pid").write_text(f"{os.getpid()}\n")

    output, _nothing = run(var, 0).communicate(timeout=60)
    assert "ended" in output


def test_real_servers_in_the_environment_are_used_instead(tmp_path):
    command = ["-m", "alliance.embedded", "run", "--", "printenv", "DATABASE_URL"]
    process = start(
        *command,
        ALLIANCE_VAR=str(tmp_path / "var"),
        DATABASE_URL="postgresql://real.example/db",
        REDIS_URL="redis://real.example",
    )

    output, _nothing = process.communicate(timeout=20)

    assert output == "postgresql://real.example/db\n"
    assert not (tmp_path / "var").exists()


def test_reset_is_refused_while_somebody_uses_the_services(var):
    process = run(var, 600)
    read_until(process, "redis")

    refusal, _nothing = reset(var).communicate(timeout=20)
    process.terminate()
    process.communicate(timeout=20)

    assert "Alliance is running: stop it first" in refusal
    assert Path(var, "postgres/data").exists()


def test_reset_empties_var(tmp_path):
    (tmp_path / "var/evidence").mkdir(parents=True)

    reset(tmp_path / "var").communicate(timeout=20)

    assert not (tmp_path / "var").exists()


def reset(var):
    return start("-m", "alliance.embedded", "reset", ALLIANCE_VAR=str(var))
