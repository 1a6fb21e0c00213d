"""Many rows at once: inserted by COPY, or written anew in one statement.

COPY is refused on walled tables, so it goes through a temporary one.
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models
from psycopg.types.json import Jsonb

Convert = Callable[[Any], Any]


def _convert(field: "models.Field[Any, Any]") -> Convert | None:
    if isinstance(field, models.JSONField):
        return lambda value: Jsonb(value, dumps=_dumps(field))
    if isinstance(field, ArrayField):
        return list
    if isinstance(field, models.TextField | models.CharField):
        # Choices are enumerations, which the driver would write by name.
        return lambda value: None if value is None else str(value)
    return None


def _dumps(field: models.JSONField) -> Callable[[Any], str]:
    return partial(json.dumps, cls=field.encoder)


def insert(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model, under the wall like any other insert.

    The caller's transaction keeps or drops them; ids are made before, defaults are not applied.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    fields = [(f.attname, _convert(f)) for f in meta.concrete_fields if not f.generated]
    names = ", ".join(f'"{f.column}"' for f in meta.concrete_fields if not f.generated)
    table, own = meta.db_table, f"bulk_{meta.db_table}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE IF NOT EXISTS "{own}" (LIKE "{table}") ON COMMIT DROP')
        with cursor.copy(f'COPY "{own}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(
                    [
                        convert(getattr(row, name)) if convert else getattr(row, name)
                        for name, convert in fields
                    ]
                )
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
    convert = _convert(field)
    found = [getattr(row, field.attname) for row in rows]
    return [convert(value) for value in found] if convert else found
