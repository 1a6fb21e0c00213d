"""A database backend that tells PostgreSQL which member a transaction acts for.

The stamp is transaction-local (`set_config(..., true)`), so it ends with the transaction and a
pooled connection can never carry it to the next borrower. It is sent with the first statement
after the bound actor changed, which covers nested scopes, savepoints, threads and async alike.
"""

from collections.abc import Callable
from datetime import UTC
from functools import lru_cache
from typing import Any, Final, cast

import psycopg
from django.db.backends.postgresql import base
from psycopg.abc import AdaptContext, Loader
from psycopg.adapt import AdaptersMap
from psycopg.errors import OperationalError, error_from_result
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.sql import quote

from apps.core import scope

_UNKNOWN = object()
_INSTANT: Final = psycopg.adapters.types["timestamptz"].oid


class _Instants:
    """Instants as the driver reads them, in the zone of the session: UTC.

    Django's own loader sets that zone anew for each, in Python, and takes twenty times as long.
    Where a database is in another zone, Django sees that this one is not, and uses its own.
    """

    timezone: Final = UTC
    format: Final = Format.TEXT

    def __new__(cls, oid: int, context: "AdaptContext | None" = None) -> Any:
        reader = psycopg.adapters.get_loader(_INSTANT, cls.format)
        if reader is None:
            raise LookupError("the driver reads no timestamptz")
        return reader(oid, context)


@lru_cache
def _reading(context: AdaptersMap) -> AdaptersMap:
    found = AdaptersMap(context)
    found.register_loader(_INSTANT, cast("type[Loader]", _Instants))
    return found


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stamped: object = ""
        self.execute_wrappers.append(self._stamp_first)

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        return {**params, "context": _reading(params["context"])}

    def _stamp_first(
        self, execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any
    ) -> Any:
        if self.in_atomic_block:
            here = scope.bound()
            wanted = str(here.stamp) if here else ""
            if wanted != self._stamped and not self._in_error():
                with self.wrap_database_errors:
                    self._stamp(wanted)
                self._stamped = wanted
        return execute(sql, params, many, context)

    def _stamp(self, wanted: str) -> None:
        """Send the stamp, and where nothing was asked yet, the transaction's begin along with it.

        Each request is a transaction: what goes out together is one exchange less for each.
        """
        said = f"SELECT set_config('app.member', {quote(wanted)}, true)"
        link = self.connection
        if link.info.transaction_status == TransactionStatus.IDLE:
            level = link.isolation_level
            kind = "" if level is None else f" ISOLATION LEVEL {level.name.replace('_', ' ')}"
            said = f"BEGIN{kind}; {said}"
        told = link.pgconn.exec_(said.encode())
        if told.status != ExecStatus.TUPLES_OK:
            error = error_from_result(told)
            # What the line itself says when it breaks has no code, and is of no kind without one.
            raise error if error.sqlstate else OperationalError(str(error))

    def _in_error(self) -> bool:
        # ROLLBACK TO SAVEPOINT must be the first statement after an error.
        return bool(self.connection.info.transaction_status == TransactionStatus.INERROR)

    def _set_autocommit(self, autocommit: Any) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        self._stamped = ""

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._stamped = ""

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self._stamped = ""

    def _close(self) -> None:
        super()._close()  # type: ignore[misc]
        self._stamped = ""

    def _savepoint_rollback(self, sid: str) -> None:
        # The rollback undoes a stamp set since the savepoint: which one holds now is not known.
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._stamped = _UNKNOWN
