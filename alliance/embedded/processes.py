"""Children that die with their parent, pids that are still ours, the account for PostgreSQL."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from alliance.embedded.errors import StartError
from alliance.embedded.paths import ROOT

SERVICE_USER = "alliance-pg"
_PR_SET_PDEATHSIG = 1


def child_setup(
    death: signal.Signals = signal.SIGTERM, user: pwd.struct_passwd | None = None
) -> Callable[[], None]:
    """A preexec function: die with the parent by `death`, and drop root where a user is given."""
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def prepare() -> None:
        if user is not None:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        # After the change of user, which would clear the signal.
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, int(death))
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def bytecode() -> dict[str, str]:
    """The environment of children that remember what they compiled, outside of the sources.

    Where Python may leave nothing beside the sources (PYTHONDONTWRITEBYTECODE) each program would
    compile thousands of modules anew: that is most of what a start costs.
    """
    if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        return {}
    kept = os.environ.get("PYTHONPYCACHEPREFIX") or str(ROOT / "var" / "bytecode")
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": kept}


def is_running(pid: int, *, program: str) -> bool:
    """Whether `pid` lives and its command line holds `program`: pid files outlive processes."""
    if Path("/proc/self").exists():
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, UnicodeDecodeError):
            return False
    else:
        asked = ["ps", "-p", str(pid), "-o", "command="]
        command = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return program in command


def service_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: the unprivileged account to use then, else None."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd") or "/usr/sbin/useradd"
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    try:
        subprocess.run([*command, SERVICE_USER], capture_output=True, text=True, check=True)
        return pwd.getpwnam(SERVICE_USER)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise StartError(
            f"PostgreSQL cannot run as root, and the account {SERVICE_USER} could not be made"
            " with useradd: start as an ordinary user."
        ) from error


def let_through(user: pwd.struct_passwd, *places: Path) -> list[Path]:
    """Let the account pass (not list) the directories above `places`; the ones changed."""
    opened = []
    for directory in dict.fromkeys(d for place in places for d in reversed(place.parents)):
        status = directory.stat()
        if status.st_uid != user.pw_uid and not status.st_mode & 0o001:
            directory.chmod(status.st_mode | 0o001)
            opened.append(directory)
    return opened
