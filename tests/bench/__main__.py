"""`python -m tests.bench [NAME...]`: every `bench_<name>.py`, in its own process, one by one."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(names: list[str]) -> int:
    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    unknown = set(names) - set(known)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}: choose from {', '.join(known)}.")
        return 2
    failed = False
    for name in names or known:
        print(f"\n{name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"tests.bench.bench_{name}"], check=False)
        failed = failed or done.returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
