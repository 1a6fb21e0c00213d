"""`python -m tests.faults.supervised PORT DIRECTORY`: the supervisor above three stand-ins."""

import asyncio
import os
import sys
import time
from pathlib import Path

from alliance.embedded.paths import places
from alliance.embedded.supervisor import Program, Welcome, supervise


def main(port: str, directory: str) -> int:
    """Serve `directory`, where a file `readyz` says that the web process is ready."""
    server = [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1", "-d", directory]
    programs = [
        Program("web", server),
        Program("worker", ["sleep", f"600.{port}"]),
        Program("beat", ["sleep", f"601.{port}"]),
    ]
    Path(directory, "readyz").touch()
    welcome = Welcome(f"http://127.0.0.1:{port}/readyz", "Welcome.", time.monotonic())
    return asyncio.run(supervise(programs, welcome, dict(os.environ), places()))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
