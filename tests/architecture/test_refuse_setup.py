import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alliance import bootstrap

ROOT = Path(bootstrap.__file__).resolve().parent.parent


@pytest.fixture
def checkout(tmp_path):
    """What `make setup` needs of a fresh clone."""
    copy = tmp_path / "checkout"
    (copy / "alliance").mkdir(parents=True)
    shutil.copy(bootstrap.__file__, copy / "alliance")
    shutil.copy(ROOT / "requirements.txt", copy)
    shutil.copytree(ROOT / "requirements", copy / "requirements")
    return copy


def set_up(checkout, **environment):
    return subprocess.run(
        [sys.executable, "alliance/bootstrap.py"],
        cwd=checkout,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def with_module(checkout, name, source):
    """The directory of a module that stands in for the system's."""
    directory = checkout.parent / "stand-ins"
    directory.mkdir()
    (directory / f"{name}.py").write_text(source)
    return str(directory)


def assert_refused(done, checkout, sentence):
    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"alliance: {sentence}"]
    assert not (checkout / ".venv").exists()


def test_missing_venv_module_names_the_package_to_install(checkout):
    debians_words = "The virtual environment was not created because ensurepip is not available."
    fake = with_module(checkout, "venv", f"raise SystemExit({debians_words!r})")

    done = set_up(checkout, PYTHONPATH=fake)

    sentence = "Python's venv module is missing: install it (apt-get install python3-venv)."
    assert_refused(done, checkout, sentence)


def test_unreachable_index_names_the_network_and_leaves_nothing_half_made(checkout):
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:1/simple", "PIP_CONFIG_FILE": os.devnull}

    done = set_up(checkout, PIP_FIND_LINKS="", **nowhere)

    sentence = "The package index cannot be reached: check the network, or pip's index-url."
    assert_refused(done, checkout, sentence)


def test_full_disk_is_named_before_anything_is_made(checkout):
    full = "import shutil\nshutil.disk_usage = lambda _path: shutil._ntuple_diskusage(1, 1, 0)\n"
    fake = with_module(checkout, "sitecustomize", full)

    done = set_up(checkout, PYTHONPATH=fake)

    sentence = f"The disk that holds {checkout} is full: free 1.5 GB and try again."
    assert_refused(done, checkout, sentence)


def test_old_python_without_a_newer_one_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 12))
    monkeypatch.setenv("PATH", "")

    with pytest.raises(bootstrap.SetupError, match=r"Python 3\.11 or later"):
        bootstrap.interpreter()


def test_newer_python_on_the_path_is_taken_if_it_runs(monkeypatch, tmp_path):
    for name, status in (("python3.13", 127), ("python3.12", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {status}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(sys, "version_info", (3, 10, 12))
    monkeypatch.setenv("PATH", str(tmp_path))

    assert bootstrap.interpreter() == str(tmp_path / "python3.12")


def test_virtualenv_whose_stamp_fits_the_pins_is_left_alone(checkout):
    pins = (checkout / "requirements/uv.txt", checkout / "requirements/dev.txt")
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").touch()
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in pins)).hexdigest()
    (checkout / ".venv/alliance-stamp").write_text(digest)

    done = set_up(checkout, PIP_INDEX_URL="http://127.0.0.1:1/simple")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_failed_update_keeps_the_old_virtualenv_unstamped(monkeypatch, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").touch()
    (tmp_path / "alliance-stamp").write_text("of older pins")
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "install", lambda _pins: bootstrap.interpreter() and 1 / 0)

    with pytest.raises(ZeroDivisionError):
        bootstrap.ensure(ROOT / "requirements.txt")

    assert (tmp_path / "bin/python").exists()
    assert not (tmp_path / "alliance-stamp").exists()
