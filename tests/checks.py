"""`make check`: every static check, two at a time, with what failed printed whole."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PLAIN = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "checks-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKL",
    "CORRELATION_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "DJANGO_SETTINGS_MODULE": "alliance.settings.test",
}
DJADE = ["--target-version", "5.2"]
PROD = {**PLAIN, "DJANGO_SETTINGS_MODULE": "alliance.settings.prod"}


def templates() -> list[str]:
    found = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("apps/*/templates/**/*.html")]
    return [str(path.relative_to(ROOT)) for path in found]


def checks() -> list[tuple[str, list[str], dict[str, str]]]:
    """Name, command and environment, the slowest first."""
    manage = [sys.executable, "manage.py"]
    return [
        ("types", [str(BIN / "mypy")], PLAIN),
        ("templates: djlint", [str(BIN / "djlint"), "--quiet", "--lint", *templates()], {}),
        ("templates: djade", [str(BIN / "djade"), *DJADE, "--check", *templates()], {}),
        ("deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PROD),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"], PLAIN),
        ("texts complete", [*manage, "messages", "check"], PLAIN),
        (
            "api schema",
            [*manage, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull],
            PLAIN,
        ),
        ("contracts", [str(BIN / "lint-imports"), "--no-cache"], {}),
        ("dependencies", [str(BIN / "deptry"), "."], {}),
        ("lint", [str(BIN / "ruff"), "check", "."], {}),
        ("format", [str(BIN / "ruff"), "format", "--check", "."], {}),
    ]


def run(check: tuple[str, list[str], dict[str, str]]) -> bool:
    name, command, env = check
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    took = time.monotonic() - started
    print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name} ({took:.1f} s)", flush=True)
    if done.returncode:
        print((done.stdout + done.stderr)[-6000:], flush=True)
    return done.returncode == 0


def main() -> int:
    with ThreadPoolExecutor(max_workers=2) as pool:
        passed = list(pool.map(run, checks()))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
