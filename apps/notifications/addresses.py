"""Addresses of push services: typed in by browsers, so only named public hosts are ever called."""

import binascii
from base64 import urlsafe_b64decode
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

LONGEST = 2048
_AUTH_BYTES = 16


def is_push_service(endpoint: str) -> bool:
    """Whether the address is of a push service that the settings name.

    An entry of `PUSH_HOSTS` is a host, a suffix that starts with a dot, or a whole origin.
    """
    if len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable():
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or not parts.hostname:
        return False
    if f"{parts.scheme}://{parts.netloc}" in settings.PUSH_HOSTS:
        return True
    if parts.scheme != "https" or port not in {None, 443}:
        return False
    host = parts.hostname
    return any(
        host.endswith(entry) if entry.startswith(".") else host == entry
        for entry in settings.PUSH_HOSTS
    )


def is_public_key(text: str) -> bool:
    """Whether the text is a point on P-256, as RFC 8291 wants a browser's key."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(text))
    except ValueError:
        return False
    return True


def is_auth_secret(text: str) -> bool:
    """Whether the text is the sixteen bytes that RFC 8291 wants."""
    try:
        return len(_decoded(text)) == _AUTH_BYTES
    except ValueError:
        return False


def _decoded(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error
