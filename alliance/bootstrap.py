"""`make setup`: the virtualenv with the pinned packages. Standard library only.

Runs on the system's python3, before anything is installed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / os.environ.get("ALLIANCE_VENV", ".venv")
OLDEST = (3, 11)
NEWEST_FIRST = ("python3.13", "python3.12", "python3.11")
FREE_BYTES_NEEDED = 1500 * 2**20


class SetupError(Exception):
    """One sentence that names the thing and the remedy."""


def main() -> int:
    try:
        ensure(requirements())
    except SetupError as error:
        print(f"alliance: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def requirements() -> Path:
    """The pinned list: the product's, or with the tools of the checks (the default)."""
    chosen = "requirements.txt" if os.environ.get("ALLIANCE_NO_DEV") else "requirements/dev.txt"
    return ROOT / chosen


def ensure(pins: Path) -> None:
    """Make the virtualenv match the pins; nothing to do when its stamp says so."""
    stamp = VENV / "alliance-stamp"
    wanted = hashlib.sha256(pins.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and (VENV / "bin" / "python").exists():
        return
    demand_space()
    if not (VENV / "bin" / "python").exists():
        make_venv()
    say(f"installing the packages of {pins.relative_to(ROOT)} (about a minute)")
    install(pins)
    stamp.write_text(wanted)


def say(sentence: str) -> None:
    print(f"alliance: {sentence}", flush=True)


def demand_space() -> None:
    if shutil.disk_usage(ROOT).free < FREE_BYTES_NEEDED:
        raise SetupError(f"The disk that holds {ROOT} is full: free 1.5 GB and try again.")


def interpreter() -> str:
    """A Python of 3.11 or later: this one, or another on PATH."""
    if sys.version_info[:2] >= OLDEST:
        return sys.executable
    for name in NEWEST_FIRST:
        found = shutil.which(name)
        if found:
            return found
    raise SetupError("Python 3.11 or later is needed: install it (apt-get install python3.11).")


def make_venv() -> None:
    """All or nothing: a virtualenv that could not be made leaves nothing behind."""
    python = interpreter()
    say(f"making the virtualenv {VENV.name}")
    done = subprocess.run(
        [python, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in done.stdout + done.stderr or "No module named venv" in done.stderr:
            raise SetupError(
                "Python's venv module is missing: install it (apt-get install python3-venv)."
            )
        raise SetupError(f"The virtualenv could not be made: {last_line(done)}.")


def install(pins: Path) -> None:
    """Install exactly the pins, checked by hash; uv where it can be had, else pip."""
    python = str(VENV / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        subprocess.run([*pip, "install", "--quiet", "uv"], capture_output=True, check=False)
    if uv.exists():
        command = [str(uv), "pip", "install", "--quiet", "--python", python]
    else:
        command = [*pip, "install", "--quiet"]
    done = subprocess.run(
        [*command, "--require-hashes", "-r", str(pins)], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    text = done.stdout + done.stderr
    if "No space left" in text:
        raise SetupError(f"The disk that holds {ROOT} is full: free 1.5 GB and try again.")
    if is_network_trouble(text):
        raise SetupError(
            "The package index cannot be reached: check the network (or pip's index-url)."
        )
    raise SetupError(f"The packages could not be installed: {last_line(done)}.")


def is_network_trouble(text: str) -> bool:
    signs = (
        "error sending request",
        "Failed to fetch",
        "dns error",
        "Connection refused",
        "NewConnectionError",
        "Temporary failure in name resolution",
        "No route to host",
        "Could not connect",
        "client error (Connect)",
    )
    return any(sign in text for sign in signs)


def last_line(done: "subprocess.CompletedProcess[str]") -> str:
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "no reason was given"


if __name__ == "__main__":
    sys.exit(main())
