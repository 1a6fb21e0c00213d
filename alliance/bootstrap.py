"""`make setup`: the virtualenv with the pinned packages. Standard library only.

Runs on the system's python3 before anything is installed, and must be readable by an older one.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / os.environ.get("ALLIANCE_VENV", ".venv")
INSTALLER = ROOT / "requirements" / "uv.txt"
OLDEST = (3, 11)
NEWEST_FIRST = ("python3.13", "python3.12", "python3.11")
FREE_BYTES_NEEDED = 1500 * 2**20
TELL_EVERY_SECONDS = 10
NETWORK_SIGNS = (
    "error sending request",
    "Failed to fetch",
    "dns error",
    "Connection refused",
    "NewConnectionError",
    "name resolution",
    "No route to host",
    "Could not connect",
    "Network is unreachable",
    "ConnectTimeoutError",
    "client error (Connect)",
)


class SetupError(Exception):
    """One sentence that names the thing and the remedy."""


class FailedCommand(Exception):
    """A command's last words."""


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
    python = VENV / "bin" / "python"
    wanted = hashlib.sha256(INSTALLER.read_bytes() + pins.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and python.exists():
        return
    demand_space()
    is_new = not python.exists()
    stamp.unlink(missing_ok=True)
    try:
        if is_new:
            make_venv(interpreter())
        install(pins)
    except BaseException:
        # A virtualenv that was there before stays, without its stamp; a new one goes whole.
        if is_new:
            shutil.rmtree(VENV, ignore_errors=True)
        raise
    stamp.write_text(wanted)


def say(sentence: str) -> None:
    print(f"alliance: {sentence}", flush=True)


def demand_space() -> None:
    if shutil.disk_usage(ROOT).free < FREE_BYTES_NEEDED:
        raise SetupError(full_disk())


def full_disk() -> str:
    return f"The disk that holds {ROOT} is full: free 1.5 GB and try again."


def interpreter() -> str:
    """A Python of 3.11 or later: this one, or another on PATH."""
    if sys.version_info[:2] >= OLDEST:
        return sys.executable
    for name in NEWEST_FIRST:
        found = shutil.which(name)
        # Version managers put commands on PATH that only tell what is not installed.
        if (
            found
            and subprocess.run([found, "-V"], capture_output=True, check=False).returncode == 0
        ):
            return found
    raise SetupError(
        f"Python 3.11 or later is needed and {sys.executable} is {sys.version.split()[0]}:"
        " install it (apt-get install python3.11 python3.11-venv)."
    )


def make_venv(python: str) -> None:
    say(f"making the virtualenv {VENV.name}")
    try:
        follow([python, "-m", "venv", "--clear", str(VENV)])
    except FailedCommand as failed:
        text = str(failed)
        if "ensurepip" in text or "No module named venv" in text:
            raise SetupError(
                "Python's venv module is missing: install it (apt-get install python3-venv)."
            ) from None
        raise SetupError(sentence("The virtualenv could not be made", text)) from None


def install(pins: Path) -> None:
    """Install exactly the pins, checked by hash: with uv for speed, with pip where uv fails."""
    count = sum("==" in line for line in pins.read_text().splitlines())
    say(f"installing the {count} packages of {pins.relative_to(ROOT)}")
    python = str(VENV / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", python]
    hashed = ["--require-hashes", "-r"]
    try:
        follow([*pip, "--retries", "1", *hashed, str(INSTALLER)])
        try:
            follow([*uv, *hashed, str(pins)])
        except FailedCommand:
            # pip knows the mirrors and proxies of its own settings, which uv does not read.
            follow([*pip, "--retries", "1", *hashed, str(pins)])
    except FailedCommand as failed:
        text = str(failed)
        if any(sign in text for sign in NETWORK_SIGNS):
            raise SetupError(
                "The package index cannot be reached: check the network, or pip's index-url."
            ) from None
        raise SetupError(sentence("The packages could not be installed", text)) from None


def follow(command: "list[str]") -> None:
    """Run a command, saying now and then that it still runs. Raises FailedCommand."""
    began = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as child:
        output = ""
        while True:
            try:
                output, _nothing = child.communicate(timeout=TELL_EVERY_SECONDS)
                break
            except subprocess.TimeoutExpired:
                say(f"still at it after {time.monotonic() - began:.0f} s")
            except BaseException:
                child.terminate()
                raise
    if child.returncode != 0:
        raise FailedCommand(output)


def sentence(what: str, output: str) -> str:
    """What failed and the last thing it said."""
    if "No space left" in output:
        return full_disk()
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return f"{what}: {lines[-1].rstrip('.') if lines else 'no reason was given'}."


if __name__ == "__main__":
    sys.exit(main())
