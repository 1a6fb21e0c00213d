"""Where a file is read from: opened anew for every pass, and never held in memory whole."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from apps.leads.reading.errors import ReadError

CHUNK: Final = 64 * 1024
LONGEST_LINE: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """A file on disk, or the bytes of a small one."""

    place: Path | bytes

    @property
    def size(self) -> int:
        return len(self.place) if isinstance(self.place, bytes) else self.place.stat().st_size

    def open(self) -> BinaryIO:
        return io.BytesIO(self.place) if isinstance(self.place, bytes) else self.place.open("rb")

    def head(self, count: int) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(count)

    def chunks(self) -> Iterator[bytes]:
        with self.open() as stream:
            yield from iter(partial(stream.read, CHUNK), b"")

    def texts(self, encoding: str) -> Iterator[str]:
        """The text in pieces, without a byte order mark."""
        with self._decoded(encoding, "") as text:
            yield text.read(CHUNK).removeprefix("\ufeff")
            yield from iter(partial(text.read, CHUNK), "")

    def lines(self, encoding: str, *, newline: str | None) -> Iterator[str]:
        """The lines; raises ReadError at one that is no line of a table."""
        with self._decoded(encoding, newline) as text:
            for place, line in enumerate(iter(partial(text.readline, LONGEST_LINE), ""), start=1):
                if len(line) >= LONGEST_LINE:
                    limit = LONGEST_LINE // 1_000_000
                    raise ReadError("reading.line_too_long", row=place, limit_mb=limit)
                yield line.removeprefix("\ufeff") if place == 1 else line

    def _decoded(self, encoding: str, newline: str | None) -> io.TextIOWrapper:
        return io.TextIOWrapper(self.open(), encoding=encoding, newline=newline)
