"""Many rows at once: inserted by COPY, or written anew in one statement.

COPY is refused on walled tables, so it goes through a temporary one.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models
from psycopg.types.json import Jsonb

Convert = Callable[[Any], str]
CHUNK: Final = 1_000
_NULL: Final = "\\N"
# What means something in COPY's text format, and within a quoted element of an array.
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_QUOTED: Final = str.maketrans({"\\": "\\\\", '"': '\\"'})


def _text(value: str) -> str:
    # Choices are enumerations; what they are written as is their value.
    return str(value).translate(_ESCAPED)


# Written by hand: the driver asks about each value of each row anew how it is to be written.
_WRITTEN: Final[dict[type, Convert]] = {
    str: _text,
    UUID: lambda value: value.hex,
    int: str,
    float: repr,
    bool: lambda value: "t" if value else "f",
    datetime: datetime.isoformat,
    bytes: lambda value: f"\\\\x{value.hex()}",
    memoryview: lambda value: f"\\\\x{value.hex()}",
}


def _plain(value: Any) -> str:
    if value is None:
        return _NULL
    write = _WRITTEN.get(type(value))
    if write is None:
        write = next((way for kind, way in _WRITTEN.items() if isinstance(value, kind)), None)
        if write is None:
            raise TypeError(f"no way to write a {type(value).__name__} in bulk")
    return write(value)


def _array(values: Sequence[Any] | None) -> str:
    if values is None:
        return _NULL
    quoted = ['"' + str(value).translate(_QUOTED) + '"' for value in values]
    return _text("{" + ",".join(quoted) + "}")


def _convert(field: "models.Field[Any, Any]") -> Convert:
    if isinstance(field, models.JSONField):
        dump = (field.encoder or json.JSONEncoder)()
        return lambda value: _NULL if value is None else _text(dump.encode(value))
    return _array if isinstance(field, ArrayField) else _plain


def _lines(rows: Sequence[models.Model], fields: Sequence[Any]) -> Iterator[str]:
    values_of = attrgetter(*(field.attname for field in fields))
    converts = [_convert(field) for field in fields]
    for row in rows:
        values = zip(converts, values_of(row), strict=True)
        yield "\t".join([convert(value) for convert, value in values]) + "\n"


def insert(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model, under the wall like any other insert.

    The caller's transaction keeps or drops them; ids are made before, defaults are not applied.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    names = ", ".join(f'"{field.column}"' for field in fields)
    table, own = meta.db_table, f"bulk_{meta.db_table}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE IF NOT EXISTS "{own}" (LIKE "{table}") ON COMMIT DROP')
        with cursor.copy(f'COPY "{own}" ({names}) FROM STDIN') as copy:
            lines = _lines(rows, fields)
            while chunk := "".join(islice(lines, CHUNK)):
                copy.write(chunk)
        # Names of tables and columns come from the models alone.
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "{own}"')  # noqa: S608
        cursor.execute(f'TRUNCATE "{own}"')


def update(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of saved rows of one model, in one statement for any number.

    Raises DatabaseError when a row is gone, or is not the stamp's to change, as `save` does.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    known = {field.name: field for field in meta.concrete_fields}
    columns = [meta.pk, *(known[name] for name in fields)]
    names = [f'"{column.column}"' for column in columns]
    told = [_values(rows, column) for column in columns]
    arrays = ", ".join(f"%s::{column.db_type(connection)}[]" for column in columns)
    changes = ", ".join(f"{name} = new.{name}" for name in names[1:])
    # Names of tables, columns and types come from the models alone.
    statement = (
        f'UPDATE "{meta.db_table}" AS old SET {changes}'  # noqa: S608
        f" FROM unnest({arrays}) AS new ({', '.join(names)}) WHERE old.{names[0]} = new.{names[0]}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        if cursor.rowcount != len(rows):
            raise DatabaseError(f"{len(rows)} of {meta.db_table} to write, {cursor.rowcount} were")


def _values(rows: Sequence[models.Model], field: "models.Field[Any, Any]") -> list[Any]:
    found = [getattr(row, field.attname) for row in rows]
    if isinstance(field, models.JSONField):
        dump = (field.encoder or json.JSONEncoder)().encode
        return [Jsonb(value, dumps=dump) for value in found]
    if isinstance(field, models.TextField | models.CharField):
        # Choices are enumerations, which the driver would write by name.
        return [None if value is None else str(value) for value in found]
    return found
