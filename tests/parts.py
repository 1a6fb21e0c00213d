"""All tests in three processes at once, each with a PostgreSQL and a Redis that a fault may kill.

One waits for browsers, processes and sockets most of the time, while the others compute.
Each begins with a part of its own, and takes from the others' when it is done (tests/taking.py).
The static checks run beside them, where the tests leave a processor alone.
What is given on the command line goes to all: options of pytest.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from alliance.embedded.processes import child_setup

ROOT = Path(__file__).resolve().parent.parent
# What waits may not be shared (tests/taking.py), so it begins at once; stories are long.
BEGIN = {"waiting": ("browser", "faults"), "stories": ("handovers", "chat", "journeys", "leads")}


def parts() -> dict[str, list[str]]:
    """Name to directories: what is not named belongs to the rest, so none is forgotten."""
    found = sorted({path.parent.relative_to(ROOT) for path in ROOT.glob("tests/**/test_*.py")})
    named = {name for names in BEGIN.values() for name in names}
    rest = [str(path) for path in found if path.parts[1] not in named]
    return {**{part: [f"tests/{n}" for n in names] for part, names in BEGIN.items()}, "rest": rest}


def start(name: str, own: Sequence[str], options: Sequence[str]) -> "subprocess.Popen[str]":
    var = Path(os.environ.get("ALLIANCE_TEST_VAR") or ROOT / "var/test") / name
    command = [sys.executable, "-m", "alliance.embedded", "run", "--"]
    # How many there will be is not known before the last module is taken.
    turns = ["-p", "tests.taking", *(f"--own={place}" for place in own)]
    turns += ["-o", "console_output_style=count"]
    return heard(
        [*command, sys.executable, "-m", "pytest", *turns, *options],
        ALLIANCE_VAR=str(var),
        ALLIANCE_PG_FSYNC="off",
        COLUMNS="200",
    )


def check() -> "subprocess.Popen[str]":
    """They have until the last test to finish, and hold none up that waits for an answer."""
    return heard(["nice", "-n", "5", sys.executable, "-m", "tests.checks"])


def heard(command: Sequence[str], **environment: str) -> "subprocess.Popen[str]":
    """A process whose every word comes to us."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=child_setup(),
    )


def tell(name: str, process: "subprocess.Popen[str]", failures: list[str]) -> None:
    """What it says, line by line, with its name before each; what failed is also kept."""
    assert process.stdout is not None
    for line in process.stdout:
        print(f"{name:7} {line}", end="", flush=True)
        if line.startswith(("FAIL ", "FAILED ", "ERROR ")):
            failures.append(line)


def main(options: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="alliance-claims-") as claims:
        options = [f"--claims={claims}", *options]
        running = {name: start(name, own, options) for name, own in parts().items()}
        running["checks"] = check()
        failures: list[str] = []
        told = [
            threading.Thread(target=tell, args=(name, process, failures))
            for name, process in running.items()
        ]
        for thread in told:
            thread.start()
        for thread in told:
            thread.join()
        ended = {name: process.wait() for name, process in running.items()}
    # Whoever keeps only the end of a long output still learns what failed.
    print("".join(failures), end="")
    for name, status in ended.items():
        print(f"{name}: {'passed' if status == 0 else f'failed, exit status {status}'}")
    return max(abs(status) for status in ended.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
