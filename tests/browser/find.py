"""`python -m tests.browser.find`: the path of a Chromium that runs, installed if need be."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find() -> str | None:
    """The first browser that runs: the one named by CHROMIUM, the system's, Playwright's own."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given if runs(given) else None
    return next(filter(runs, candidates()), None) or install()


def candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def runs(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install() -> str | None:
    """Debian's Chromium, when this is root on a Debian or a relative of it."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    print("alliance: installing Chromium with apt-get (about a minute)", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(
            ["apt-get", "-qq", *command], env=environment, stdout=sys.stderr, check=False
        )
    return next(filter(runs, filter(None, map(shutil.which, NAMES))), None)


def main() -> int:
    path = find()
    if path is None:
        named = os.environ.get("CHROMIUM")
        problem = f"CHROMIUM={named} does not run" if named else "There is no Chromium"
        print(
            f"alliance: {problem}: install it (apt-get install chromium),"
            " or set CHROMIUM to the program.",
            file=sys.stderr,
        )
        return 1
    print(Path(path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
