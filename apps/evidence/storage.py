"""Content-addressed files: written once, read-only, found by their SHA-256."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from apps.core.errors import DomainError

CHUNK = 1024 * 1024
HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Stored:
    sha256: str
    size: int
    head: bytes


def _root() -> Path:
    return Path(settings.EVIDENCE_ROOT)


def path_of(sha256: str) -> Path:
    """Where the content with this digest lies, whether or not it is there."""
    return _root() / sha256[:2] / sha256


def keep(stream: BinaryIO) -> Stored:
    """Write a stream once under its digest and return what it was.

    The same content takes the same work whether it was known or not: how long an upload takes
    tells nobody what others have stored.
    """
    staging = _root() / "incoming"
    staging.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=staging)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            stored = _copy(stream, out)
            out.flush()
            os.fsync(out.fileno())
        temporary.chmod(0o400)
        _place(temporary, path_of(stored.sha256))
    finally:
        temporary.unlink(missing_ok=True)
    return stored


def _copy(stream: BinaryIO, out: BinaryIO) -> Stored:
    hasher, size, head = hashlib.sha256(), 0, b""
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > settings.EVIDENCE_MAX_BYTES:
            raise too_large()
        if len(head) < HEAD_BYTES:
            head += chunk[: HEAD_BYTES - len(head)]
        hasher.update(chunk)
        out.write(chunk)
    if size == 0:
        raise DomainError("evidence.empty", _("The file is empty."), status=400)
    return Stored(hasher.hexdigest(), size, head)


def _place(temporary: Path, target: Path) -> None:
    """Give the finished file its name. An original that is already there stays untouched."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        os.link(temporary, target)
    except FileExistsError:
        return
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def too_large() -> DomainError:
    """The refusal of a file above the limit."""
    limit = filesizeformat(settings.EVIDENCE_MAX_BYTES)
    return DomainError(
        "evidence.too_large",
        _("The file is larger than %(limit)s.") % {"limit": limit},
        status=413,
    )


def digest_of(sha256: str) -> str:
    """The SHA-256 of what lies there now; empty when nothing does."""
    try:
        with path_of(sha256).open("rb") as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def chunks(stored: BinaryIO) -> Iterator[bytes]:
    """The content piece by piece."""
    while chunk := stored.read(CHUNK):
        yield chunk
