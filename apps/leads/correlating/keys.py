"""The pepper: keys that live outside the database, and the digests made with them: pure.

The first key is the one that new postings are made with. Those after it are read as well, until
every posting has been made anew (`reposting`). A key is known by its fingerprint, so that nobody
can give two keys one name.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.conf import settings

# Of the digest's own form. The normaliser's version is not in it: a value that both versions read
# alike must keep its digest while members are re-read one after the other.
SCHEME: Final = "1"
LEAST_BYTES: Final = 32
_BLOCK: Final = 64
# A key of random bytes has about 30 different ones among its 32.
LEAST_DIFFERENT: Final = 16

Named = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Key:
    """One secret with the fingerprint that postings carry."""

    id: str
    secret: bytes

    def digest(self, named: Named) -> bytes:
        """The digest of a selector's kind, namespace and norm: its HMAC-SHA256."""
        written = "\x1f".join((SCHEME, *named)).encode("utf-8", "surrogatepass")
        inner, outer = (begun.copy() for begun in _begun(self.secret))
        inner.update(written)
        outer.update(inner.digest())
        return outer.digest()


# An import makes one of each value: the key goes into each of them as far as it goes into all.
# These are the two halves of RFC 2104; a copy of the library's HMAC costs four times as much.
@lru_cache(maxsize=8)
def _begun(secret: bytes) -> "tuple[hashlib._Hash, hashlib._Hash]":
    key = hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret
    block = key.ljust(_BLOCK, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
    return inner, outer


def current() -> Key:
    """The key that new postings are made with. Raises LookupError where there is none."""
    every = known()
    if not every:
        raise LookupError("CORRELATION_KEYS is empty: no selector can be posted")
    return every[0]


def known() -> tuple[Key, ...]:
    """Every key that postings may have been made with, the current one first."""
    return _parsed(tuple(settings.CORRELATION_KEYS))


def digests(named: Named) -> list[bytes]:
    """The digest under each known key: while keys change, a value has several."""
    return [key.digest(named) for key in known()]


def made_by(digest: bytes, named: Named) -> str:
    """The id of the key that a digest was made with; empty for none that is known."""
    return next((key.id for key in known() if key.digest(named) == digest), "")


def make() -> str:
    """A new key, as it is configured."""
    return base64.b64encode(secrets.token_bytes(LEAST_BYTES)).decode()


def faults(written: Sequence[str]) -> list[str]:
    """What is wrong with keys as they are configured, in words for whoever installs."""
    if not written:
        return ["CORRELATION_KEYS is missing: `manage.py make_correlation_key` prints one."]
    found = []
    for place, text in enumerate(written, start=1):
        secret = _decoded(text)
        if secret is None:
            found.append(f"Key {place} of CORRELATION_KEYS is no base64.")
        elif len(secret) < LEAST_BYTES:
            found.append(f"Key {place} of CORRELATION_KEYS has fewer than {LEAST_BYTES} bytes.")
        elif len(set(secret)) < LEAST_DIFFERENT:
            found.append(f"Key {place} of CORRELATION_KEYS was not drawn at random.")
    if len({_decoded(text) for text in written}) < len(written):
        found.append("CORRELATION_KEYS names the same key twice.")
    return found


@lru_cache(maxsize=8)
def _parsed(written: tuple[str, ...]) -> tuple[Key, ...]:
    return tuple(_keys(written))


def _keys(written: Iterable[str]) -> Iterable[Key]:
    for text in written:
        secret = _decoded(text)
        if secret is None or len(secret) < LEAST_BYTES:
            raise ValueError("CORRELATION_KEYS holds a key that is no base64 or is too short")
        print_ = hashlib.sha256(b"alliance correlation key" + secret).hexdigest()
        yield Key(print_[:12], secret)


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text.encode(), validate=True)
    except (binascii.Error, ValueError):
        return None
