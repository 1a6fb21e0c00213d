import os
import signal
import socket
import subprocess

import pytest

from tests.faults.processes import free_port, read_until, running, start, wait_until

pytestmark = pytest.mark.faults


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def supervisor(port, tmp_path):
    process = start(
        "-m", "tests.faults.supervised", str(port), str(tmp_path), ALLIANCE_VAR=str(tmp_path)
    )
    yield process
    process.kill()
    process.communicate()


def left(port):
    return running(f"600.{port}") + running(f"601.{port}")


def test_greeting_comes_when_the_web_process_is_ready(supervisor):
    assert "Welcome." in read_until(supervisor, "ready in")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_everything_cleanly_and_leaves_no_orphan(supervisor, port, number):
    read_until(supervisor, "ready in")

    supervisor.send_signal(number)
    supervisor.communicate(timeout=20)

    assert supervisor.returncode == 0
    assert not left(port)
    assert not running(f"http.server {port}")


def test_killed_supervisor_leaves_no_orphan(supervisor, port):
    read_until(supervisor, "ready in")

    supervisor.kill()

    assert wait_until(lambda: not left(port) and not running(f"http.server {port}"))


def test_death_of_one_program_stops_all_with_a_sentence(supervisor, port):
    read_until(supervisor, "ready in")

    os.kill(running(f"600.{port}")[0], signal.SIGKILL)
    output, _nothing = supervisor.communicate(timeout=20)

    assert supervisor.returncode == 1
    assert "worker ended unexpectedly (exit status -9)" in output
    assert not left(port)


def test_port_in_use_is_one_sentence_and_nothing_is_made(tmp_path, port):
    var = tmp_path / "var"
    with subprocess.Popen(
        ["python3", "-m", "http.server", str(port), "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as holder:
        assert wait_until(lambda: answers(port))
        process = start("-m", "alliance.embedded", "up", PORT=str(port), ALLIANCE_VAR=str(var))
        output, _nothing = process.communicate(timeout=20)
        holder.kill()

    assert process.returncode == 1
    assert f"Port {port} is in use" in output
    assert "Traceback" not in output
    assert not var.exists()


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_port_that_is_no_port_is_refused(tmp_path):
    process = start("-m", "alliance.embedded", "up", PORT="http", ALLIANCE_VAR=str(tmp_path))
    output, _nothing = process.communicate(timeout=20)

    assert process.returncode == 1
    assert "PORT=http is no port" in output
