"""Identifiers made in Python, so that an access row can be written before its subject."""

import os
import secrets
import time
from typing import Final
from uuid import UUID

# Of the digit that says the variant, two bits are random.
_VARIANT: Final = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


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
    return [UUID(int=int(digits, 16)) for digits in uuid7_digits(count)]


def uuid7_digits(count: int) -> list[str]:
    """The same as hexadecimal digits, as the database reads them."""
    head = f"{(time.time_ns() // 1_000_000) & (2**48 - 1):012x}7"
    # One stretch of random digits for all: 12 bits of each for its first field, 62 for its second.
    drawn = os.urandom(10 * count).hex()
    return sorted(
        f"{head}{drawn[at : at + 3]}{_VARIANT[drawn[at + 3]]}{drawn[at + 4 : at + 19]}"
        for at in range(0, 20 * count, 20)
    )


def token() -> str:
    """A random 128-bit token for links handed to outsiders."""
    return secrets.token_urlsafe(16)
