"""Where the embedded services keep their data and their sockets."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

# A Unix socket's path is limited to 107 bytes; PostgreSQL appends `/.s.PGSQL.5432`.
SOCKET_DIR_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Places:
    """The directories of one installation."""

    var: Path
    sockets: Path

    @property
    def postgres(self) -> Path:
        return self.var / "postgres"

    @property
    def redis(self) -> Path:
        return self.var / "redis"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def lock(self) -> Path:
        return self.var / "services.lock"


def places() -> Places:
    """The places below `ALLIANCE_VAR` (default `var/`)."""
    var = Path(os.environ.get("ALLIANCE_VAR", "var")).resolve()
    sockets = var / "run"
    if len(str(sockets)) > SOCKET_DIR_LIMIT:
        digest = hashlib.sha256(str(var).encode()).hexdigest()[:16]
        base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        sockets = Path(base) / f"alliance-{digest}"
    return Places(var, sockets)


def addresses(here: Places) -> dict[str, str]:
    """The environment that points the product at the embedded services."""
    host = here.sockets
    return {
        "DATABASE_URL": f"postgresql://alliance_app@/alliance?host={host}",
        "DATABASE_OWNER_URL": f"postgresql://alliance_owner@/alliance?host={host}",
        "REDIS_URL": f"unix://{here.redis_socket}?db=0",
        "CELERY_BROKER_URL": f"redis+socket://{here.redis_socket}?virtual_host=1",
    }
