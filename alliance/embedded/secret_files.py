"""Secrets that an installation makes for itself at its first start, outside its database."""

import base64
import os
import secrets

from alliance.embedded.paths import Places

KEY_BYTES = 32


def correlation_keys(here: Places) -> dict[str, str]:
    """The environment that names the file of the correlation keys, made once and for itself alone.

    Whoever names keys or a file of his own keeps them.
    """
    if os.environ.get("CORRELATION_KEYS") or os.environ.get("CORRELATION_KEYS_FILE"):
        return {}
    here.var.mkdir(parents=True, exist_ok=True)
    made = here.correlation_keys.with_suffix(f".{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
    try:
        # Of two that start at once, one makes the file and both read the same.
        os.link(made, here.correlation_keys)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return {"CORRELATION_KEYS_FILE": str(here.correlation_keys)}
