"""Uploaded files on disk until their import has ended; named by ids, never by what people typed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

_COPIED = 1024 * 1024


def path_of(member_id: UUID, batch_id: UUID) -> Path:
    return Path(settings.IMPORT_ROOT) / str(member_id) / f"{batch_id}.upload"


@contextmanager
def keeping(member_id: UUID, batch_id: UUID, stream: BinaryIO) -> Iterator[Path]:
    """Copy the file, look at it, and keep it: it is whole or not there, and never in memory.

    What is raised within drops it again.
    """
    path = path_of(member_id, batch_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as out:
            shutil.copyfileobj(stream, out, _COPIED)
            out.flush()
            os.fsync(out.fileno())
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def forget(member_id: UUID, batch_id: UUID) -> None:
    path_of(member_id, batch_id).unlink(missing_ok=True)
