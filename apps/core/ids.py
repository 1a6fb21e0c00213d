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


def token() -> str:
    """A random 128-bit token for links handed to outsiders."""
    return secrets.token_urlsafe(16)
