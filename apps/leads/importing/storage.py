"""Uploaded files on disk until their import has ended; named by ids, never by what people typed."""

import os
from pathlib import Path
from uuid import UUID

from django.conf import settings


def path_of(member_id: UUID, batch_id: UUID) -> Path:
    return Path(settings.IMPORT_ROOT) / str(member_id) / f"{batch_id}.upload"


def keep(member_id: UUID, batch_id: UUID, data: bytes) -> None:
    """Write the file so that it is either whole or not there."""
    path = path_of(member_id, batch_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(path)


def load(member_id: UUID, batch_id: UUID) -> bytes | None:
    """The file, or None when it is gone."""
    try:
        return path_of(member_id, batch_id).read_bytes()
    except FileNotFoundError:
        return None


def forget(member_id: UUID, batch_id: UUID) -> None:
    path_of(member_id, batch_id).unlink(missing_ok=True)
