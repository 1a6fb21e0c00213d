"""Files of leads on disk until they are fetched or forgotten; named by ids alone."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.conf import settings


def path_of(member_id: UUID, export_id: UUID) -> Path:
    return Path(settings.EXPORT_ROOT) / str(member_id) / f"{export_id}.export"


def append(member_id: UUID, export_id: UUID, data: bytes, *, after: int) -> int:
    """Write behind the bytes that are sound, and say how many are sound then."""
    path = path_of(member_id, export_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("r+b" if path.exists() else "w+b") as out:
        out.truncate(after)
        out.seek(after)
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    return after + len(data)


def finish(member_id: UUID, export_id: UUID, whole: Callable[[bytes], bytes]) -> None:
    """Put the whole file beside what was written: a killed last stretch finds that untouched."""
    path = path_of(member_id, export_id)
    partial = path.with_suffix(".partial")
    partial.write_bytes(whole(path.read_bytes()))
    partial.replace(path.with_suffix(".whole"))


def load(member_id: UUID, export_id: UUID) -> bytes | None:
    """The whole file, or None when it is gone."""
    try:
        return path_of(member_id, export_id).with_suffix(".whole").read_bytes()
    except FileNotFoundError:
        return None


def forget(member_id: UUID, export_id: UUID) -> None:
    path = path_of(member_id, export_id)
    for suffix in (".export", ".partial", ".whole"):
        path.with_suffix(suffix).unlink(missing_ok=True)
