"""What can go wrong while starting: one sentence that names the thing and the remedy."""

import errno
from pathlib import Path

FULL = "No space left on device"


class StartError(Exception):
    """Shown to the person at the terminal; ends with a non-zero exit."""


def explain(what: str, output: str, where: Path) -> str:
    """One sentence about a program that failed, from what it printed last."""
    if FULL in output:
        return full_disk(where)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error" in line.lower()] or lines
    reason = telling[-1].rstrip(".") if telling else "it gave no reason"
    return f"{what}: {reason} (see {where})."


def full_disk(where: Path | str) -> str:
    return f"The disk that holds {where} is full: free some space and try again."


def from_os(error: OSError) -> StartError | None:
    """The sentence for the operating system's refusals that have a known remedy."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StartError(full_disk(error.filename or "var"))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StartError(f"{error.filename} cannot be written: give this user the right to it.")
    return None
