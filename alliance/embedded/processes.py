"""Starting children that die with their parent, and asking whether a pid is still ours."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from alliance.embedded.errors import StartError

SERVICE_USER = "alliance-pg"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def die_with_parent() -> None:
    """In the child: end when the process that started us is gone, however it went."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def is_running(pid: int, *, program: str) -> bool:
    """Whether `pid` lives and runs `program` (a pid file may outlive its process)."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    except OSError:
        return False
    return program.encode() in command


def service_user() -> "pwd.struct_passwd | None":
    """PostgreSQL refuses to run as root: the unprivileged account to use then, else None."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd") or "/usr/sbin/useradd"
    made = subprocess.run(
        [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_USER],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise StartError(
            f"PostgreSQL cannot run as root and the account {SERVICE_USER} could not be made"
            f" ({made.stderr.strip()}): start as an ordinary user."
        )
    return pwd.getpwnam(SERVICE_USER)


def as_user(user: "pwd.struct_passwd | None") -> Callable[[], None]:
    """A preexec function: die with the parent, and drop root where a user is given."""

    def prepare() -> None:
        die_with_parent()
        if user is not None:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            # Changing the user clears the parent-death signal.
            die_with_parent()

    return prepare
