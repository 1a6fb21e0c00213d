"""Small made-up files for the demo's evidence: text and a picture, the same for the same name."""

import struct
import zlib

PNG = b"\x89PNG\r\n\x1a\n"
WIDTH, HEIGHT = 160, 100


def note(title: str, lines: list[str]) -> bytes:
    """A plain text report."""
    return "\n".join([title, "=" * len(title), "", *lines, ""]).encode()


def label(seed: int) -> bytes:
    """A picture of a label: bars in two colours that depend on the seed."""
    hue = (seed * 53) % 200
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)
        for x in range(WIDTH):
            inside = 20 < y < 80 and 15 < x < 145
            bar = inside and (x * (seed % 5 + 3)) % 11 < 5
            rows += bytes((23, 35, 63) if bar else (255 - hue // 3, 250, 240 - hue // 2))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        PNG
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows)))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
