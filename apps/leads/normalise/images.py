"""Digests of pictures: exact ones, and perceptual ones that are near one another.

A perceptual digest is found by its four bands of 16 bits. Of up to six bits that differ some band
has at most one, so a band and its sixteen neighbours find every digest that is near.
"""

import re
from collections.abc import Iterator
from typing import Final

from apps.leads.normalise.cleaning import clean
from apps.leads.normalise.model import IMAGE_HASH, Selector, selector

NEAR: Final = 6
_BANDS: Final = 4
_BAND_BITS: Final = 16
_EXACT_STRENGTH: Final = 0.9
_HASH: Final = re.compile(
    r"(?:(?P<algo>sha-?256|phash|dhash|ahash|whash)\s*[:=]\s*)?(?:0x)?(?P<digest>[0-9a-f]+)"
)
_EXACT_LENGTH: Final = 64
_PERCEPTUAL_LENGTH: Final = 16


def read_image_hash(raw: object) -> Selector | None:
    """A SHA-256, or a 64-bit digest written with its algorithm: "phash:9f…"."""
    text = clean(raw)
    match = _HASH.fullmatch(text.lower()) if text else None
    if text is None or match is None:
        return None
    digest, algo = match["digest"], (match["algo"] or "").replace("-", "")
    if len(digest) == _EXACT_LENGTH and algo in {"", "sha256"}:
        strength = _EXACT_STRENGTH
        return selector(IMAGE_HASH, digest, raw=text, namespace="sha256", strength=strength)
    if len(digest) != _PERCEPTUAL_LENGTH or algo in {"", "sha256"} or _is_flat(digest):
        return None
    return selector(IMAGE_HASH, digest, raw=text, namespace=algo)


def bands(digest: str) -> tuple[int, ...]:
    """The four bands of a perceptual digest, each with its place, for an index."""
    bits = int(digest, 16)
    mask = (1 << _BAND_BITS) - 1
    return tuple(
        place << _BAND_BITS | (bits >> place * _BAND_BITS) & mask for place in range(_BANDS)
    )


def probes(digest: str) -> Iterator[int]:
    """The bands to look up: every digest at most six bits away has one of them."""
    for band in bands(digest):
        yield band
        for bit in range(_BAND_BITS):
            yield band ^ 1 << bit


def is_near(one: str, other: str) -> bool:
    """Whether two digests of one algorithm are of one picture, as far as they can tell."""
    return (int(one, 16) ^ int(other, 16)).bit_count() <= NEAR


def _is_flat(digest: str) -> bool:
    """A picture of one colour is like every other of its kind."""
    return len(set(digest)) == 1
