"""Identifiers made in Python, so that an access row can be written before its subject."""

import os
import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """A time-ordered UUID (RFC 9562, version 7): 48 bits of milliseconds, 74 random bits."""
    millis = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (millis & (2**48 - 1)) << 80
    value |= 0x7 << 76 | ((random >> 62) & 0xFFF) << 64
    value |= 0b10 << 62 | (random & (2**62 - 1))
    return UUID(int=value)


def uuid7s(count: int) -> list[UUID]:
    """So many of them, in ascending order, made at once: for what is written in bulk."""
    millis = time.time_ns() // 1_000_000
    # One stretch of random bits for all: 12 of the version's first field, 62 of the second.
    drawn = os.urandom(10 * count)
    fixed = (millis & (2**48 - 1)) << 80 | 0x7 << 76 | 0b10 << 62
    parts = (int.from_bytes(drawn[at : at + 10], "big") for at in range(0, 10 * count, 10))
    numbers = (fixed | ((part >> 62) & 0xFFF) << 64 | part & (2**62 - 1) for part in parts)
    return [UUID(int=number) for number in sorted(numbers)]


def token() -> str:
    """A random 128-bit token for links handed to outsiders."""
    return secrets.token_urlsafe(16)
