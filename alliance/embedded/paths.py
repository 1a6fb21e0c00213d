"""Where the embedded services keep their data and their sockets."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# A Unix socket's path is limited to 107 bytes; PostgreSQL appends `/.s.PGSQL.5432`.
SOCKET_DIR_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Places:
    """The directories and files of one installation."""

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
    def correlation_keys(self) -> Path:
        return self.var / "correlation.keys"

    @property
    def start_lock(self) -> Path:
        return self.var / "start.lock"

    @property
    def users_lock(self) -> Path:
        return self.var / "users.lock"

    @property
    def up_lock(self) -> Path:
        return self.var / "up.lock"

    @property
    def keeper_pid(self) -> Path:
        return self.var / "keeper.pid"


def places() -> Places:
    """The places below `ALLIANCE_VAR` (default: `var/` of the checkout)."""
    var = Path(os.environ.get("ALLIANCE_VAR") or ROOT / "var").resolve()
    sockets = var / "run"
    if len(os.fsencode(sockets)) > SOCKET_DIR_LIMIT:
        digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:16]
        base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        if len(os.fsencode(base)) > SOCKET_DIR_LIMIT - 30:
            base = "/tmp"  # noqa: S108 (its owner and mode are checked before use)
        sockets = Path(base) / f"alliance-{digest}"
    return Places(var, sockets)


def postgres_urls(here: Places) -> dict[str, str]:
    return {
        "DATABASE_URL": f"postgresql://alliance_app@/alliance?host={here.sockets}",
        "DATABASE_OWNER_URL": f"postgresql://alliance_owner@/alliance?host={here.sockets}",
    }


def redis_urls(here: Places) -> dict[str, str]:
    return {
        "REDIS_URL": f"unix://{here.redis_socket}?db=0",
        "CELERY_BROKER_URL": f"redis+socket://{here.redis_socket}?virtual_host=1",
    }
