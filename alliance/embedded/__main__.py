"""`python -m alliance.embedded run -- COMMAND`: a command with its PostgreSQL and Redis."""

import os
import signal
import subprocess
import sys

from alliance.embedded import keeper
from alliance.embedded.errors import StartError, from_os
from alliance.embedded.processes import child_setup
from alliance.embedded.services import running

USAGE = "Usage: python -m alliance.embedded run -- COMMAND... | up | reset"


def run(command: list[str]) -> int:
    """The exit status of a command that was given both services."""
    with running() as urls:
        # The command gets the terminal's Ctrl-C itself; this process only waits for it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        child = subprocess.Popen(
            command, env={**os.environ, **urls}, preexec_fn=_obey_interrupts()
        )
        signal.signal(signal.SIGTERM, lambda _number, _frame: child.terminate())
        return child.wait()


def _obey_interrupts() -> "object":
    die_with_parent = child_setup()

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        die_with_parent()

    return prepare


def main(arguments: list[str]) -> int:
    match arguments:
        case ["run", "--", *command] if command:
            return run(command)
        case ["keep", *names]:
            return keeper.keep(names)
        case _:
            print(USAGE, file=sys.stderr)
            return 2


def guarded(arguments: list[str]) -> int:
    """Run, and tell a refusal in one sentence."""
    try:
        return main(arguments)
    except StartError as error:
        print(f"alliance: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        known = from_os(error)
        if known is None:
            raise
        print(f"alliance: {known}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(guarded(sys.argv[1:]))
