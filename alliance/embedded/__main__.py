"""`python -m alliance.embedded up | run -- COMMAND... | reset`."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

from alliance.embedded import keeper
from alliance.embedded.errors import StartError, from_os
from alliance.embedded.paths import places
from alliance.embedded.processes import bytecode, child_setup
from alliance.embedded.secret_files import correlation_keys
from alliance.embedded.services import running
from alliance.embedded.up import reset, up


def main(arguments: Sequence[str]) -> int:
    match list(arguments):
        case ["up"]:
            return up()
        case ["run", "--", *command] if command:
            return run(command)
        case ["reset"]:
            return reset()
        case ["keep", *names]:
            return keeper.keep(names)
        case _:
            print(f"Usage: {__doc__}", file=sys.stderr)
            return 2


def run(command: Sequence[str]) -> int:
    """The exit status of a command that was given both services."""
    with running() as urls:
        # The command gets the terminal's Ctrl-C itself; this process only waits for it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        here = places()
        environment = {
            **os.environ,
            **bytecode(),
            **urls,
            **correlation_keys(here),
            "ALLIANCE_VAR": str(here.var),
        }
        try:
            child = subprocess.Popen(command, env=environment, preexec_fn=_interruptible())
        except FileNotFoundError:
            raise StartError(f"There is no program {command[0]}: check its name.") from None
        signal.signal(signal.SIGTERM, lambda _number, _frame: child.terminate())
        code = child.wait()
        return code if code >= 0 else 128 - code


def _interruptible() -> Callable[[], None]:
    die_with_parent = child_setup()

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        die_with_parent()

    return prepare


def guarded(arguments: Sequence[str]) -> int:
    """Run, and tell a refusal in one sentence."""
    try:
        return main(arguments)
    except StartError as error:
        print(f"alliance: {error}", file=sys.stderr)
    except OSError as error:
        known = from_os(error)
        if known is None:
            raise
        print(f"alliance: {known}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(guarded(sys.argv[1:]))
